"""Clients that leave: whatever waits on their behalf is told at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

from starlette.types import Receive


class ClientLeft(Exception):
    """Nobody waits for the answer any more."""


class Watch:
    """Leaves a `with` block with `ClientLeft` as soon as the client has left.

    It begins to look when the block first waits for something; most answers never do.

    Args:
        gone: waits until the client has left.
        heard: what it is called with.
    """

    __slots__ = ("_begin", "_cancelled", "_gone", "_heard", "_left", "_looking", "_task")

    def __init__(self, gone: Callable[..., Coroutine[Any, Any, object]], *heard: Receive) -> None:
        self._gone, self._heard = gone, heard
        self._looking: asyncio.Task[object] | None = None
        self._left = False

    def __enter__(self) -> Self:
        self._task = asyncio.current_task()
        self._cancelled = self._task.cancelling() if self._task else 0
        self._begin = asyncio.get_running_loop().call_soon(self._look)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._begin.cancel()
        if self._looking is not None:
            self._looking.remove_done_callback(self._leave)
            self._looking.cancel()
        if not self._left or self._task is None:
            return
        ours = self._task.uncancel() <= self._cancelled
        if ours and kind is asyncio.CancelledError:
            raise ClientLeft from None

    def _look(self) -> None:
        self._looking = asyncio.ensure_future(self._gone(*self._heard))
        self._looking.add_done_callback(self._leave)

    def _leave(self, looking: asyncio.Task[object]) -> None:
        if not looking.cancelled() and self._task is not None:
            self._left = True
            self._task.cancel()


async def gone(receive: Receive) -> None:
    """Wait until the client of a request has left; one that cannot be heard has."""
    with suppress(Exception):
        while (await receive())["type"] != "http.disconnect":
            await asyncio.sleep(0)
