"""Tasks of a server under check: asked about until they end, walked along documented states."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from imagine_harness.contracts.fields import values_at
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.server_client import Front, Reply

PATIENCE = 120.0
"""Real seconds in which a task must have ended."""

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
"""Real seconds between two questions about one task; each pause is twice the one before."""


def outcome(front: Front, life: TaskLifecycle, submitted: Reply) -> Reply:
    """The answer that holds what a submitted task made, once it has ended.

    Raises:
        Broken: it cannot be asked about, or does not end.
    """
    task = _id(life, submitted)
    pause, ends = FIRST_PAUSE, time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        asked = ask(front, life, submitted, task)
        if state(life, asked) in life.terminal_states:
            return result(front, life, submitted, task) if life.result else asked
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    raise Broken(f"a task had not ended after {PATIENCE:g} s", seen=[asked.seen])


def ask(front: Front, life: TaskLifecycle, submitted: Reply, task: str) -> Reply:
    """Where a task is."""
    return _asked(front, life, life.ask, _address(submitted, life.ask_at), task)


def result(front: Front, life: TaskLifecycle, submitted: Reply, task: str) -> Reply:
    """What a task made."""
    return _asked(front, life, life.result or life.ask, _address(submitted, life.result_at), task)


def _address(submitted: Reply, place: str | None) -> str | None:
    found = next(values_at(submitted.json(), place), None) if place else None
    return found if isinstance(found, str) else None


def state(life: TaskLifecycle, reply: Reply) -> str | None:
    """The state that an answer tells, None where it tells none."""
    return life.state_of(reply.json())


def _id(life: TaskLifecycle, submitted: Reply) -> str:
    for found in life.ids_of(submitted.json()):
        return found
    told = f"a submission was answered without an id at {life.id_at}"
    raise Broken(told, seen=[submitted.seen], states=life.statement)


def _asked(front: Front, life: TaskLifecycle, name: str, address: str | None, task: str) -> Reply:
    operation = front.known[name]
    if address is not None:
        return front.send(operation, address=address)
    if operation.path_parameters:
        return front.send(operation, path={life.ask_by: task})
    return front.ask({**_constants(operation), life.ask_by: task}, operation=operation)


def _constants(operation: Operation) -> dict[str, Any]:
    """What tells an operation from others on its path."""
    schemas = {name: operation.parameters[name].schema for name in operation.select}
    return {name: schema["enum"][0] for name, schema in schemas.items() if "enum" in schema}


STRANGER = "00000000-0000-4000-8000-000000000000"
"""An id that no task has."""


@dataclass
class Known:
    """A task as the walk knows it: how it was submitted, and the last state that was seen."""

    id: str
    submitted: Reply
    seen: str | None = None


@dataclass
class Walk:
    """What a walk over the tasks of one life notices.

    Attributes:
        root: what a submission says.
        first: the first thing that was wrong, None so far.
    """

    front: Front
    life: TaskLifecycle
    root: Any
    tasks: list[Known] = field(default_factory=list)
    first: Broken | None = None

    def submit(self) -> Known:
        """Submit a task: it has an id that no other has."""
        submitted = self.front.ask(self.front.usable(self.root), door=self.life.door)
        if not submitted.succeeded:
            told = f"a submission was refused with {submitted.status}"
            raise self._broken(told, submitted)
        known = Known(_id(self.life, submitted), submitted)
        if any(each.id == known.id for each in self.tasks):
            raise self._broken(f"two tasks have the id {known.id}", submitted)
        self.tasks.append(known)
        return known

    def look(self, known: Known) -> None:
        """Ask about a task: its state is documented, and follows the one before."""
        asked = ask(self.front, self.life, known.submitted, known.id)
        now = state(self.life, asked)
        if now is None:
            raise self._broken(f"no state stands at {self.life.state_at}", asked)
        if now not in self.life.follows:
            listed = ", ".join(self.life.follows)
            raise self._broken(f"a task is {now!r}, documented are {listed}", asked)
        if known.seen is not None and now not in self.life.reachable(known.seen):
            raise self._broken(f"a task went from {known.seen!r} to {now!r}", asked)
        known.seen = now

    def look_for_a_stranger(self) -> None:
        """Ask about a task that nobody submitted: it is in no state."""
        if self.life.ask_at is None:
            asked = _asked(self.front, self.life, self.life.ask, None, STRANGER)
            if asked.succeeded and state(self.life, asked) is not None:
                told = f"a task that nobody submitted is {state(self.life, asked)!r}"
                raise self._broken(told, asked)

    def finish(self) -> None:
        """Every task ends, and stays as it ended."""
        for known in self.tasks:
            pause, ends = FIRST_PAUSE, time.monotonic() + PATIENCE
            while known.seen not in self.life.terminal_states:
                if time.monotonic() > ends:
                    told = f"a task had not ended after {PATIENCE:g} s"
                    raise self._broken(told, known.submitted)
                time.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)
                self.look(known)
            self.look(known)

    def _broken(self, told: str, reply: Reply) -> Broken:
        broken = Broken(told, seen=[reply.seen], states=self.life.statement)
        self.first = self.first or broken
        return broken


def machine(walk: Walk) -> type[RuleBasedStateMachine]:
    """The walk as a state machine, which sees every task to its end."""

    class Machine(RuleBasedStateMachine):
        """A walk that begins anew each time."""

        tasks: Bundle[Known] = Bundle("tasks")

        def __init__(self) -> None:
            super().__init__()
            walk.tasks.clear()

        @rule(target=tasks)
        def submit(self) -> Known:
            return walk.submit()

        @rule(known=tasks)
        def look(self, known: Known) -> None:
            walk.look(known)

        @rule()
        def look_for_a_stranger(self) -> None:
            walk.look_for_a_stranger()

        def teardown(self) -> None:
            walk.finish()

    return Machine


def moves(life: TaskLifecycle, front: Front, _root: Any) -> None:
    """Tasks go from one documented state to the next, each to an end that it keeps."""
    walk = Walk(front, life, submission(front.operation, life))
    try:
        run_state_machine_as_test(
            machine(walk),
            settings=settings(
                max_examples=5,
                stateful_step_count=8,
                deadline=None,
                database=None,
                derandomize=True,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            ),
        )
    except Flaky as flaky:  # what depends on the time is not seen in the same place again
        raise walk.first or flaky from None


@cache
def submission(operation: Operation, life: TaskLifecycle) -> Any:
    """The plainest root that makes a task."""
    patch = {operation.parameters[name].path: value for name, value in life.given.items()}
    return generator(operation).plainest_body(patch, None)
