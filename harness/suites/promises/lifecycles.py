"""Tasks of a server under check: asked about until they end, walked along documented states."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis.errors import Flaky
from hypothesis.stateful import Bundle, RuleBasedStateMachine, rule, run_state_machine_as_test

from imagine_harness.contracts.fields import values_at
from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.server import Server

PATIENCE = 120.0
"""Real seconds in which a task must have ended."""

FIRST_PAUSE, LONGEST_PAUSE = 0.02, 1.0
"""Real seconds between two questions about one task; each pause is twice the one before."""

UNKNOWN_ID = "00000000-0000-4000-8000-000000000000"
"""An id that no task has."""


@dataclass
class SubmittedTask:
    """A task: how it was submitted, and the last state that was seen."""

    id: str
    submitted: Interaction
    state: str | None = None


def outcome(server: Server, lifecycle: TaskLifecycle, submitted: Interaction) -> Interaction:
    """The call whose answer holds what a submitted task made, once it has ended.

    Raises:
        Broken: it cannot be asked about, or does not end.
    """
    task = _submitted(lifecycle, submitted)
    last = submitted

    def is_over() -> bool:
        nonlocal last
        last = ask(server, lifecycle, task)
        return lifecycle.state_of(last.answer) in lifecycle.terminal_states

    if not _comes_true(is_over):
        raise Broken(f"a task had not ended after {PATIENCE:g} s", last)
    return _result(server, lifecycle, task) if lifecycle.result else last


def _comes_true(is_over: Callable[[], bool]) -> bool:
    """Look again and again, each time after a longer pause, for as long as a task may take."""
    pause, ends = FIRST_PAUSE, time.monotonic() + PATIENCE
    while not is_over():
        if time.monotonic() > ends:
            return False
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    return True


def _submitted(lifecycle: TaskLifecycle, submitted: Interaction) -> SubmittedTask:
    for name in lifecycle.ids_of(submitted.answer):
        return SubmittedTask(name, submitted)
    message = f"a submission was answered without an id at {lifecycle.id_at}"
    raise Broken(message, submitted, states=lifecycle.statement)


def ask(server: Server, lifecycle: TaskLifecycle, task: SubmittedTask) -> Interaction:
    """Where a task is."""
    return _question(server, lifecycle, lifecycle.ask, lifecycle.ask_at, task)


def _result(server: Server, lifecycle: TaskLifecycle, task: SubmittedTask) -> Interaction:
    """What a task made."""
    return _question(server, lifecycle, str(lifecycle.result), lifecycle.result_at, task)


def _question(
    server: Server, lifecycle: TaskLifecycle, name: str, at: str | None, task: SubmittedTask
) -> Interaction:
    """One question, at the address that the submission was answered with, or by the task's id."""
    operation = server.known[name]
    address = next(values_at(task.submitted.answer, at), None) if at else None
    if isinstance(address, str):
        return server.send(operation, address=address)
    if operation.path_parameters:
        return server.send(operation, path={lifecycle.ask_by: task.id})
    return server.ask({**_constants(operation), lifecycle.ask_by: task.id}, operation=operation)


def _constants(operation: Operation) -> dict[str, Any]:
    """What sets an operation apart from others on its path."""
    schemas = {name: operation.parameters[name].schema for name in operation.select}
    return {name: schema["enum"][0] for name, schema in schemas.items() if "enum" in schema}


@dataclass
class LifecycleWalk:
    """What a walk over the tasks of one lifecycle notices.

    Attributes:
        root: the body of a submission.
        first: the first thing that was wrong, None so far.
    """

    server: Server
    lifecycle: TaskLifecycle
    root: Any
    tasks: list[SubmittedTask] = field(default_factory=list)
    first: Broken | None = None

    def submit(self) -> SubmittedTask:
        """Submit a task: it has an id that no other has."""
        submitted = self.server.ask(self.server.usable(self.root), door=self.lifecycle.door)
        if submitted.failed:
            raise self._broken(f"a submission was refused with {submitted.status}", submitted)
        task = _submitted(self.lifecycle, submitted)
        if any(each.id == task.id for each in self.tasks):
            raise self._broken(f"two tasks have the id {task.id}", submitted)
        self.tasks.append(task)
        return task

    def look(self, task: SubmittedTask) -> None:
        """Ask about a task: its state is documented, and follows the one before."""
        asked = ask(self.server, self.lifecycle, task)
        now = self.lifecycle.state_of(asked.answer)
        if now is None:
            raise self._broken(f"no state stands at {self.lifecycle.state_at}", asked)
        if now not in self.lifecycle.follows:
            listed = ", ".join(self.lifecycle.follows)
            raise self._broken(f"a task is {now!r}, documented are {listed}", asked)
        if task.state is not None and now not in self.lifecycle.reachable(task.state):
            raise self._broken(f"a task went from {task.state!r} to {now!r}", asked)
        task.state = now

    def look_for_an_unknown(self) -> None:
        """Ask about a task that nobody submitted: it is in no state."""
        if self.lifecycle.ask_at is None:
            asked = ask(self.server, self.lifecycle, SubmittedTask(UNKNOWN_ID, Interaction()))
            state = self.lifecycle.state_of(asked.answer)
            if not asked.failed and state is not None:
                raise self._broken(f"a task that nobody submitted is {state!r}", asked)

    def finish(self) -> None:
        """Every task ends, and stays as it ended."""
        for task in self.tasks:
            if not _comes_true(partial(self._is_over, task)):
                message = f"a task had not ended after {PATIENCE:g} s"
                raise self._broken(message, task.submitted)
            self.look(task)

    def _is_over(self, task: SubmittedTask) -> bool:
        if task.state not in self.lifecycle.terminal_states:
            self.look(task)
        return task.state in self.lifecycle.terminal_states

    def _broken(self, message: str, interaction: Interaction) -> Broken:
        broken = Broken(message, interaction, states=self.lifecycle.statement)
        self.first = self.first or broken
        return broken


def machine(walk: LifecycleWalk) -> type[RuleBasedStateMachine]:
    """The walk as a state machine, which sees every task to its end."""

    class Machine(RuleBasedStateMachine):
        """A walk that begins anew each time."""

        tasks: Bundle[SubmittedTask] = Bundle("tasks")

        def __init__(self) -> None:
            super().__init__()
            walk.tasks.clear()

        @rule(target=tasks)
        def submit(self) -> SubmittedTask:
            return walk.submit()

        @rule(task=tasks)
        def look(self, task: SubmittedTask) -> None:
            walk.look(task)

        @rule()
        def look_for_an_unknown(self) -> None:
            walk.look_for_an_unknown()

        def teardown(self) -> None:
            walk.finish()

    return Machine


def moves(lifecycle: TaskLifecycle, server: Server, _root: Any) -> None:
    """Tasks go from one documented state to the next, each to an end that it keeps."""
    walk = LifecycleWalk(server, lifecycle, submission(server.operation, lifecycle))
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
def submission(operation: Operation, lifecycle: TaskLifecycle) -> Any:
    """The plainest root that makes a task."""
    patch = {operation.parameters[name].path: value for name, value in lifecycle.given.items()}
    return generator(operation).plainest_body(patch, None)
