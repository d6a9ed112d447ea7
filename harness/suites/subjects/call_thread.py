"""A call of a client in a thread of its own, until it ends or has shown enough."""

from __future__ import annotations

import asyncio
import ctypes
import inspect
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

LOOK_EVERY = 0.02
"""Real seconds after which a call is looked at again that may have shown enough."""

MOST_PARTS = 1_000
"""Parts of what a call returns bit by bit that are waited for."""


class _Stop(BaseException):
    """Ends a call that need not be waited for any more; no handler of a client's catches it."""


class CallThread:
    """A call that has begun.

    Attributes:
        returned: what it returned, None when it raised or goes on.
        error: what it raised, None when it returned or goes on.
        seconds: how long it was waited for, in real time.
        ended: whether it has ended.
    """

    def __init__(self, make: Callable[[], object]) -> None:
        self.returned: object = None
        self.error: BaseException | None = None
        self.ended = False
        self.seconds = 0.0
        self._make = make
        self._begun = time.perf_counter()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            self.returned = _whole(self._make())
        except _Stop:
            return
        except (Exception, SystemExit) as error:
            self.error = error
        self.ended = True

    def wait(self, deadline: float, enough: Callable[[], bool] | None = None) -> None:
        """Wait for its end, for so many seconds, or until it need not be waited for any more."""
        left = deadline
        while left > 0 and self._thread.is_alive() and not (enough and enough()):
            self._thread.join(LOOK_EVERY if enough else left)
            left = deadline - (time.perf_counter() - self._begun)
        self.seconds = time.perf_counter() - self._begun

    def stop(self, within: float) -> None:
        """Have it end, as well as Python lets another thread do that, and wait for it so long.

        It must not go on while others are tried: its requests would be taken for theirs.
        """
        if self._thread.is_alive() and self._thread.ident is not None:
            thread = ctypes.c_ulong(self._thread.ident)
            ctypes.pythonapi.PyThreadState_SetAsyncExc(thread, ctypes.py_object(_Stop))
            self._thread.join(within)


def _whole(made: Any) -> object:
    """What a call has returned: of what is awaited or comes bit by bit, all that there is."""
    if inspect.isawaitable(made) or isinstance(made, AsyncIterator):
        made = asyncio.run(_awaited(made))
    return list(islice(made, MOST_PARTS)) if isinstance(made, Iterator) else made


async def _awaited(made: Any) -> object:
    made = await made if inspect.isawaitable(made) else made
    if not isinstance(made, AsyncIterator):
        return made
    parts: list[object] = []
    async for part in made:
        parts.append(part)
        if len(parts) == MOST_PARTS:
            break
    return parts


@contextmanager
def captured_log() -> Iterator[list[str]]:
    """What threads log that begin in a `with` block, at any level, line by line as it comes."""
    before = {thread.ident for thread in threading.enumerate()}
    lines: list[str] = []

    class LineCollector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.thread not in before:
                lines.append(record.getMessage())

    root, handler = logging.getLogger(), LineCollector(logging.DEBUG)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.setLevel(level)
        root.removeHandler(handler)
