"""What a gateway must keep between its front and its upstreams: one function a promise."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

from hypothesis import reject
from hypothesis import strategies as st

from imagine_harness.contracts.fields import ABSENT, patched, shown
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.answers.image_similarity import matched
from imagine_harness.harness.answers.images import side_of
from imagine_harness.harness.answers.shapes import wrong
from imagine_harness.harness.pytest.expectations import problems, told
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.item import Item
from imagine_harness.harness.suites.promises import alterations
from imagine_harness.harness.suites.promises.answer_checks import promised
from imagine_harness.harness.suites.promises.normalisation import (
    means_same,
    normalises,
    relations,
    unlisted,
)
from imagine_harness.harness.suites.promises.noticing import DISAPPOINTMENTS
from imagine_harness.harness.suites.promises.parameter_handling import treatment
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.subjects import server
from imagine_harness.harness.suites.subjects.client import BREAKDOWNS
from imagine_harness.harness.suites.subjects.passage import Gateway, Passage, image_operations
from imagine_harness.harness.suites.subjects.server_client import Front
from imagine_harness.harness.suites.subjects.testbed import Alter, Alteration

DEADLINE = 20.0
"""Real seconds in which a gateway must have answered whatever its upstream does."""

CLASSES: Mapping[int, tuple[str, Callable[[int], bool]]] = MappingProxyType(
    {
        400: ("a refusal", lambda status: 400 <= status < 500),
        401: ("a failure of the gateway", lambda status: status >= 500),
        402: ("a failure of the gateway", lambda status: status >= 500),
        403: ("an error that is not the caller's key", lambda status: status not in (401, 407)),
        422: ("a refusal", lambda status: 400 <= status < 500),
        429: ("429 or a failure", lambda status: status == 429 or status >= 500),
        500: ("a failure", lambda status: status >= 500),
        503: ("a failure", lambda status: status >= 500),
    }
)
"""What an upstream's status must become at the front, in words and as a test of the status."""


def items(
    recorded: Recorded, readings: Mapping[str, str], upstreams: Mapping[str, Recorded]
) -> Iterator[tuple[Operation, Item[Gateway]]]:
    """Everything that a gateway can be tried in, each with the operation of its front."""
    for operation, item in server.by_operation(recorded, readings):
        yield operation, _in_front(item)
    for operation in image_operations(recorded):
        for name, behind in upstreams.items():
            for made in _between(operation, name, behind):
                yield operation, made
        if recorded.provider.prefixes and len(upstreams) > 1:
            for name in upstreams:
                check = partial(fails_over, name, image_operations(upstreams[name]))
                yield operation, _item("fails-over", f"{operation.id}.{name}", check, operation)


def _in_front(item: Item[Front]) -> Item[Gateway]:
    """A promise of every server, kept by a gateway at its front."""

    def check(gateway: Gateway, root: Any) -> None:
        gateway.bench.fresh()
        item.check(gateway.through(None), root)

    return Item(
        item.id,
        item.says,
        check,
        item.draws,
        item.readings,
        once=item.once,
        states=item.states,
    )


def _between(operation: Operation, name: str, behind: Recorded) -> Iterator[Item[Gateway]]:
    """What is tried in one operation of the front towards one upstream."""
    case = f"{operation.id}.{name}"
    item = partial(_item, operation=operation)
    yield item("conforms", case, partial(conforms, name))
    yield item("returns", case, partial(returns, name))
    for parameter in operation.parameters.values():
        if parameter.name != operation.model:
            check = partial(treats, name, parameter)
            yield item("treats", f"{case}.{parameter.name}", check, about=parameter.name)
    yield from _counted(operation, name, behind)
    for what, about, _ in server.outcomes(operation):
        if what != "cost":
            yield item("keeps", f"{case}.{what}", partial(keeps, name, what), about=about)
    yield from _normalised(operation, name)
    for what in OBSTINACIES:
        check = partial(keeps, name, f"{what}-despite-upstream")
        yield item("keeps", f"{case}.{what}-despite-upstream", check)
    yield item("keeps-secret", case, partial(keeps_secret, name), once=True)
    calls = image_operations(behind)
    for status in CLASSES:
        check = partial(surfaces, name, calls, status)
        yield item("surfaces", f"{case}.{status}", check, once=True)
    for what, alter in DISAPPOINTMENTS.items():
        yield item("notices", f"{case}.{what}", partial(notices, name, alter), once=True)
    for what, fault in BREAKDOWNS.items():
        yield item("ends", f"{case}.{what}", partial(ends, name, calls, fault), once=True)


def _item(
    promise: str,
    case: str,
    check: Callable[[Gateway, Any], None],
    operation: Operation,
    *,
    about: str | None = None,
    **more: Any,
) -> Item[Gateway]:
    draws = more.pop("draws", None) or partial(drawing.legal, operation, about)
    name = f"gateway.{promise}"
    return Item(f"{name}[{case}]", PROMISES[name].says, check, draws, **more)


def _counted(operation: Operation, name: str, behind: Recorded) -> Iterator[Item[Gateway]]:
    """More images than the upstream makes at once, where it has a limit and the front has not."""
    limits = [limit for call in image_operations(behind) if (limit := _most(call)) is not None]
    counted = operation.outcome.count if operation.outcome else ()
    if not limits or not counted:
        return
    parameter = operation.parameters[counted[0]]
    most = parameter.schema.get("maximum", 2 * min(limits))
    if most > min(limits):
        plain = drawing.plain(operation)
        draws = st.integers(min(limits) + 1, most).map(
            lambda number: patched(plain, {parameter.path: number})
        )
        case = f"{operation.id}.{name}"
        yield _item("splits", case, partial(splits, name), operation, draws=lambda: draws)


def _most(operation: Operation) -> int | None:
    names = operation.outcome.count if operation.outcome else ()
    limits = [operation.parameters[name].schema.get("maximum") for name in names]
    return min((limit for limit in limits if limit is not None), default=None)


def _normalised(operation: Operation, name: str) -> Iterator[Item[Gateway]]:
    case = f"{operation.id}.{name}"
    check = partial(normalises, name)
    yield _item("normalises", case, check, operation)
    for what, roots, states in unlisted(operation):
        draws = partial(_given, roots)
        name_of = f"{case}.{what}"
        more = {"draws": draws, "states": states, "times": server.SEVERAL_VALUES}
        yield _item("normalises", name_of, check, operation, **more)
    for what, twins in relations(operation):
        draws = partial(_given, twins)
        yield _item("same", f"{case}.{what}", partial(means_same, name), operation, draws=draws)


def _given(strategy: Any) -> Any:
    return strategy


def conforms(upstream: str, gateway: Gateway, root: Any) -> None:
    """Every request to the upstream is one that it documents, and nothing is asked for twice."""
    passage = gateway.passed(root, upstream)
    found = [p for each in passage.entries for p in problems(each.exchange) if p.serious]
    if found:
        raise Broken(told(found), seen=passage.seen)
    if not passage.reply.succeeded:
        return
    strangers = {each.provider for each in passage.entries} - {upstream}
    if strangers:
        raise Broken(f"{', '.join(strangers)} was asked, not {upstream}", seen=passage.seen)
    _adds_up(upstream, gateway, passage)


def _adds_up(upstream: str, gateway: Gateway, passage: Passage) -> None:
    asked = sum(_count(call, root) for call, root in gateway.roots_at(passage, upstream))
    wanted = promised(gateway.front, passage.asked).count
    if asked != wanted:
        told = f"{upstream} was asked for {asked} images in all, expected {wanted}"
        raise Broken(told, seen=passage.seen)


def _count(call: Operation, root: Any) -> int:
    for name in call.outcome.count if call.outcome else ():
        value = call.effective(root, name)
        if isinstance(value, int | float):
            return int(value)
    return 1


def splits(upstream: str, gateway: Gateway, root: Any) -> None:
    """More images than the upstream makes at once come in parts that add up."""
    passage = gateway.passed(root, upstream, few=False)
    wanted = promised(gateway.front, passage.asked).count
    if not passage.reply.succeeded:
        told = f"{wanted} images were refused with {passage.reply.status}"
        raise Broken(told, seen=passage.seen)
    _adds_up(upstream, gateway, passage)
    _returned(gateway, passage, wanted)


def returns(upstream: str, gateway: Gateway, root: Any) -> None:
    """The images that come back look as those that were served: all of them, no others."""
    passage = gateway.passed(root, upstream)
    if passage.reply.succeeded:
        _returned(gateway, passage, promised(gateway.front, passage.asked).count)


def _returned(gateway: Gateway, passage: Passage, wanted: int) -> None:
    served, came = gateway.served(passage), gateway.delivered(passage)
    if len(came) != wanted:
        told = f"{len(came)} images came back, asked for {wanted}"
        raise Broken(told, seen=passage.seen, expected=wanted, got=len(came))
    pairs = matched([each.data for each in came], [each.data for each in served])
    if len(set(pairs)) != len(served):
        told = f"{len(served)} images were served, {len(set(pairs))} of them came back"
        sides = (
            side_of("served first", served[0].data, gateway.fetched),
            side_of("came back first", came[0].data if came else None, gateway.front.fetch),
        )
        raise Broken(told, seen=passage.seen, sides=sides)


def treats(upstream: str, parameter: Parameter, gateway: Gateway, root: Any) -> None:
    """A parameter is not dropped, unless only another upstream knows it."""
    if parameter.value(gateway.front.usable(root)) in (ABSENT, None):
        reject()
    passage = gateway.passed(root, upstream)
    became = treatment(gateway, parameter, passage, upstream)
    if parameter.upstream not in (None, upstream):
        if became == "forwarded":
            told = f"{parameter.name} was forwarded to {upstream}, which does not know it"
            raise Broken(told, seen=passage.seen, states=parameter.statement)
        return
    if became == "dropped":
        told = f"{parameter.name} was dropped, given {shown(parameter.value(passage.asked))}"
        raise Broken(told, seen=passage.seen, states=parameter.statement)


def keeps(upstream: str, what: str, gateway: Gateway, root: Any) -> None:
    """What was asked for comes, whichever upstream makes it and however it answers."""
    gateway.bench.fresh()
    what, despite, _ = what.partition("-despite-")
    if despite:
        gateway.bench.alteration = OBSTINACIES[what](gateway)
    server.KEEPS[what](gateway.through(upstream), root)


OTHER_FORMAT = alterations.OtherFormat("webp", disguised=True)
"""What an upstream may answer that does not mind which format it is asked for."""

OBSTINACIES: Mapping[str, Callable[[Gateway], Alteration]] = MappingProxyType(
    {
        "format": lambda _: Alteration(OTHER_FORMAT.answer, OTHER_FORMAT.picture),
        "carrier": lambda gateway: Alteration(
            lambda answer: alterations.with_data_uris(answer, gateway.fetched)
        ),
    }
)
"""Upstreams that answer as they please: what they do not mind, and what they make of it."""


def keeps_secret(upstream: str, gateway: Gateway, root: Any) -> None:
    """No caller's key goes to an upstream, and no key of the gateway's comes back."""
    for faults in ((), (f"{upstream} status=401",)):
        passage = gateway.passed(root, upstream, faults)
        secret = gateway.front.key
        for entry in passage.entries:
            headers = [value.decode("latin-1") for value in entry.exchange.request.headers.values()]
            said = unquote(f"{entry.path}?{entry.exchange.request.query}") + "\n".join(headers)
            if secret in said or secret.encode() in entry.body:
                raise Broken(f"the caller's key came to {upstream}", seen=passage.seen)
        own = gateway.keys[upstream].encode()
        if own in passage.reply.body or own in passage.reply.headers:
            raise Broken("the gateway's own key came back", seen=passage.seen)


def surfaces(
    upstream: str, calls: Sequence[Operation], status: int, gateway: Gateway, root: Any
) -> None:
    """An upstream's error is an error of the same class, in the front's own envelope."""
    faults = [f"{call.name} status={status}" for call in calls]
    passage = gateway.passed(root, upstream, faults)
    words, fits = CLASSES[status]
    if passage.reply.status < 400 or not fits(passage.reply.status):
        told = f"{status} of {upstream} became {passage.reply.status}, expected {words}"
        raise Broken(told, seen=passage.seen)
    _in_envelope(gateway, passage)


def _in_envelope(gateway: Gateway, passage: Passage) -> None:
    shapes = gateway.front.provider.refusals
    troubles = [wrong(shape, passage.reply) for shape in shapes]
    if troubles and all(troubles):
        told = f"the error is not in the front's envelope: {troubles[0]}"
        raise Broken(told, seen=passage.seen, states=shapes[0].statement)


def notices(upstream: str, alter: Alter, gateway: Gateway, root: Any) -> None:
    """An upstream's answer without images is an error at the front."""
    passage = gateway.passed(root, upstream, altered=Alteration(alter))
    if passage.reply.succeeded:
        told = f"{upstream} answered without images, the front with {passage.reply.status}"
        raise Broken(told, seen=passage.seen)


def ends(
    upstream: str, calls: Sequence[Operation], fault: str, gateway: Gateway, root: Any
) -> None:
    """Without a usable answer of its upstream the gateway answers in time, with a failure."""
    faults = [f"{call.name} {fault}" for call in calls]
    passage = gateway.passed(root, upstream, faults)
    if passage.seconds > DEADLINE:
        told = f"it answered after {passage.seconds:.0f} s, expected within {DEADLINE:g}"
        raise Broken(told, seen=passage.seen)
    if passage.reply.status < 500:
        told = f"{upstream} gave no usable answer, the front answered {passage.reply.status}"
        raise Broken(told, seen=passage.seen)
    _in_envelope(gateway, passage)


def fails_over(upstream: str, calls: Sequence[Operation], gateway: Gateway, root: Any) -> None:
    """Where nobody is asked for by name and one upstream fails, another one answers."""
    faults = [f"{call.name} status=503" for call in calls]
    passage = gateway.passed(root, None, faults)
    others = {each.provider for each in passage.entries if each.status < 300} - {upstream}
    if not passage.reply.succeeded or not others:
        told = f"{upstream} failed, and the front answered {passage.reply.status}"
        raise Broken(told, seen=passage.seen)
