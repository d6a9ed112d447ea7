"""Watchdogs: what this process must not leave behind ends with it, even if it is killed."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import IO

_ENDS_GROUP = """
read -r group || exit
read -r _
kill -s TERM -- "-$group" && sleep 1
kill -s KILL -- "-$group"
"""
"""Waits until nobody can write to it any more, and ends the group that it was told of."""

_REMOVES_FOLDER = 'read -r _; exec rm -rf -- "$1"'

_SHELL = "/bin/sh"


@contextmanager
def group_watchdog() -> Iterator[Callable[[int], None]]:
    """Have a process group end with this process, if that does within the block.

    The group is told of by calling what comes, once there is one.
    """
    with _watching(_ENDS_GROUP) as pipe:

        def notify(group: int) -> None:
            with suppress(OSError):
                pipe.write(b"%d\n" % group)

        yield notify


@contextmanager
def folder_watchdog(folder: Path) -> Iterator[None]:
    """Have a folder removed with this process, if that ends within the block."""
    with _watching(_REMOVES_FOLDER, str(folder.absolute())):
        yield


@contextmanager
def _watching(script: str, *arguments: str) -> Iterator[IO[bytes]]:
    """Have a shell read from here, in a session of its own, which no signal of ours reaches.

    It comes to the end of what it reads when this process is gone, however that went. Where the
    system has no shell, nothing is watched.
    """
    if not Path(_SHELL).exists():
        yield BytesIO()
        return
    watching = subprocess.Popen(
        [_SHELL, "-c", script, _SHELL, *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        bufsize=0,
        cwd="/",
        env={"PATH": "/usr/bin:/bin"},
        start_new_session=True,
    )
    try:
        assert watching.stdin is not None
        yield watching.stdin
    finally:
        watching.kill()
        watching.communicate()
