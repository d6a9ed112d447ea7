"""What is to happen later, on the one clock: nothing here waits on real time alone."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from imagine_harness.contracts.secrets.logs import logger
from imagine_harness.mocks.services.clock import Clock

Job = Callable[[], Awaitable[None]]

LOOK_EVERY = 0.02
"""Real seconds after which a clock that may have been moved is looked at again."""

LONGEST_SETTLE = 5.0
"""Real seconds for which jobs under way are waited for: one may itself wait for who waits here."""

_LOG = logger("imagine-harness")


class Schedule:
    """Jobs by the time at which they are due.

    Jobs run on the event loop that serves requests, each on its own, so that a slow one holds up
    no other. They may be added from any thread. One that fails is told to the log; one that is
    cut off because its event loop ends begins again on the next one.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._due: list[tuple[float, int, Job]] = []
        self._numbers = itertools.count()
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._runner: asyncio.Task[None] | None = None
        self._running: set[asyncio.Task[None]] = set()

    def attach(self) -> None:
        """Run jobs on the event loop that runs now, unless that of before still does.

        Called with every request.
        """
        loop = asyncio.get_running_loop()
        if self._loop is not loop and (self._loop is None or not self._loop.is_running()):
            self._loop, self._runner = loop, None
        if self._due and self._loop is loop:
            self._start()

    def at(self, when: float, job: Job) -> None:
        """Have a job run once the clock has come to a time, at once if it has."""
        self._put(when, job)
        if self._loop is not None:
            with suppress(RuntimeError):  # closed: the next request brings another
                self._loop.call_soon_threadsafe(self._start)

    def _put(self, when: float, job: Job) -> None:
        with self._lock:
            heapq.heappush(self._due, (when, next(self._numbers), job))

    def forget(self) -> None:
        """Drop every job that has not begun."""
        with self._lock:
            self._due.clear()

    async def settle(self) -> None:
        """Run what is due and wait for it, and for what becomes due by it."""
        loop, limit = asyncio.get_running_loop(), time.monotonic() + LONGEST_SETTLE
        while self._begin() or self._under_way():
            here = [each for each in self._under_way() if each.get_loop() is loop]
            if here:
                await asyncio.wait(here, timeout=LOOK_EVERY)
            else:
                await asyncio.sleep(LOOK_EVERY)
            if time.monotonic() > limit:
                return

    def _under_way(self) -> list[asyncio.Task[None]]:
        return [each for each in list(self._running) if each.get_loop().is_running()]

    def _start(self) -> None:
        if self._runner is None or self._runner.done():
            self._runner = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while (first := self._first()) is not None:
            left = (first - self._clock.now()) / self._clock.speed
            if left > 0:
                await asyncio.sleep(LOOK_EVERY if self._clock.held else min(left, LOOK_EVERY))
            self._begin()

    def _first(self) -> float | None:
        """When the next job is due, None when there is none."""
        with self._lock:
            return self._due[0][0] if self._due else None

    def _begin(self) -> bool:
        """Begin what is due; whether anything was."""
        begun = False
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > self._clock.now():
                    return begun
                when, _, job = heapq.heappop(self._due)
            task = asyncio.ensure_future(_done(job))
            self._running.add(task)
            task.add_done_callback(partial(self._over, when, job))
            begun = True

    def _over(self, when: float, job: Job, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if task.cancelled():
            self._put(when, job)
        elif (error := task.exception()) is not None:
            _LOG.error("a job that was due failed", exc_info=error)


async def _done(job: Job) -> None:
    await job()
