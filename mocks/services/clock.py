"""The one clock: it starts at the real time and runs, and tests hold and move it."""

from __future__ import annotations

import asyncio
import time


class Clock:
    """Seconds since the epoch as the mocks see them.

    Nothing else calls the system clock for behaviour, so that a test which holds this one and
    moves it decides what time it is.
    """

    def __init__(self, speed: float = 1.0) -> None:
        self._speed = speed
        self._started = time.monotonic()
        self._base = time.time()
        self._held = False

    def now(self) -> float:
        """The time, in seconds since the epoch."""
        if self._held:
            return self._base
        return self._base + (time.monotonic() - self._started) * self._speed

    async def sleep(self, seconds: float) -> None:
        """Wait until that many seconds have passed on this clock, however it is moved."""
        await self.until(self.now() + seconds)

    async def until(self, when: float) -> None:
        """Wait until this clock has come to a time, however it is moved."""
        while (left := when - self.now()) > 0:
            await asyncio.sleep(0.01 if self._held else min(left / self._speed, 0.05))

    @property
    def held(self) -> bool:
        """Whether the clock stands still until it is moved."""
        return self._held

    @property
    def speed(self) -> float:
        """Seconds that pass here in one real second."""
        return self._speed

    def advance(self, seconds: float) -> None:
        """Move the clock forward by some seconds, held or running."""
        self._base += seconds

    def hold(self) -> None:
        """Stop the clock where it is."""
        self._base = self.now()
        self._held = True

    def release(self) -> None:
        """Let the clock run on from where it stands."""
        self._base = self.now()
        self._started = time.monotonic()
        self._held = False

    def set_speed(self, speed: float) -> None:
        """Change how fast the clock runs from now on."""
        self._base = self.now()
        self._started = time.monotonic()
        self._speed = speed
