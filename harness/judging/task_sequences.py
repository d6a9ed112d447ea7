"""Recorded conversations about tasks: whether each state follows the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagine_harness.harness.judging.answers import count, json_of, lifecycle_of
from imagine_harness.harness.judging.flaws import Flaw

if TYPE_CHECKING:
    from imagine_harness.contracts.judge.judgement import AcceptedRoot
    from imagine_harness.contracts.lifecycle import TaskLifecycle
    from imagine_harness.harness.judging.requests import JudgedExchange


@dataclass
class ObservedTask:
    """A task as a conversation shows it.

    Attributes:
        accepted: what was asked for, where its submission was recorded alone.
        state: the last one that was told, "" before the first.
        counted: whether its images were counted.
    """

    accepted: tuple[AcceptedRoot, ...] = ()
    state: str = ""
    counted: bool = False


def flaws(conversation: Iterable[JudgedExchange]) -> Iterator[Flaw]:
    """What is wrong with the tasks of a conversation, in its order."""
    tasks: dict[tuple[str, str, str], ObservedTask] = {}
    for judged in conversation:
        call = judged.call
        if not judged.answered or call is None or not judged.exchange.response.succeeded:
            continue
        submitted = lifecycle_of(judged, call.judge.provider)
        if submitted is not None:
            yield from _submitted(submitted, judged, tasks)
        for life in call.judge.provider.lifecycles:
            if judged.operation is not None and judged.operation.id in (
                life.ask,
                life.result,
            ):
                yield from _polled(life, judged, tasks)


def _submitted(
    life: TaskLifecycle, judged: JudgedExchange, tasks: dict[tuple[str, str, str], ObservedTask]
) -> Iterator[Flaw]:
    answer = json_of(judged)
    if answer is None:
        return
    ids = life.ids_of(answer)
    if not ids:
        told = f"a submission was answered without an id at {life.id_at}"
        yield Flaw("state", told, judged, life.statement)
    for each in ids:
        known = tasks[_key(life, judged, each)] = ObservedTask()
        if len(set(ids)) == 1:
            known.accepted = judged.accepted


def _polled(
    life: TaskLifecycle, judged: JudgedExchange, tasks: dict[tuple[str, str, str], ObservedTask]
) -> Iterator[Flaw]:
    answer, names = json_of(judged), _names(life, judged)
    if answer is None or not names:
        return
    if judged.operation is not None and judged.operation.id == life.ask:
        for name, states in life.states_of(answer, names).items():
            task = tasks.setdefault(_key(life, judged, name), ObservedTask())
            yield from _moved(life, judged, task, states)
    task = tasks.setdefault(_key(life, judged, names[0]), ObservedTask())
    holds = judged.operation is not None and judged.operation.id == (life.result or life.ask)
    ended = life.result is not None or task.state == life.succeeded
    if holds and ended and len(names) == 1 and not task.counted:
        task.counted = True
        yield from count(judged, task.accepted, answer)


def _moved(
    life: TaskLifecycle, judged: JudgedExchange, task: ObservedTask, states: set[str]
) -> Iterator[Flaw]:
    """Whether the states that one answer tells of a task may follow what was told before."""
    for state in sorted(states - life.follows.keys()):
        listed = ", ".join(life.follows)
        told = f"a task is {state!r}, documented are {listed}"
        yield Flaw("state", told, judged, life.statement, [*life.follows], state)
    if len(states) != 1 or not states <= life.follows.keys():
        return
    state = next(iter(states))
    if task.state and state not in life.reachable(task.state):
        told = f"a task went from {task.state!r} to {state!r}"
        expected = sorted(life.reachable(task.state))
        yield Flaw("state", told, judged, life.statement, expected, state)
    task.state = state


def _names(life: TaskLifecycle, judged: JudgedExchange) -> list[str]:
    """The ids that a question is about."""
    call = judged.call
    if call is not None and life.ask_by in call.judgement.path_values:
        return [call.judgement.path_values[life.ask_by]]
    named = [
        operation.parameters[life.ask_by].value(root)
        for operation, root in judged.roots
        if life.ask_by in operation.parameters
    ]
    return [each for each in named if isinstance(each, str)]


def _key(life: TaskLifecycle, judged: JudgedExchange, name: str) -> tuple[str, str, str]:
    return judged.exchange.provider, life.id, name
