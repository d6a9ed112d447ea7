"""What a server is tried in that claims to speak a contract: each promise with its cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.contracts.rules.base import Rule, enforced
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.cases.item import Item, item_of
from imagine_harness.harness.suites.promises import acceptance, delivery, lifecycles
from imagine_harness.harness.suites.promises.malformed import MALFORMED
from imagine_harness.harness.suites.schemathesis.fuzzing import fuzz_items
from imagine_harness.harness.suites.subjects.server import Server

LIMITS = frozenset({"minimum", "maximum", "minItems", "maxItems"})
"""Kinds of rules of which a body stands at the limit or does not."""

SEVERAL_LIMITS, SEVERAL_VALUES = 2, 4
"""How many times more bodies meet a limit, or each of the values that decide an outcome."""


def items(
    recorded: Recorded, readings: Mapping[str, str]
) -> Iterator[tuple[Operation, Item[Server]]]:
    """Everything that a server of one provider can be tried in, each with its operation."""
    yield from by_operation(recorded, readings)
    for item in fuzz_items(recorded, readings):
        yield _judged(recorded)[0], item


def by_operation(
    recorded: Recorded, readings: Mapping[str, str]
) -> Iterator[tuple[Operation, Item[Server]]]:
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
) -> Iterator[Item[Server]]:
    """Everything that a server of one operation can be tried in."""
    yield from _about_rules(operation, readings)
    yield from _about_answers(operation)
    legal = partial(drawing.legal, operation)
    for what, when, key in acceptance.unusable_keys(provider):
        case, check = f"{operation.id}.{what}", partial(acceptance.authenticates, when, key)
        yield item_of("server.authenticates", case, check, legal, once=True)
    for what, routes in acceptance.ROUTES.items():
        yield item_of("server.routes", f"{operation.id}.{what}", routes)
    for name in MALFORMED:
        check = partial(acceptance.survives, name)
        yield item_of("server.survives", f"{operation.id}.{name}", check, legal, once=True)
    for each in provider.lifecycles:
        if operation.id in each.submit:
            case, check = f"{operation.id}.{each.id}", partial(lifecycles.moves, each)
            yield item_of("server.moves", case, check, states=each.statement)


def _about_rules(operation: Operation, readings: Mapping[str, str]) -> Iterator[Item[Server]]:
    rules = [
        rule
        for rule in operation.rules
        if rule.statement.reading is None or enforced(rule, readings)
    ]
    for rule in rules:
        draws = partial(drawing.near, operation, rule)
        times = SEVERAL_LIMITS if rule.kind in LIMITS else 1
        more = {"states": rule.statement, "times": times}
        yield item_of("server.accepts", _topic(rule), acceptance.accepts, draws, **more)
    for rule in rules:
        if enforced(rule, readings) and rule.breakable:
            draws = partial(drawing.breaking, operation, rule)
            check = partial(acceptance.refuses, rule)
            yield item_of("server.refuses", _topic(rule), check, draws, states=rule.statement)


def _about_answers(operation: Operation) -> Iterator[Item[Server]]:
    for shape in operation.answers[:1]:
        draws, states = partial(drawing.legal, operation), shape.statement
        yield item_of("server.answers", operation.id, acceptance.answers, draws, states=states)
    for what, about, states in delivery.outcomes(operation):
        draws, check = partial(drawing.legal, operation, about), partial(delivery.keeps, what)
        more = {"states": states, "times": SEVERAL_VALUES}
        yield item_of("server.keeps", f"{operation.id}.{what}", check, draws, **more)


def _topic(rule: Rule) -> str:
    """A rule's id without the provider, which the run already names."""
    return rule.statement.id.partition(".")[2]
