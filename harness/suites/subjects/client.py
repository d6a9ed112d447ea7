"""What a client must keep: one function a promise, each with the cases that it is tried in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

from hypothesis import reject
from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.fields import ABSENT, Patch, Schema, patched, shown, steps
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.contracts.model import Reading, Statement
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.pytest.expectations import problems, told
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.arguments import added
from imagine_harness.harness.suites.failure import Broken, all_of, message_of, said_by
from imagine_harness.harness.suites.item import Item
from imagine_harness.harness.suites.promises import (
    alterations,
    forwarding,
    noticing,
    polling,
    retrying,
    secrecy,
)
from imagine_harness.harness.suites.promises.returned_images import same_images
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.subjects.interaction import PATIENCE, Subject, Trial
from imagine_harness.harness.suites.subjects.testbed import Alter, Alteration

DEADLINE = 20.0
"""Real seconds in which a client must have ended whatever goes wrong."""

BREAKDOWNS: Mapping[str, str] = MappingProxyType(
    {
        "reset": "reset",
        "truncated": "truncate=20",
        "slow": "slow=100000 truncate=20",
        "garbage": "garbage",
        "html": "html",
        "content-type": "content-type=text/plain garbage",
        "empty": "empty",
    }
)
"""Answers that nobody can use, by the name of the case, as faults."""


def items(operation: Operation, provider: Provider) -> Iterator[Item[Subject]]:
    """Everything that a client of one operation can be tried in."""
    led = frozenset(name for each in _lifecycles(operation, provider) for name in each.given)
    item = partial(_item, operation, led)
    yield item("conforms", "", conforms)
    for name, parameter in operation.parameters.items():
        if name not in led and _is_argument(operation, name):
            stated = parameter.statement
            yield item("forwards", name, partial(forwards, name), about=name, states=stated)
    for case, check, how in _returning(operation, provider):
        yield item("returns", case, check, **how)
    for name, alter in _tolerable(operation, provider).items():
        yield item("tolerates", name, partial(tolerates, alter))
    for name, check, about in noticing.cases(operation):
        yield item("notices", name, check, about=about, once=True)
    for name, stated in _documented(provider).items():
        yield item("surfaces", name, partial(surfaces, name), once=True, states=stated)
    for name, check in retrying.CASES.items():
        yield item("retries", name, check, once=True)
    for name, check, states in polling.cases(operation, provider):
        yield item("polls", name, check, once=True, states=states)
    for name, fault in BREAKDOWNS.items():
        yield item("ends", name, partial(ends, fault), once=True)
    yield item("keeps-secret", "", secrecy.keeps_secret, once=True)


def _returning(
    operation: Operation, provider: Provider
) -> Iterator[tuple[str, Callable[[Subject, Any], None], dict[str, Any]]]:
    """What images can come in: a name, the check, and more about the item.

    As usual; in each documented way to travel; under each reading that is not the default.
    """
    usual = operation.answers[0].statement if operation.answers else None
    yield "default", returns, {"states": usual}
    for carrier, asking in _carriers(operation).items():
        yield carrier, partial(returns_as, asking), {"once": True}
    for reading, choice in _readings(operation, provider):
        states = _read(operation, reading, choice)
        chosen = {"readings": {reading.id: choice}, "states": states, "once": True}
        yield f"{reading.id.partition('.')[2]}={choice}", returns, chosen


def _item(
    operation: Operation,
    led: frozenset[str],
    promise: str,
    case: str,
    check: Callable[[Subject, Any], None],
    *,
    about: str | None = None,
    **more: Any,
) -> Item[Subject]:
    """One item, tried with legal roots; with `about` they give this parameter.

    They leave out what is `led` by: whether calls become tasks is the client's own matter.
    """
    name = f"client.{promise}" + (f"[{case}]" if case else "")
    nothing = {operation.parameters[each].path: ABSENT for each in led}

    def draws() -> SearchStrategy[Any]:
        return drawing.legal(operation, about).map(lambda root: patched(root, nothing))

    return Item(name, PROMISES[f"client.{promise}"].says, check, draws, **more)


def conforms(subject: Subject, root: Any) -> None:
    """Every request is one that the provider documents, accepted without a refusal.

    A request to an address that is not the bench's cannot be seen, and is not judged.
    """
    _conforms(subject, subject.tried(root))
    if any(rule.stateful for rule in subject.operation.rules):
        _conforms(subject, subject.tried(root, remembering=True))


def _conforms(subject: Subject, trial: Trial) -> None:
    for entry in trial.entries:
        if entry.provider != subject.operation.provider:
            raise Broken(f"a request went elsewhere: {entry}", trial)
    found = [p for each in trial.entries for p in problems(each.exchange) if p.serious]
    if found:
        raise Broken(told(found), seen=trial.seen())
    if not trial.calls:
        raise Broken(f"no request came to {trial.case.operation}", trial)


def forwards(name: str, subject: Subject, root: Any) -> None:
    """An argument stands in the request under its own name, with its own value.

    It may be left out where the provider would put the same value in its place.
    """
    trial = subject.tried(root)
    given = subject.operation.parameters[name].value(root)
    verdicts = [
        forwarding.verdict(subject.operation, name, given, each)
        for each in forwarding.roots(subject.operation, trial.entries)
    ]
    if not verdicts:
        raise Broken(f"no request came to {trial.case.operation}", trial)
    if forwarding.KEPT.isdisjoint(verdicts):
        raise Broken(f"{name} was {verdicts[0]}, given {shown(given)}", trial)


def returns(subject: Subject, root: Any) -> None:
    """The images that come back are those that were served: all of them, in order, no others."""
    subject.bench.move_tasks()
    same_images(subject, subject.tried(root))


def returns_as(asking: Patch, subject: Subject, root: Any) -> None:
    """So are images that travel in one of the documented ways: an address, base64, a data URI."""
    asked = patched(root, asking)
    breaks = generator(subject.operation).broken
    if not breaks(asked) <= breaks(root):
        reject()
    returns(subject, asked)


def tolerates(alter: Alter, subject: Subject, root: Any) -> None:
    """An answer that changed where no client needs to care is read as before."""
    same_images(subject, subject.tried(root, altered=Alteration(alter)))


def surfaces(error: str, subject: Subject, root: Any) -> None:
    """A documented error is an exception that carries the provider's message."""
    trial = subject.tried(root, f"{subject.operation.name} error={error}", deadline=PATIENCE)
    if trial.error is None:
        raise Broken(f"{error} became {shown(trial.returned)}, expected an exception", trial)
    message = message_of(trial)
    if message and message not in all_of(trial.error):
        raise Broken(f"it raised {said_by(trial.error)}, expected {message!r} in it", trial)


def ends(fault: str, subject: Subject, root: Any) -> None:
    """Without a usable answer the call ends in time, and with an exception."""
    trial = subject.tried(root, f"{subject.operation.name} {fault}", deadline=DEADLINE)
    if not trial.ended:
        raise Broken(f"it had not ended after {DEADLINE:g} s", trial)
    if trial.error is None:
        raise Broken(f"it returned {shown(trial.returned)}, expected an exception", trial)


def _lifecycles(operation: Operation, provider: Provider) -> list[TaskLifecycle]:
    return [each for each in provider.lifecycles if operation.id in each.submit]


def _is_argument(operation: Operation, name: str) -> bool:
    """Whether callers give a parameter: not the client, and not as the object around others."""
    around = steps(operation.subject.removeprefix("/*"))
    return name not in added(operation) and len(operation.parameters[name].path) > len(around)


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


def _tolerable(operation: Operation, provider: Provider) -> dict[str, Alter]:
    """What may change in an answer without a client having to care, by the name of the case."""
    shape: Schema = operation.answers[0].schema if operation.answers else {}
    ids = {each.id_at.rpartition(".")[2] for each in _lifecycles(operation, provider)}
    return {
        "new-fields": alterations.with_new_fields,
        "key-order": alterations.reordered,
        "absent-fields": partial(alterations.bare, shape=shape, needed=ids),
    }


def _documented(provider: Provider) -> dict[str, Statement]:
    """The errors on record that any request may meet, by name."""
    return {
        name.removeprefix("fault:"): cases[0].statement
        for name, cases in sorted(provider.errors.items())
        if name.startswith("fault:")
    }
