"""Turns for others: long work on the event loop is cut into pieces, or done beside it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

RUN = 16
"""Pieces of work that are done in one turn."""

LARGE = 200_000
"""Bytes from which on work is done beside the event loop."""

Made = TypeVar("Made")
Given = TypeVarTuple("Given")


async def turn(number: int) -> None:
    """Let whoever waits have a turn, once so many pieces are done that it is due."""
    if number % RUN == RUN - 1:
        await asyncio.sleep(0)


async def aside(size: int, work: Callable[[Unpack[Given]], Made], *given: *Given) -> Made:
    """Do work on a number of bytes: at once where they are few, else beside the event loop."""
    return work(*given) if size < LARGE else await asyncio.to_thread(work, *given)
