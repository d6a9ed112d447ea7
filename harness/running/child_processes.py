"""What a command started and left behind: found, and ended."""

from __future__ import annotations

import ctypes
import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

LEAVING = 5.0
"""Real seconds in which what a command left behind may end in order."""

BETWEEN_LOOKS = 0.01
"""Real seconds between two looks whether it has ended."""

_ADOPTS = 36
"""Linux's PR_SET_CHILD_SUBREAPER: whoever loses its parent becomes a child of this process."""


class Offspring:
    """The processes that are started in a `with adopting()` block.

    Where the system is not Linux only those are known that stay in a group.
    """

    def __init__(self) -> None:
        self._before = _children()

    def end(self, group: int) -> None:
        """End a group and whoever left it: in order, and where that takes too long by force."""
        for number in (signal.SIGTERM, signal.SIGKILL):
            signalled: set[int] = set()
            ends = time.monotonic() + LEAVING
            while (left := self._left(group)) and time.monotonic() < ends:
                for each in left - signalled:
                    _send(each, number)
                signalled |= left
                time.sleep(BETWEEN_LOOKS)

    def _left(self, group: int) -> set[int]:
        """Who still runs: processes by their number, a group by its negative."""
        running = {each for each in _children() - self._before if not _has_ended(each)}
        return running | ({-group} if _send(-group, 0) else set())


@contextmanager
def adopting() -> Iterator[Offspring]:
    """Become the parent of whoever loses its own, for the length of a `with` block."""
    _adopt(True)
    try:
        yield Offspring()
    finally:
        _adopt(False)


def _adopt(wanted: bool) -> None:
    # a system without it leaves orphans to its first process, as ever
    with suppress(AttributeError, OSError):
        ctypes.CDLL(None).prctl(_ADOPTS, int(wanted), 0, 0, 0)


def _children() -> set[int]:
    """The children of this process, empty where the system does not tell."""
    found: set[int] = set()
    for each in Path("/proc/self/task").glob("*/children"):
        with suppress(OSError):
            found |= {*map(int, each.read_text().split())}
    return found


def _has_ended(child: int) -> bool:
    """Whether a child has ended; one that has is forgotten by the system from now on."""
    try:
        return os.waitpid(child, os.WNOHANG)[0] == child
    except ChildProcessError:
        return True


def _send(target: int, number: int) -> bool:
    """Send a signal to a process, or to the group of a negative number; whether it is there."""
    try:
        os.kill(target, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True
