"""WebSocket: the same arrays of tasks, once the first frame has handed in the key."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import orjson

from imagine_harness.mocks.call import Call
from imagine_harness.mocks.channel import Channel, ChannelClosed
from imagine_harness.mocks.runware.errors import AUTHENTICATION
from imagine_harness.mocks.runware.sessions import Session, session_of

if TYPE_CHECKING:
    from imagine_harness.mocks.prepared import PreparedAnswer

INTERNAL_ERROR = 1011
"""The code that a connection is closed with when the harness itself has failed."""

_TOUCHED = frozenset({"truncate", "empty", "garbage", "html"})
"""Parts of a fault that are about the bytes of an answer, which is then sent as one frame."""


async def serve(connection: Channel) -> None:
    """Answer one connection until it is closed, by the client or for silence."""
    line = _TaskConnection(connection)
    watch = asyncio.ensure_future(line.close_when_silent())
    try:
        while True:
            raw = await connection.frame()
            with suppress(ChannelClosed):  # what came before is judged, even if nobody hears of it
                await line.take(raw)
    finally:
        watch.cancel()
        line.left()


class _TaskConnection:
    """One connection: who speaks on it, and what is under way."""

    def __init__(self, connection: Channel) -> None:
        self._connection = connection
        self._context = connection.context
        self._clock = connection.context.services.clock
        self._key: str | None = None
        self._session: Session | None = None
        self._heard = self._clock.now()
        self._under_way: set[asyncio.Task[None]] = set()

    async def take(self, raw: bytes) -> None:
        """Answer a frame: at once where it is about who speaks, else beside others.

        Raises:
            ChannelClosed: the connection is over.
        """
        self._heard = self._clock.now()
        if self._key is None or AUTHENTICATION.encode() in raw:
            await self._answer(raw)
            return
        task = asyncio.ensure_future(self._answer_beside(raw))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def _answer_beside(self, raw: bytes) -> None:
        try:
            await self._answer(raw)
        except ChannelClosed:
            return
        except Exception:
            await self._connection.close(INTERNAL_ERROR)
            raise

    async def _answer(self, raw: bytes) -> None:
        call = self._call(raw)
        done = await self._connection.answered(call)
        frames = _frames(call, done)
        session = self._opened(call, done)
        try:
            await self._connection.deliver(done, frames)
        except ChannelClosed:
            self.left()
            if self._session is not None and session is None:
                await self._session.deliver(frames)
            raise
        finally:
            self._heard = self._clock.now()
        if session is not None:
            self._session = session
            await session.connect(self._connection.send)

    def _call(self, raw: bytes) -> Call:
        """A frame as a call with the key that the connection was opened with, and no other."""
        call = self._connection.call(raw)
        header = self._context.judge.credentials.header
        headers = {name: value for name, value in call.headers.items() if name != header}
        if self._key is not None:
            scheme = self._context.provider.credential.scheme
            headers[header] = f"{scheme} {self._key}".encode("latin-1", "replace")
        call.request.headers = headers
        return call

    def _opened(self, call: Call, done: PreparedAnswer) -> Session | None:
        """The session that an answer opens, None where it opens none."""
        body = done.answer.body
        for element in body.get("data", ()) if isinstance(body, Mapping) else ():
            if isinstance(element, dict) and element.get("taskType") == AUTHENTICATION:
                self._key = self._context.provider.credential.in_body(call.body) or self._key
                return session_of(call, element["connectionSessionUUID"])
        return None

    async def close_when_silent(self) -> None:
        """Close the connection once nothing was said on it for as long as Runware keeps one."""
        kept = self._context.figure("session-seconds")
        while (left := self._heard + kept - self._clock.now()) > 0:
            await self._clock.sleep(left)
        await self._connection.close()

    def left(self) -> None:
        """Keep what is owed to the client for a while, in case that it comes back."""
        if self._session is not None:
            kept = self._context.figure("session-seconds")
            self._session.disconnect(self._connection.send, self._clock.now() + kept)


def _frames(call: Call, done: PreparedAnswer) -> list[bytes]:
    """An answer in one frame, or each of its elements in one of its own."""
    body: Any = done.answer.body
    touched = done.fault is not None and not _TOUCHED.isdisjoint(done.fault.parts)
    together = touched or call.reading("socket-frames") == "together"
    if together or not isinstance(body, dict) or not isinstance(body["data"], list):
        return [done.body]
    parts = [{"data": [each]} for each in body["data"]]
    parts += [{"errors": [each]} for each in body.get("errors", ())]
    return [orjson.dumps(each) for each in parts] or [done.body]
