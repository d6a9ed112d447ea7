"""Asynchronous jobs on the clock: what state one is in follows from what time it is."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from mocks.clock import Clock

MOST_TASKS = 100_000
"""Tasks kept; beyond it the oldest are forgotten, as if they had expired."""


class Mode(StrEnum):
    """What moves tasks: the clock, nothing (they end at once), or only the admin interface."""

    TIMED = "timed"
    IMMEDIATE = "immediate"
    MANUAL = "manual"


class Stage(StrEnum):
    """Where a task is; each provider has its own words for these."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    EXPIRED = "expired"


ENDED = frozenset({Stage.SUCCEEDED, Stage.FAILED, Stage.EXPIRED})
"""Stages that a task does not leave, but for expiry."""

QUEUED_FOR = 0.4
"""Seconds a timed task waits."""

DONE_AFTER = 1.6
"""Seconds after which a timed task has ended."""


@dataclass(slots=True)
class Task:
    """One job.

    Attributes:
        work: what the provider's folder keeps to answer with.
        forced: the stage that the admin interface put it in, if it did.
        fulfilled: whether what it makes was made, which waits until somebody asks for it.
    """

    id: str
    provider: str
    operation: str
    test: str
    created: float
    mode: Mode
    work: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    forced: Stage | None = None
    error: str | None = None
    fulfilled: bool = False

    def stage(self, now: float) -> Stage:
        """Where the task is at a time."""
        if self.forced is not None:
            return self.forced
        if self.mode is Mode.IMMEDIATE:
            return Stage.SUCCEEDED
        if self.mode is Mode.MANUAL or now < self.created + QUEUED_FOR:
            return Stage.QUEUED
        return Stage.RUNNING if now < self.created + DONE_AFTER else Stage.SUCCEEDED

    def share(self, now: float) -> float:
        """How much of the task is done at a time, from 0 to 1."""
        stage = self.stage(now)
        if stage in ENDED:
            return 1.0
        if stage is Stage.QUEUED:
            return 0.0
        running = (now - self.created - QUEUED_FOR) / (DONE_AFTER - QUEUED_FOR)
        return min(max(running, 0.0), 0.99)


class Tasks:
    """Tasks by id; an id is known whatever test asks, so that follow-ups need no header."""

    def __init__(self, clock: Clock, mode: Mode = Mode.TIMED) -> None:
        self._clock = clock
        self.mode = mode
        self._tasks: OrderedDict[str, Task] = OrderedDict()

    def submit(
        self, task_id: str, provider: str, operation: str, test: str, work: Mapping[str, Any]
    ) -> Task:
        """Take a job on."""
        if len(self._tasks) >= MOST_TASKS:
            self._tasks.popitem(last=False)
        task = Task(task_id, provider, operation, test, self._clock.now(), self.mode, work)
        self._tasks[task_id] = task
        return task

    def get(self, provider: str, task_id: str) -> Task | None:
        """The task of an id at a provider, None when there is none or it has expired."""
        task = self._tasks.get(task_id)
        if task is None or task.provider != provider or task.forced is Stage.EXPIRED:
            return None
        return task

    def find(self, task_id: str) -> Task | None:
        """The task of an id at any provider, expired ones included."""
        return self._tasks.get(task_id)

    def all(self) -> list[Task]:
        """Every task, oldest first."""
        return list(self._tasks.values())

    def force(self, task: Task, stage: Stage, error: str | None = None) -> None:
        """Put a task in a stage, whatever time it is; `error` says why it failed."""
        task.forced = stage
        task.error = error if error is not None else task.error

    def stage(self, task: Task) -> Stage:
        """Where a task is now."""
        return task.stage(self._clock.now())

    def share(self, task: Task) -> float:
        """How much of a task is done now, from 0 to 1."""
        return task.share(self._clock.now())

    def reset(self, test: str | None = None) -> None:
        """Forget the tasks of one test, or with None all."""
        if test is None:
            self._tasks.clear()
        else:
            kept = [(name, task) for name, task in self._tasks.items() if task.test != test]
            self._tasks = OrderedDict(kept)
