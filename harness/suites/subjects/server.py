"""What a server must keep that claims to speak a contract: one function a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import reject

from imagine_harness.contracts.fields import shown, values_at
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Statement, nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.contracts.refusals import descriptions
from imagine_harness.contracts.rules.base import Rule, enforced
from imagine_harness.harness.answers.shapes import fits, misfit
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.generation.pairs import neighbour
from imagine_harness.harness.results.results import Side
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.item import Item
from imagine_harness.harness.suites.promises.answer_checks import Delivered, delivered, looks
from imagine_harness.harness.suites.promises.envelopes import as_documented, names
from imagine_harness.harness.suites.promises.lifecycles import moves
from imagine_harness.harness.suites.promises.malformed import MALFORMED
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.schemathesis.fuzzing import fuzz_items
from imagine_harness.harness.suites.sending import can_say
from imagine_harness.harness.suites.subjects.server_client import Front

LIMITS = frozenset({"minimum", "maximum", "minItems", "maxItems"})
"""Kinds of rules of which a body stands at the limit or does not."""

SEVERAL_LIMITS, SEVERAL_VALUES = 2, 4
"""How many times more bodies meet a limit, or each of the values that decide an outcome."""


def items(
    recorded: Recorded, readings: Mapping[str, str]
) -> Iterator[tuple[Operation, Item[Front]]]:
    """Everything that a server of one provider can be tried in, each with its operation."""
    yield from by_operation(recorded, readings)
    for item in fuzz_items(recorded, readings):
        yield _judged(recorded)[0], item


def by_operation(
    recorded: Recorded, readings: Mapping[str, str]
) -> Iterator[tuple[Operation, Item[Front]]]:
    """What is about one operation each."""
    for operation in _judged(recorded):
        for item in of_operation(operation, recorded.provider, readings):
            yield operation, item


def _judged(recorded: Recorded) -> list[Operation]:
    return [
        operation
        for contract in recorded.contracts
        for operation in contract.operations.values()
        if operation.judged
    ]


def of_operation(
    operation: Operation, provider: Provider, readings: Mapping[str, str]
) -> Iterator[Item[Front]]:
    """Everything that a server of one operation can be tried in."""
    yield from _about_rules(operation, readings)
    yield from _about_answers(operation)
    legal = partial(drawing.legal, operation)
    for what, when, key in _credentials(provider):
        case, check = f"{operation.id}.{what}", partial(authenticates, when, key)
        yield _item("authenticates", case, check, legal, once=True)
    for what, routes in ROUTES.items():
        yield _item("routes", f"{operation.id}.{what}", routes)
    for name in MALFORMED:
        case = f"{operation.id}.{name}"
        yield _item("survives", case, partial(survives, name), legal, once=True)
    for life in provider.lifecycles:
        if operation.id in life.submit:
            case = f"{operation.id}.{life.id}"
            yield _item("moves", case, partial(moves, life), states=life.statement)


def _about_rules(operation: Operation, readings: Mapping[str, str]) -> Iterator[Item[Front]]:
    rules = [
        rule
        for rule in operation.rules
        if rule.statement.reading is None or enforced(rule, readings)
    ]
    for rule in rules:
        draws = partial(drawing.near, operation, rule)
        times = SEVERAL_LIMITS if rule.kind in LIMITS else 1
        yield _item("accepts", _topic(rule), accepts, draws, states=rule.statement, times=times)
    for rule in rules:
        if enforced(rule, readings) and rule.breakable:
            draws = partial(drawing.breaking, operation, rule)
            check = partial(refuses, rule)
            yield _item("refuses", _topic(rule), check, draws, states=rule.statement)


def _about_answers(operation: Operation) -> Iterator[Item[Front]]:
    for shape in operation.answers[:1]:
        draws = partial(drawing.legal, operation)
        yield _item("answers", operation.id, answers, draws, states=shape.statement)
    for what, about, states in outcomes(operation):
        draws = partial(drawing.legal, operation, about)
        case = f"{operation.id}.{what}"
        yield _item("keeps", case, KEEPS[what], draws, states=states, times=SEVERAL_VALUES)


def _item(
    promise: str,
    case: str,
    check: Callable[[Front, Any], None],
    draws: Callable[[], Any] | None = None,
    **more: Any,
) -> Item[Front]:
    return Item(
        f"server.{promise}[{case}]", PROMISES[f"server.{promise}"].says, check, draws, **more
    )


def _topic(rule: Rule) -> str:
    """A rule's id without the provider, which the run already names."""
    return rule.statement.id.partition(".")[2]


def accepts(front: Front, root: Any) -> None:
    """A body that breaks nothing is answered with a success."""
    reply = front.ask(front.usable(root))
    if not reply.succeeded:
        raise Broken(f"a legal request was refused with {reply.status}", seen=[reply.seen])


def refuses(rule: Rule, front: Front, root: Any) -> None:
    """A body that breaks one rule is refused as documented, with the field's name in it."""
    asked = front.usable(root)
    if not can_say(front.operation, asked) and rule.kind == "type":
        pytest.skip("a form has no types")
    if not can_say(front.operation, asked) or front.broken(asked) != {rule.statement.id}:
        reject()
    violation = next(rule.check(asked, nothing_seen))
    reply = front.ask(asked)
    sides = partial(_sides, front.operation, rule, asked)
    if reply.succeeded:
        told = f"{violation.message}: accepted with {reply.status}, expected a refusal"
        raise Broken(
            told,
            seen=[reply.seen],
            sides=sides(),
            expected=violation.expected,
            got=violation.got,
        )
    case = front.provider.error(descriptions(violation), front.readings)
    if case is None:
        return
    as_documented(front, reply, case, sides)
    if not names(case, violation.parameters, reply):
        told = f"the refusal does not name {violation.parameters[0]}"
        raise Broken(told, seen=[reply.seen], states=case.statement, sides=sides())


def _sides(operation: Operation, rule: Rule, asked: Any) -> tuple[Side, ...]:
    """The minimal pair: the body that was sent, and the legal one beside it."""
    legal = neighbour(generator(operation), rule, asked)
    return (Side("legal", legal), Side("sent", asked)) if legal is not None else ()


def answers(front: Front, root: Any) -> None:
    """A success has one of the shapes on record."""
    reply = front.ask(front.usable(root))
    shapes = front.operation.answers
    if reply.succeeded and not any(fits(shape, reply) for shape in shapes):
        preferred = front.operation.answer(front.readings) or shapes[0]
        told = f"the answer has another shape: {misfit(preferred, reply)}"
        raise Broken(told, seen=[reply.seen], states=preferred.statement)


def keeps_count(front: Front, root: Any) -> None:
    """As many images come back as were asked for."""
    made = delivered(front, root)
    if made and "count" not in made.promised.open and len(made.images) != made.promised.count:
        raise _kept(made, "images came back", made.promised.count, len(made.images))


def keeps_carrier(front: Front, root: Any) -> None:
    """Images travel as they were asked to: by address, as base64 or as a data URI."""
    made = delivered(front, root)
    for image in made.images if made else ():
        if made and image.carrier != made.promised.carrier:
            raise _kept(made, "is how an image came", made.promised.carrier, image.carrier)


def keeps_format(front: Front, root: Any) -> None:
    """Images decode as the format that was asked for."""
    made = delivered(front, root)
    for kind, _ in looks(made) if made and "format" not in made.promised.open else ():
        if made and kind != made.promised.format:
            raise _kept(made, "is the format of an image", made.promised.format, kind)


def keeps_size(front: Front, root: Any) -> None:
    """Images have the pixels that were asked for."""
    made = delivered(front, root)
    for _, (width, height) in looks(made) if made and "size" not in made.promised.open else ():
        if made and (width, height) != (made.promised.width, made.promised.height):
            asked = f"{made.promised.width}x{made.promised.height}"
            raise _kept(made, "is the size of an image", asked, f"{width}x{height}")


def keeps_cost(front: Front, root: Any) -> None:
    """What an answer says of its cost is the price on record."""
    made = delivered(front, root)
    price = front.operation.outcome.price if front.operation.outcome else None
    if made is None or price is None or price.at is None or made.promised.cost is None:
        return
    images = 1 if "[]" in price.at else made.promised.count
    expected = made.promised.cost * price.units * images
    for told in values_at(made.reply.json(), price.at):
        if not isinstance(told, int | float) or abs(told - expected) > 1e-6 * price.units:
            raise _kept(made, f"is what {price.at} says", expected, told)


def _kept(made: Delivered, what: str, expected: object, got: object) -> Broken:
    told = f"{_plain(got)} {what}, expected {_plain(expected)}"
    return Broken(told, seen=[made.reply.seen], expected=expected, got=got)


def _plain(value: object) -> str:
    return value if isinstance(value, str) else shown(value)


KEEPS: Mapping[str, Callable[[Front, Any], None]] = MappingProxyType(
    {
        "count": keeps_count,
        "carrier": keeps_carrier,
        "format": keeps_format,
        "size": keeps_size,
        "cost": keeps_cost,
    }
)
"""What can be kept of an outcome, by its name."""


def outcomes(operation: Operation) -> Iterator[tuple[str, str | None, Statement]]:
    """What an operation's outcome promises: its name, a parameter that decides it, its source."""
    outcome = operation.outcome
    if outcome is None:
        return
    yield "count", next(iter(outcome.count), None), outcome.statement
    yield "carrier", outcome.carrier.parameter, outcome.statement
    yield "format", outcome.format, outcome.statement
    size = outcome.size
    yield "size", size.ratio or size.size or size.width or size.tier, size.statement
    if outcome.price and outcome.price.at:
        yield "cost", next(iter(outcome.count), None), outcome.price.statement


def authenticates(when: str, key: str, front: Front, root: Any) -> None:
    """A call without a usable credential is refused as documented."""
    reply = front.ask(front.usable(root), key=key)
    case = front.provider.error((when,), front.readings)
    if reply.succeeded:
        raise Broken(f"{when.replace('-', ' ')}, and it was answered", seen=[reply.seen])
    if case is not None:
        as_documented(front, reply, case)


def _credentials(provider: Provider) -> Iterator[tuple[str, str, str]]:
    """Keys that are none: a name, what providers call it on record, the whole credential."""
    scheme = provider.credential.scheme
    yield "missing", "credential-missing", ""
    if scheme:
        other = "Basic" if scheme != "Basic" else "Bearer"
        yield "scheme", "credential-malformed", f"{other} {provider.credential.example}"
    for key in provider.credential.refused[:1]:
        yield "refused", "credential-refused", f"{scheme} {key}".strip()


def refuses_method(front: Front, _root: Any) -> None:
    """A method that is not documented is refused."""
    _refused(front, "method-unknown", method="PATCH")


def refuses_path(front: Front, _root: Any) -> None:
    """A path that is not documented is refused."""
    _refused(front, "route-unknown", address=f"{front.url}/x-no-such-call")


ROUTES: Mapping[str, Callable[[Front, Any], None]] = MappingProxyType(
    {"method": refuses_method, "path": refuses_path}
)
"""Calls that are not documented, by the name of the case."""


def _refused(
    front: Front, when: str, *, method: str | None = None, address: str | None = None
) -> None:
    reply = front.send(front.operation, method=method, address=address)
    case = front.provider.error((when,), front.readings)
    if not 400 <= reply.status < 500:
        told = f"answered with {reply.status}, expected a refusal"
        raise Broken(told, seen=[reply.seen])
    if case is not None:
        as_documented(front, reply, case)


def survives(name: str, front: Front, root: Any) -> None:
    """A body that nobody can read is refused, and the next request is answered."""
    case = MALFORMED[name]
    reply = front.send(front.operation, case.body, case.headers)
    if not 400 <= reply.status < 500:
        told = f"answered with {reply.status}, expected a refusal"
        raise Broken(told, seen=[reply.seen])
    documented = front.provider.error(case.when, front.readings)
    if documented is not None and case.exact:
        as_documented(front, reply, documented)
    accepts(front, root)
