"""Running somebody's command: signals reach it, and nothing that it started is left running."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import FrameType

from imagine_harness.harness.running.child_processes import adopting
from imagine_harness.harness.watchdog import group_watchdog

FORWARDED = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)
"""Signals that are meant for the command."""

BY_SIGNAL = 128
"""What a shell adds to the number of the signal that ended a command."""


class NoProgram(Exception):
    """The command cannot be run; the message says why."""


def run_program(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a command to its end, its input and output those of this process; its exit code.

    A command that a signal ended has the code that a shell gives it, 128 and the signal's number.

    Raises:
        NoProgram: there is no such program, or it cannot be run.
    """
    forwarding = _Forwarding()
    with group_watchdog() as watch, adopting() as offspring, _handling(forwarding):
        try:
            # a session of its own makes a group of its own, and lets it read from a terminal
            running = subprocess.Popen([*command], env=dict(environment), start_new_session=True)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or str(error)
            raise NoProgram(f"{command[0]}: {why}") from error
        try:
            watch(running.pid)
            forwarding.begin(running.pid)
            code = running.wait()
        finally:
            offspring.end(running.pid)
            running.poll()
    return code if code >= 0 else BY_SIGNAL - code


class _Forwarding:
    """Hands signals on to a group, also those that come before there is one."""

    def __init__(self) -> None:
        self._group: int | None = None
        self._early: list[int] = []

    def __call__(self, number: int, _frame: FrameType | None) -> None:
        if self._group is None:
            self._early.append(number)
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._group, number)

    def begin(self, group: int) -> None:
        """From now on there is a group."""
        self._group = group
        for number in self._early:
            self(number, None)


@contextmanager
def interruptible() -> Iterator[None]:
    """Have every signal that would end this process end it in order, as an interruption does.

    Raises:
        KeyboardInterrupt: such a signal came.
    """

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    with _handling(interrupt):
        yield


@contextmanager
def _handling(handler: Callable[[int, FrameType | None], None]) -> Iterator[None]:
    """Handle signals in one way; only the main thread can, and no other gets any."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in FORWARDED}
    try:
        yield
    finally:
        for number, known in before.items():
            signal.signal(number, known)
