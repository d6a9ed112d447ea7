"""What a client is tried in: each promise with its cases, and the roots that show it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.fields import ABSENT, Patch, Schema, patched, steps
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.contracts.model import Reading, Statement
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.cases.item import Item, item_of
from imagine_harness.harness.suites.promises import (
    conformance,
    errors,
    forwarding,
    noticing,
    polling,
    retrying,
    returned_images,
    secrecy,
)
from imagine_harness.harness.suites.subjects import alterations
from imagine_harness.harness.suites.subjects.arguments import added
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.testbed import Alteration

Check = Callable[[Client, Any], object]


def items(operation: Operation, provider: Provider) -> Iterator[Item[Client]]:
    """Everything that a client of one operation can be tried in."""
    decisive = frozenset(name for each in _lifecycles(operation, provider) for name in each.given)
    item = partial(_item, operation, decisive)
    yield item("conforms", "", conformance.conforms)
    for name, parameter in operation.parameters.items():
        if name not in decisive and _is_argument(operation, name):
            forwards = partial(forwarding.forwards, name)
            yield item("forwards", name, forwards, about=name, states=parameter.statement)
    for case, check, how in _returning(operation, provider):
        yield item("returns", case, check, **how)
    for name, alteration in _tolerable(operation, provider).items():
        yield item("tolerates", name, partial(returned_images.tolerates, alteration))
    for name, check, about in _less_than_asked_for(operation):
        yield item("notices", name, check, about=about, once=True)
    for name, stated in _documented(provider).items():
        yield item("surfaces", name, partial(errors.surfaces, name), once=True, states=stated)
    for name, retries in retrying.CASES.items():
        yield item("retries", name, retries, once=True)
    for name, polls, states in polling.cases(operation, provider):
        yield item("polls", name, polls, once=True, states=states)
    for name, fault in errors.UNUSABLE_ANSWERS.items():
        yield item("ends", name, partial(errors.ends, fault), once=True)
    yield item("keeps-secret", "", secrecy.keeps_secret, once=True)


def _item(
    operation: Operation,
    decisive: frozenset[str],
    promise: str,
    case: str,
    check: Check,
    *,
    about: str | None = None,
    **more: Any,
) -> Item[Client]:
    """One item, tried with legal roots; with `about` they give this parameter.

    They leave out what decides whether a call becomes a task: that is the client's own matter.
    """
    nothing = {operation.parameters[each].path: ABSENT for each in decisive}

    def draws() -> SearchStrategy[Any]:
        return drawing.legal(operation, about).map(lambda root: patched(root, nothing))

    return item_of(f"client.{promise}", case, check, draws, **more)


def _lifecycles(operation: Operation, provider: Provider) -> list[TaskLifecycle]:
    return [each for each in provider.lifecycles if operation.id in each.submit]


def _is_argument(operation: Operation, name: str) -> bool:
    """Whether callers give a parameter: not the client, and not as the object around others."""
    around = steps(operation.subject.removeprefix("/*"))
    return name not in added(operation) and len(operation.parameters[name].path) > len(around)


def _returning(
    operation: Operation, provider: Provider
) -> Iterator[tuple[str, Check, dict[str, Any]]]:
    """What images can come in: a name, the check, and more about the item.

    As usual; in each documented way to travel; under each reading that is not the default.
    """
    usual = operation.answers[0].statement if operation.answers else None
    yield "default", returned_images.returns, {"states": usual}
    for carrier, asking in _carriers(operation).items():
        yield carrier, partial(returned_images.returns_as, asking), {"once": True}
    for reading, choice in _readings(operation, provider):
        states = _read(operation, reading, choice)
        chosen = {"readings": {reading.id: choice}, "states": states, "once": True}
        yield f"{reading.id.partition('.')[2]}={choice}", returned_images.returns, chosen


def _carriers(operation: Operation) -> dict[str, Patch]:
    """The ways in which images travel where a parameter decides it, and how each is asked for."""
    carrier = operation.outcome.carrier if operation.outcome else None
    if carrier is None or carrier.parameter is None:
        return {}
    path = operation.parameters[carrier.parameter].path
    asking: dict[str, Patch] = {carrier.otherwise: {path: ABSENT}}
    return asking | {each: {path: value} for value, each in carrier.by_value.items()}


def _readings(operation: Operation, provider: Provider) -> Iterator[tuple[Reading, str]]:
    """Every choice that is not the default, of the provider's readings and of the model's own."""
    own = [c for c in recorded(provider.name).contracts if operation in c.operations.values()]
    known = {**provider.readings, **(own[0].readings if own else {})}
    for reading in known.values():
        for choice in reading.choices:
            if choice != reading.default:
                yield reading, choice


def _read(operation: Operation, reading: Reading, choice: str) -> Statement:
    """What is at stake under a choice: the shape of the answer that belongs to it, else itself."""
    for shape in operation.answers:
        if (shape.statement.reading, shape.statement.choice) == (reading.id, choice):
            return shape.statement
    return Statement(
        id=reading.id,
        source=reading.source,
        certainty=reading.source.document.certainty,
        reading=reading.id,
        choice=choice,
    )


def _tolerable(operation: Operation, provider: Provider) -> dict[str, Alteration]:
    """What may change in an answer without a client having to care, by the name of the case."""
    shape: Schema = operation.answers[0].schema if operation.answers else {}
    ids = {each.id_at.rpartition(".")[2] for each in _lifecycles(operation, provider)}
    return {
        "new-fields": Alteration(alterations.with_new_fields),
        "key-order": Alteration(alterations.reordered),
        "absent-fields": Alteration(partial(alterations.bare, shape=shape, needed=ids)),
    }


def _less_than_asked_for(operation: Operation) -> Iterator[tuple[str, Check, str | None]]:
    """What can be less than was asked for: a name, the check, a parameter that roots must give."""
    for name, alteration in noticing.EMPTY_SUCCESSES.items():
        yield name, partial(noticing.notices_nothing, alteration), None
    outcome = operation.outcome
    if outcome is None:
        return
    if outcome.count and "count" not in outcome.open:
        yield "fewer", noticing.notices_fewer, outcome.count[0]
    if outcome.format:
        for name, disguised in noticing.DISGUISES.items():
            yield name, partial(noticing.notices_format, disguised), outcome.format


def _documented(provider: Provider) -> dict[str, Statement]:
    """The errors on record that any request may meet, by name."""
    return {
        name.removeprefix("fault:"): cases[0].statement
        for name, cases in sorted(provider.errors.items())
        if name.startswith("fault:")
    }
