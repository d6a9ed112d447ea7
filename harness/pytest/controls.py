"""What a test moves at one provider: its faults and its asynchronous jobs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, overload

from imagine_harness.contracts.lookup import unknown
from imagine_harness.harness.pytest.mock_session import known, known_operation
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.services.faults import Fault, from_words, parsed
from imagine_harness.mocks.services.tasks import ENDED, Stage, Task

if TYPE_CHECKING:
    from imagine_harness.harness.pytest.mock_session import MockSession


class Faults:
    """What goes wrong at one provider in this test."""

    def __init__(self, session: MockSession, provider: str) -> None:
        self._session = session
        self._provider = provider

    def add(self, spec: str = "", **words: Any) -> Fault:
        """Have something go wrong, as in `add("generate nth=2 status=429 retry-after=1")`.

        Args:
            spec: an operation, conditions and what happens; without an operation, any of them.
            words: the same as keywords, `spec` then being the operation alone:
                `add("generate", nth=2, status=429, retry_after=1)`.

        Raises:
            FaultError: a word is unknown or nothing goes wrong.
            MockError: the provider has no such operation, or no such error.
        """
        if words:
            named = {name.replace("_", "-"): value for name, value in words.items()}
            place = str(named.pop("operation", spec))
            fault = from_words(Fault(parts={}, provider=place or None), named, repr(words))
        else:
            fault = parsed(spec)
        place = ".".join(filter(None, (fault.provider, fault.operation)))
        operation = None if place in ("", "*", self._provider) else place
        if operation is not None:
            operation = known_operation(self._provider, operation)
        fault = known(replace(fault, provider=self._provider, operation=operation))
        return self._session.app.controls.add_fault(fault)

    def clear(self) -> None:
        """Let nothing more go wrong at this provider."""
        self._session.app.services.faults.reset(provider=self._provider)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._session.app.controls.faults(self._provider))

    def __len__(self) -> int:
        return len(list(iter(self)))

    def __repr__(self) -> str:
        return repr(list(self))


@dataclass(frozen=True, slots=True)
class TaskHandle:
    """One asynchronous job of a provider."""

    id: str
    operation: str
    _tasks: Tasks

    @property
    def stage(self) -> str:
        """Where it is now: queued, running, succeeded, failed or expired."""
        return self._tasks.stage(self.id)

    def finish(self) -> None:
        """Have it succeed now."""
        self._tasks.finish(self.id)

    def fail(self, error: str | None = None) -> None:
        """Have it fail now, with a message of one's own."""
        self._tasks.fail(self.id, error)

    def expire(self) -> None:
        """Have the provider forget it."""
        self._tasks.expire(self.id)


class Tasks(Sequence[TaskHandle]):
    """The asynchronous jobs of one provider in this test, oldest first."""

    def __init__(self, session: MockSession, provider: str) -> None:
        self._session = session
        self._provider = provider

    def finish(self, task_id: str | None = None) -> None:
        """Have a task succeed now; without an id, every one that has not ended.

        Raises:
            MockError: there is no such task.
        """
        self._end(task_id, Stage.SUCCEEDED)

    def fail(self, task_id: str | None = None, error: str | None = None) -> None:
        """Have a task fail now, with a message of one's own; without an id, all not yet ended.

        Raises:
            MockError: there is no such task.
        """
        self._end(task_id, Stage.FAILED, error)

    def expire(self, task_id: str | None = None) -> None:
        """Have the provider forget a task; without an id, every one.

        Raises:
            MockError: there is no such task.
        """
        self._end(task_id, Stage.EXPIRED)

    def stage(self, task_id: str) -> str:
        """Where a task is now."""
        return str(self._controls.stage(self._one(task_id)))

    @property
    def _controls(self) -> Controls:
        return self._session.app.controls

    def _end(self, task_id: str | None, stage: Stage, error: str | None = None) -> None:
        left = {Stage.EXPIRED} if stage is Stage.EXPIRED else ENDED
        meant = (
            [task for task in self._all() if self._controls.stage(task) not in left]
            if task_id is None
            else [self._one(task_id)]
        )
        if not meant:
            raise MockError(f"no task of {self._provider} is left that could be {stage}")
        for task in meant:
            self._controls.end_task(task, stage, error)
            if stage is not Stage.SUCCEEDED:
                self._session.disturbed.add(task.id)

    def _all(self) -> list[Task]:
        return self._controls.tasks(self._provider)

    def _one(self, task_id: str) -> Task:
        for task in self._all():
            if task.id == task_id:
                return task
        known = (task.id for task in self._all())
        raise MockError(unknown("task", task_id, known, f"at {self._provider}"))

    @overload
    def __getitem__(self, index: int) -> TaskHandle: ...

    @overload
    def __getitem__(self, index: slice) -> list[TaskHandle]: ...

    def __getitem__(self, index: int | slice) -> TaskHandle | list[TaskHandle]:
        return [TaskHandle(task.id, task.operation, self) for task in self._all()][index]

    def __len__(self) -> int:
        return len(self._all())

    def __repr__(self) -> str:
        return repr([f"{task.id}: {task.stage}" for task in self])
