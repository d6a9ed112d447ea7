"""What is to happen later, on the one clock: nothing here waits on real time alone."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import threading
from collections.abc import Awaitable, Callable

from mocks.clock import Clock

Job = Callable[[], Awaitable[None]]

LOOK_EVERY = 0.02
"""Real seconds after which a clock that may have been moved is looked at again."""


class Schedule:
    """Jobs by the time at which they are due.

    Jobs run on the event loop that serves requests, each on its own, so that a slow one holds up
    no other. They may be added from any thread.
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
        """Run jobs on the event loop that runs now; called with every request."""
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop, self._runner = loop, None
            self._running = set()
        if self._due:
            self._start()

    def at(self, when: float, job: Job) -> None:
        """Have a job run once the clock has come to a time, at once if it has."""
        with self._lock:
            heapq.heappush(self._due, (when, next(self._numbers), job))
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._start)

    def forget(self) -> None:
        """Drop every job that has not begun."""
        with self._lock:
            self._due.clear()

    async def settle(self) -> None:
        """Run what is due and wait for it, and for what becomes due by it."""
        while self._begin() or self._running:
            await asyncio.gather(*self._running, return_exceptions=True)

    def _start(self) -> None:
        if self._runner is None or self._runner.done():
            self._runner = asyncio.ensure_future(self._run())

    async def _run(self) -> None:
        while self._due:
            self._begin()
            if self._due:
                left = (self._due[0][0] - self._clock.now()) / self._clock.speed
                await asyncio.sleep(LOOK_EVERY if self._clock.held else min(left, LOOK_EVERY))

    def _begin(self) -> bool:
        """Begin what is due; whether anything was."""
        begun = False
        while True:
            with self._lock:
                if not self._due or self._due[0][0] > self._clock.now():
                    return begun
                _, _, job = heapq.heappop(self._due)
            task = asyncio.ensure_future(job())
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            begun = True
