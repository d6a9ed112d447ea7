"""Whether a client waits for a task to end, through every state on record, however it ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pytest

from imagine_harness.contracts.fields import Schema, shown
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.model import Statement
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import FETCH, Provider
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.suites.failure import Broken, all_of, said_by
from imagine_harness.harness.suites.promises import alterations
from imagine_harness.harness.suites.promises.returned_images import same_images
from imagine_harness.harness.suites.subjects.interaction import PATIENCE, Subject, Trial
from imagine_harness.harness.suites.subjects.testbed import Alteration
from imagine_harness.mocks.services.tasks import Stage

BECAUSE = "the kiln went out at noon"
"""Why tasks fail here: words that stand in no other answer."""

MOST_QUESTIONS = 20
"""Questions about a task that is over after which a client is taken to ask for ever."""

CANCELLED = "client-cancelled"
"""What a provider's errors on record call a task that was taken back, where it documents that."""

Check = Callable[[Subject, Any], None]


def cases(
    operation: Operation, provider: Provider
) -> Iterator[tuple[str, Check, Statement | None]]:
    """What a client of tasks can be tried in: a name, the check, the fact that is at stake."""
    for life in provider.lifecycles:
        if operation.id not in life.submit:
            continue
        yield "to-the-end", partial(polls, life), life.statement
        for state in life.follows:
            if state not in life.terminal_states:
                yield state, partial(polls_through, life, state), life.statement
        yield "absent-fields", partial(polls_bare, life), life.statement
        yield "interrupted", partial(polls_on, life), None
        yield "failed", partial(polls_failed, life), life.statement
        yield "expired", partial(polls_over, life, Stage.EXPIRED), life.statement
        yield "readings", partial(polls_however_told, life), life.statement
        if provider.fault(CANCELLED) is not None:
            yield "cancelled", partial(polls_over, life, Stage.CANCELLED), life.statement


def polls(life: TaskLifecycle, subject: Subject, root: Any) -> None:
    """A task that waits and runs is waited for, submitted once, and left alone when it is over."""
    _followed(life, subject, root)


def polls_through(life: TaskLifecycle, state: str, subject: Subject, root: Any) -> None:
    """A task is waited for that tells one of the documented states until it ends."""
    others = life.follows.keys() - life.terminal_states - {state}
    alter = partial(alterations.in_state, place=life.state_at, instead_of=others, state=state)
    _followed(life, subject, root, altered=Alteration(alter, of=life.ask))


def polls_bare(life: TaskLifecycle, subject: Subject, root: Any) -> None:
    """A task is waited for whose states are told without anything that is optional."""
    alter = partial(alterations.bare, shape=_shape(life, subject))
    _followed(life, subject, root, altered=Alteration(alter, of=life.ask))


def polls_on(life: TaskLifecycle, subject: Subject, root: Any) -> None:
    """A question that meets a transient failure is asked again, and no task submitted again."""
    fault = f"{subject.operation.provider}.{life.ask} status=503 times=1"
    _followed(life, subject, root, fault)


def _followed(life: TaskLifecycle, subject: Subject, root: Any, *faults: str, **how: Any) -> None:
    subject.bench.move_tasks()
    trial = subject.tried(root, *faults, deadline=PATIENCE, **how)
    _needs_a_task(subject, trial)
    if len(trial.calls) != 1:
        raise Broken(f"the task was submitted {len(trial.calls)} times", trial)
    if trial.error is not None:
        raise Broken(f"it raised {said_by(trial.error)} for a task that succeeds", trial)
    same_images(subject, trial)
    _stops(life, trial)


def _stops(life: TaskLifecycle, trial: Trial) -> None:
    """See to it that nobody asks about a task whose end was told."""
    asked = [each for each in trial.entries if each.operation == life.ask]
    for number, entry in enumerate(asked[:-1], 1):
        state = life.state_of(_answer(entry))
        if state in life.terminal_states:
            more = len(asked) - number
            raise Broken(f"it asked {more} more times after {state}, expected none", trial)


def _answer(entry: Entry) -> Any:
    try:
        return entry.answer_json()
    except ValueError:
        return None


def polls_failed(life: TaskLifecycle, subject: Subject, root: Any) -> None:
    """A task that fails is an exception, which says why where the provider does."""
    trial = _over(life, Stage.FAILED, subject, root)
    told = any(BECAUSE.encode() in each.answer for each in trial.entries)
    if trial.error is not None and told and BECAUSE not in all_of(trial.error):
        raise Broken(f"it raised {said_by(trial.error)}, expected {BECAUSE!r} in it", trial)


def polls_over(life: TaskLifecycle, stage: Stage, subject: Subject, root: Any) -> None:
    """A task that was taken back, or that the provider has forgotten, is an exception."""
    _over(life, stage, subject, root)


def polls_however_told(life: TaskLifecycle, subject: Subject, root: Any) -> None:
    """A task that fails or is forgotten is an exception under every other reading, too."""
    usual = dict(subject.bench.app.mocks[subject.operation.provider].readings)
    try:
        for reading in subject.provider.readings.values():
            for choice in reading.choices:
                if choice != usual[reading.id]:
                    subject.bench.app.read({**usual, reading.id: choice})
                    for stage in (Stage.FAILED, Stage.EXPIRED):
                        _over(life, stage, subject, root, f", with {reading.id}={choice}")
    finally:
        subject.bench.app.read(usual)


def _over(life: TaskLifecycle, stage: Stage, subject: Subject, root: Any, under: str = "") -> Trial:
    """A call whose task comes to no good; it has ended with an exception."""
    subject.bench.end_tasks(stage, BECAUSE)
    trial = subject.tried(root, deadline=PATIENCE, enough=partial(_is_endless, life))
    _needs_a_task(subject, trial)
    if not trial.ended:
        raise Broken(f"the task is {stage}, and it asks for ever{under}", trial)
    if trial.error is None:
        came = shown(trial.returned)
        raise Broken(
            f"the task is {stage}, it returned {came}, expected an exception{under}", trial
        )
    if len(trial.calls) > 1:
        times = len(trial.calls)
        raise Broken(f"the task is {stage}, it was submitted {times} times{under}", trial)
    _stops(life, trial)
    return trial


def _is_endless(life: TaskLifecycle, entries: Sequence[Entry]) -> bool:
    others = (*life.submit, FETCH)
    return len([each for each in entries if each.operation not in others]) > MOST_QUESTIONS


def _needs_a_task(subject: Subject, trial: Trial) -> None:
    if trial.ended and not subject.bench.app.shared.tasks.all():
        pytest.skip("this client submits no task")


def _shape(life: TaskLifecycle, subject: Subject) -> Schema:
    """What is documented of the answers to a question together; required is what any of them is."""
    mock = subject.bench.app.mocks[subject.operation.provider]
    asked = [plan.operation for plan in mock.routes.all() if plan.operation.id == life.ask]
    shapes: Sequence[Mapping[str, Any]] = [each.schema for each in asked[0].answers]
    return {
        "properties": {k: v for each in shapes for k, v in each.get("properties", {}).items()},
        "required": [name for each in shapes for name in each.get("required", ())],
    }
