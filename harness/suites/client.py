"""What a client must keep: one function a promise, each with the cases that it is tried in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from itertools import pairwise
from types import MappingProxyType
from typing import Any
from urllib.parse import unquote

import orjson
import pytest

from contracts.fields import Schema, shown, steps
from contracts.operation import Operation
from contracts.provider import Provider
from harness.handles.expectations import problems, told
from harness.suites import alterations, sent
from harness.suites.bench import Alter
from harness.suites.images import digests
from harness.suites.told import Broken, all_of, message_of, said_by
from harness.suites.trial import Subject, Trial, added
from mocks.tasks import Mode, Stage

DEADLINE = 20.0
"""Real seconds in which a client must have ended whatever goes wrong."""

PATIENCE = 60.0
"""Real seconds in which one that tries again must have ended."""

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

TRANSIENT = (429, 503)
"""Statuses that HTTP itself calls transient."""

Check = Callable[[Subject, Any], None]
"""(the client, a legal root) -> nothing; raises `Broken` where the promise is not kept."""


@dataclass(frozen=True)
class Item:
    """One thing to try: a promise, in one of the cases that it holds for.

    Attributes:
        id: `client.PROMISE` or `client.PROMISE[CASE]`; what is selected and waived.
        says: the promise as a sentence.
        parameter: the parameter that roots must give, None for any root.
        readings: choices to be in force, over those of the run.
        once: whether one root shows it as well as many.
    """

    id: str
    says: str
    check: Check
    parameter: str | None = None
    readings: Mapping[str, str] = field(default_factory=dict)
    once: bool = False


def items(operation: Operation, provider: Provider) -> Iterator[Item]:
    """Everything that a client of one operation can be tried in."""
    yield Item("client.conforms", "it sends only conforming requests", conforms)
    for name in operation.parameters:
        if _is_argument(operation, name):
            says = f"it forwards {name} as it was given"
            yield Item(f"client.forwards[{name}]", says, partial(forwards, name), name)
    for choice in _answers(operation):
        case = ",".join(f"{key.partition('.')[2]}={value}" for key, value in choice.items())
        says = "it returns exactly the images that were served"
        yield Item(f"client.returns[{case or 'default'}]", says, returns, readings=choice)
    for name, alter in _tolerable(operation).items():
        says = "it reads answers as a tolerant reader must"
        yield Item(f"client.tolerates[{name}]", says, partial(tolerates, alter))
    for name, alter in DISAPPOINTMENTS.items():
        says = "it notices that an answer holds less than was asked for"
        yield Item(f"client.notices[{name}]", says, partial(notices, alter), once=True)
    for error in _documented(provider):
        says = "it surfaces a documented error with the provider's message"
        yield Item(f"client.surfaces[{error}]", says, partial(surfaces, error), once=True)
    for status in TRANSIENT:
        says = "it tries again what is transient, with growing waits"
        yield Item(f"client.retries[{status}]", says, partial(retries, status), once=True)
    yield Item(
        "client.retries[retry-after]", "it waits as long as it is told", honours_wait, once=True
    )
    yield Item(
        "client.retries[refusal]", "it does not repeat what was refused", gives_up, once=True
    )
    yield Item("client.polls[to-the-end]", "it waits for a task to end", polls, once=True)
    yield Item("client.polls[failed]", "it surfaces the failure of a task", polls_failed, once=True)
    yield Item("client.polls[expired]", "it surfaces that a task is gone", polls_expired, once=True)
    for name, fault in BREAKDOWNS.items():
        says = "it ends in time, with an error, when no usable answer comes"
        yield Item(f"client.ends[{name}]", says, partial(ends, fault), once=True)
    yield Item("client.keeps-secret", "it keeps the credential to itself", keeps_secret, once=True)


def conforms(subject: Subject, root: Any) -> None:
    """Every request is one that the provider documents, accepted without a refusal."""
    trial = subject.tried(root)
    found = [p for each in trial.entries for p in problems(each) if p.serious]
    if found:
        raise Broken(told(found))
    if not trial.calls:
        raise Broken(f"no request came to {trial.case.operation}", trial)


def forwards(name: str, subject: Subject, root: Any) -> None:
    """An argument stands in the request under its own name, with its own value."""
    trial = subject.tried(root)
    given = subject.operation.parameters[name].value(root)
    verdicts = [
        sent.verdict(subject.operation, name, given, each)
        for each in sent.roots(subject.operation, trial)
    ]
    if not verdicts:
        raise Broken(f"no request came to {trial.case.operation}", trial)
    if "forwarded" not in verdicts:
        raise Broken(f"{name} was {verdicts[0]}, given {shown(given)}", trial)


def returns(subject: Subject, root: Any) -> None:
    """The images that come back are those that were served: all of them, in order, no others."""
    _same_images(subject, subject.tried(root))


def tolerates(alter: Alter, subject: Subject, root: Any) -> None:
    """An answer that changed where no client needs to care is read as before."""
    _same_images(subject, subject.tried(root, alter=alter))


def _same_images(subject: Subject, trial: Trial) -> None:
    if trial.error is not None:
        raise Broken(f"it raised {said_by(trial.error)} for a legal call", trial)
    answers = [
        orjson.loads(each.answer) for each in trial.entries if each.status < 300 and each.answer
    ]
    served, returned = digests(answers, subject.fetch), digests(trial.returned, subject.fetch)
    if served != returned:
        same = len(set(served) & set(returned))
        came = f"{len(returned)} came back, {same} of them among those"
        raise Broken(f"{len(served)} images were served, {came}", trial)


DISAPPOINTMENTS: Mapping[str, Alter] = MappingProxyType(
    {"no-images": alterations.without_images, "error-on-200": alterations.an_error}
)
"""Answers with the status of a success that hold nothing, by the name of the case."""


def notices(alter: Alter, subject: Subject, root: Any) -> None:
    """An answer without images is an error, not an empty result."""
    trial = subject.tried(root, alter=alter)
    if trial.error is None and not digests(trial.returned, subject.fetch):
        raise Broken(f"it returned {shown(trial.returned)}, expected an error", trial)


def surfaces(error: str, subject: Subject, root: Any) -> None:
    """A documented error is an exception that carries the provider's message."""
    trial = subject.tried(root, f"{subject.operation.name} error={error}", deadline=PATIENCE)
    if trial.error is None:
        raise Broken(f"{error} became {shown(trial.returned)}, expected an exception", trial)
    message = message_of(trial)
    if message and message not in all_of(trial.error):
        raise Broken(f"it raised {said_by(trial.error)}, expected {message!r} in it", trial)


def retries(status: int, subject: Subject, root: Any) -> None:
    """Two transient failures and then an answer: it is there, and the waits grew."""
    fault = f"{subject.operation.name} status={status} times=2"
    trial = subject.tried(root, fault, deadline=PATIENCE)
    if trial.error is not None:
        raise Broken(f"it raised {said_by(trial.error)} after {status}, expected a retry", trial)
    times = [each.exchange.time for each in trial.calls]
    waits = [later - before for before, later in pairwise(times)]
    if len(waits) < 2 or waits[1] <= waits[0]:
        raise Broken(f"waits of {[round(w, 3) for w in waits]} s, expected growing ones", trial)


def honours_wait(subject: Subject, root: Any) -> None:
    """A refusal that says when to come again is not repeated before."""
    fault = f"{subject.operation.name} status=429 retry-after=1 times=1"
    trial = subject.tried(root, fault, deadline=PATIENCE)
    times = [each.exchange.time for each in trial.calls]
    if len(times) > 1 and times[1] - times[0] < 1:
        raise Broken(f"it came again after {times[1] - times[0]:.3f} s, told to wait 1 s", trial)


def gives_up(subject: Subject, root: Any) -> None:
    """What was refused for what it says is not sent again."""
    trial = subject.tried(root, f"{subject.operation.name} status=400", deadline=PATIENCE)
    if len(trial.calls) > 1:
        raise Broken(f"{len(trial.calls)} requests for one refusal, expected one", trial)


def polls(subject: Subject, root: Any) -> None:
    """A task that takes its time is waited for, and submitted once."""
    subject.tasks(Mode.TIMED, speed=8)
    trial = subject.tried(root, deadline=PATIENCE)
    _needs_a_task(subject)
    if len(trial.calls) != 1:
        raise Broken(f"the task was submitted {len(trial.calls)} times", trial)
    _same_images(subject, trial)


def polls_failed(subject: Subject, root: Any) -> None:
    """A task that fails is an exception."""
    trial = subject.tried(root, f"{subject.operation.name} fail", deadline=PATIENCE)
    _needs_a_task(subject)
    if trial.error is None:
        raise Broken(f"the task failed, it returned {shown(trial.returned)}", trial)


def polls_expired(subject: Subject, root: Any) -> None:
    """A task that the provider has forgotten is an exception."""
    subject.bench.ends_tasks_as = Stage.EXPIRED
    trial = subject.tried(root, deadline=PATIENCE)
    _needs_a_task(subject)
    if not trial.ended or trial.error is None:
        raise Broken(f"the task was gone, it returned {shown(trial.returned)}", trial)


def _needs_a_task(subject: Subject) -> None:
    if not subject.bench.app.shared.tasks.all():
        pytest.skip("this client submits no task")


def ends(fault: str, subject: Subject, root: Any) -> None:
    """Without a usable answer the call ends in time, and with an exception."""
    trial = subject.tried(root, f"{subject.operation.name} {fault}", deadline=DEADLINE)
    if not trial.ended:
        raise Broken(f"it had not ended after {DEADLINE:g} s", trial)
    if trial.error is None:
        raise Broken(f"it returned {shown(trial.returned)}, expected an exception", trial)


def keeps_secret(subject: Subject, root: Any) -> None:
    """The credential stands in its header and nowhere else."""
    trial = subject.tried(root, f"{subject.operation.name} status=400", deadline=PATIENCE)
    secret = trial.case.api_key
    if trial.error is not None and secret in all_of(trial.error):
        raise Broken("the credential stands in the exception", trial)
    for entry in trial.entries:
        if secret in unquote(f"{entry.path}?{entry.exchange.query}"):
            raise Broken("the credential stands in an address", trial)
        if secret.encode() in entry.body:
            raise Broken("the credential stands in a body", trial)


def _is_argument(operation: Operation, name: str) -> bool:
    """Whether callers give a parameter: not the client, and not as the object around others."""
    around = steps(operation.subject.removeprefix("/*"))
    return name not in added(operation) and len(operation.parameters[name].path) > len(around)


def _answers(operation: Operation) -> Iterator[dict[str, str]]:
    """The readings that change the shape of an answer, one choice at a time; first the default."""
    yield {}
    for shape in operation.answers:
        if shape.statement.reading and shape.statement.choice:
            yield {shape.statement.reading: shape.statement.choice}


def _tolerable(operation: Operation) -> dict[str, Alter]:
    """What may change in an answer without a client having to care, by the name of the case."""
    shape: Schema = operation.answers[0].schema if operation.answers else {}
    return {
        "new-fields": alterations.with_new_fields,
        "key-order": alterations.reordered,
        "absent-fields": partial(alterations.bare, shape=shape),
    }


def _documented(provider: Provider) -> list[str]:
    """The errors on record that any request may meet."""
    return sorted(
        name.removeprefix("fault:") for name in provider.errors if name.startswith("fault:")
    )
