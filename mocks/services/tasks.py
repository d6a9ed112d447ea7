"""Asynchronous jobs on the clock: what state one is in follows from what time it is."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from imagine_harness.mocks.services.budget import Kept, Memory
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.schedule import Schedule

if TYPE_CHECKING:
    from imagine_harness.mocks.services.faults import Fault

MOST_TASKS = 100_000
"""Tasks kept; beyond it the oldest are forgotten, as if they had expired."""


TASK = 1_800
"""Bytes that a task holds beside what it was asked, as measured."""


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
    CANCELLED = "cancelled"
    EXPIRED = "expired"


ENDED = frozenset({Stage.SUCCEEDED, Stage.FAILED, Stage.CANCELLED, Stage.EXPIRED})
"""Stages that a task does not leave, but for expiry."""

QUEUED_FOR = 0.4
"""Seconds a timed task waits."""

DONE_AFTER = 1.6
"""Seconds after which a timed task has ended."""


@dataclass(slots=True)
class Task:
    """One job.

    Attributes:
        starts, ends: when it begins to run and when it ends, None where only a control decides.
        end: how it ends, and `error` why, where it fails.
        failure: the provider's documented error that it ends with, by its name on record.
        lifetime: seconds after its end for which it is known, None for ever.
        work: what the provider's folder keeps to answer with.
        fulfilled: whether what it makes was made, which waits until somebody asks for it.
        announce: what is to be done once it has ended.
        light: `work` without what is long in it, None where nothing is.
        asked: how often each operation has asked about it.
        fault: what its submission has go wrong with such questions.
    """

    id: str
    provider: str
    operation: str
    test: str
    created: float
    mode: Mode
    work: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    starts: float | None = None
    ends: float | None = None
    end: Stage = Stage.SUCCEEDED
    lifetime: float | None = None
    error: str | None = None
    failure: str | None = None
    expired: bool = False
    fulfilled: bool = False
    announce: Callable[[], Awaitable[None]] | None = None
    light: Mapping[str, Any] | None = None
    asked: dict[str, int] = field(default_factory=dict)
    fault: Fault | None = None

    def lighten(self) -> None:
        """Let go of what is long in its work."""
        if self.light is not None:
            self.work, self.light = self.light, None

    def stage(self, now: float) -> Stage:
        """Where the task is at a time."""
        if self.expired:
            return Stage.EXPIRED
        if self.ends is not None and now >= self.ends:
            over = self.lifetime is not None and now >= self.ends + self.lifetime
            return Stage.EXPIRED if over else self.end
        if self.starts is not None and now >= self.starts:
            return Stage.RUNNING
        return Stage.QUEUED

    def share(self, now: float) -> float:
        """How much of the task is done at a time, from 0 to 1."""
        stage = self.stage(now)
        if stage in ENDED:
            return 1.0
        if stage is Stage.QUEUED or self.starts is None:
            return 0.0
        length = DONE_AFTER - QUEUED_FOR if self.ends is None else self.ends - self.starts
        return min((now - self.starts) / length, 0.99)


def apart(name: str, test: str) -> str:
    """The id of a task whose name is that of another test's task, too."""
    return f"{name}@{test}"


class TaskStore:
    """Tasks by id; an id is known whatever test asks, so that follow-ups need no header."""

    def __init__(
        self,
        clock: Clock,
        schedule: Schedule,
        mode: Mode = Mode.TIMED,
        memory: Memory | None = None,
    ) -> None:
        memory = memory or Memory()
        self._clock = clock
        self._schedule = schedule
        self.mode = mode
        self._tasks: Kept[str, Task] = memory.kept("tasks", MOST_TASKS, self._leave)
        self._heavy: Kept[int, Task] = memory.kept("bodies of tasks", dropped=Task.lighten)
        self._waiting: dict[str, OrderedDict[str, Task]] = {}

    def submit(
        self, task_id: str, provider: str, operation: str, test: str, work: Mapping[str, Any]
    ) -> Task:
        """Take a job on."""
        now = self._clock.now()
        task = Task(task_id, provider, operation, test, now, self.mode, work)
        if self.mode is Mode.TIMED:
            task.starts, task.ends = now + QUEUED_FOR, now + DONE_AFTER
        elif self.mode is Mode.IMMEDIATE:
            task.starts = task.ends = now
        before = self._tasks.pop(task_id)
        if before is not None:
            self._leave(before)
        self.weigh(task, 0)
        waiting = self._waiting.setdefault(provider, OrderedDict())
        while waiting and not self._waits(next(iter(waiting.values()))):
            waiting.popitem(last=False)
        waiting[task_id] = task
        return task

    def weigh(self, task: Task, weight: int) -> None:
        """Say how many bytes the work of the newest task holds for good."""
        self._tasks.add(task.id, task, TASK + len(task.test) + weight)

    def carry(self, task: Task, weight: int, light: Mapping[str, Any]) -> None:
        """Keep a task's work whole while there is room for its bytes, then what is light of it."""
        task.light = light
        self._heavy.add(id(task), task, weight)

    def get(self, provider: str, task_id: str) -> Task | None:
        """The task of an id at a provider, None when there is none or it has expired."""
        task = self._tasks.get(task_id)
        if task is None or task.provider != provider or self.stage(task) is Stage.EXPIRED:
            return None
        return task

    def find(self, task_id: str) -> Task | None:
        """The task of an id at any provider, expired ones included."""
        return self._tasks.get(task_id)

    def known(self, provider: str, name: str, test: str) -> Task | None:
        """The task of an id that a client gave in a test, None when there is none any more."""
        some = (self.get(provider, task_id) for task_id in (name, apart(name, test)))
        return next((task for task in some if task is not None and task.test == test), None)

    def all(self) -> list[Task]:
        """Every task, oldest first."""
        return list(self._tasks)

    def waiting(self, provider: str) -> list[Task]:
        """The tasks of a provider that wait, oldest first.

        It costs what waits, however many have ended: no task waits again that has begun or ended.
        """
        known = self._waiting.get(provider, OrderedDict())
        for name in [name for name, task in known.items() if not self._waits(task)]:
            del known[name]
        return list(known.values())

    def _waits(self, task: Task) -> bool:
        return self._tasks.get(task.id) is task and self.stage(task) is Stage.QUEUED

    def force(self, task: Task, stage: Stage, error: str | None = None) -> None:
        """Put a task in an end stage, whatever time it is; `error` says why it failed."""
        if stage is Stage.EXPIRED:
            task.expired = True
            return
        task.end, task.ends, task.expired = stage, self._clock.now(), False
        task.error = error if error is not None else task.error
        self._watch(task)

    def when_ended(self, task: Task, announce: Callable[[], Awaitable[None]]) -> None:
        """Have something done once a task has ended, by the clock or by a control."""
        task.announce = announce
        self._watch(task)

    def _watch(self, task: Task) -> None:
        if task.ends is not None and task.announce is not None:
            self._schedule.at(task.ends, lambda: self._announced(task))

    async def _announced(self, task: Task) -> None:
        announce = task.announce
        if announce is None or task.expired or self.stage(task) not in ENDED:
            return
        task.announce = None
        try:
            await announce()
        except asyncio.CancelledError:
            task.announce = announce
            raise

    def stage(self, task: Task) -> Stage:
        """Where a task is now."""
        return task.stage(self._clock.now())

    def share(self, task: Task) -> float:
        """How much of a task is done now, from 0 to 1."""
        return task.share(self._clock.now())

    def reset(self, test: str | None = None) -> None:
        """Forget the tasks of one test, or with None all; their ends are not announced."""
        for task in self._tasks.forget(lambda _, task: test in (None, task.test)):
            task.announce = None
            self._leave(task)
        for task in self._heavy.forget(lambda _, task: test in (None, task.test)):
            task.lighten()

    def _leave(self, task: Task) -> None:
        """See to it that a task that is forgotten holds little, wherever it is still in use."""
        self._waiting[task.provider].pop(task.id, None)
        if self._heavy.pop(id(task)) is not None:
            task.lighten()
