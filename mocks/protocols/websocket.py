"""One WebSocket connection to a provider, where every frame is a call like one over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Protocol

from starlette.responses import Response
from starlette.types import Message, Receive, Scope, Send

from imagine_harness.contracts.exchange import Request
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.contracts.secrets.credentials import CREDENTIALS
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.channel import ChannelClosed
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.note import Note
from imagine_harness.mocks.prepared import PreparedAnswer
from imagine_harness.mocks.protocols.disconnect import ClientLeft, Watch
from imagine_harness.mocks.protocols.fault_effects import CLOSED, let_through, line_of, who_left
from imagine_harness.mocks.services.faults import FaultError

MOST_AHEAD = 4
"""Frames that are read while others are answered, so that it is seen when the client leaves."""


_BREAKING = frozenset({"reset", "truncate"})
"""Parts of a fault that end the connection."""


class Answerer(Protocol):
    """What takes calls to their answers."""

    async def answered(self, call: Call) -> PreparedAnswer:
        """What a call is to be answered with; raises `FaultError`."""

    def mistaken(self, call: Call, error: FaultError) -> Response:
        """Note that a call asks for a fault that means nothing."""

    def fail(self, call: Call, scope: Scope, error: BaseException) -> None:
        """Note that an exchange was cut off by an error."""


class Connection:
    """A connection, for as long as somebody is at its other end.

    Attributes:
        context: the provider, and the services that all of them share.
        path: below the provider's prefix.
    """

    def __init__(
        self,
        context: Context,
        answerer: Answerer,
        path: str,
        origin: str,
        channel: tuple[Scope, Receive, Send],
    ) -> None:
        self.context = context
        self.path = path
        self._answerer = answerer
        self._origin = origin
        self._scope, self._receive, self._send = channel
        self._headers = dict(self._scope["headers"])
        CREDENTIALS.notice(self._headers, self._scope["query_string"].decode("latin-1"))
        self._frames: asyncio.Queue[bytes | None] = asyncio.Queue(MOST_AHEAD)
        self._notes: set[Note] = set()
        self._gone = asyncio.Event()
        self._closed = False

    async def serve(self, speak: Callable[[Connection], Awaitable[None]]) -> None:
        """Take the connection on, and have it spoken on until it is over."""
        if (await self._receive())["type"] != "websocket.connect":
            return
        with suppress(ChannelClosed):
            await self._sent({"type": "websocket.accept"})
            reading = asyncio.ensure_future(self._read())
            try:
                await speak(self)
            finally:
                reading.cancel()
                self._leave()

    async def _read(self) -> None:
        """Read ahead, and end what is under way as soon as the client has left."""
        with suppress(Exception):
            while (message := await self._receive())["type"] != "websocket.disconnect":
                text = message.get("text")
                data = text.encode() if text is not None else message.get("bytes")
                await self._frames.put(data or b"")
        self._leave()
        await self._frames.put(None)

    def _leave(self) -> None:
        self._gone.set()
        for note in self._notes:
            note.leave(self._who_left())

    def _who_left(self) -> str:
        return CLOSED if self._closed else who_left(self._scope)

    def _is_over(self) -> bool:
        line = line_of(self._scope)
        return self._gone.is_set() or (line is not None and line.transport.is_closing())

    async def frame(self) -> bytes:
        """The next frame.

        Raises:
            ChannelClosed: there is none any more.
        """
        data = None if self._closed else await self._frames.get()
        if data is None:
            raise ChannelClosed
        return data

    async def send(self, body: bytes) -> None:
        """Send a frame: text where it is text, else bytes.

        Raises:
            ChannelClosed: the other side has gone.
        """
        try:
            await self._sent({"type": "websocket.send", "text": body.decode()})
        except UnicodeDecodeError:
            await self._sent({"type": "websocket.send", "bytes": body})

    async def _sent(self, message: Message) -> None:
        try:
            await self._send(message)
        except (OSError, RuntimeError) as error:
            raise ChannelClosed from error

    async def close(self, code: int = 1000) -> None:
        """End the connection in good order."""
        self._closed = True
        with suppress(ChannelClosed):
            await self._sent({"type": "websocket.close", "code": code})

    def call(self, raw: bytes) -> Call:
        """A frame as the call that it would be over HTTP: POST on the same path."""
        test = self._headers.get(b"x-harness-test", b"").decode("latin-1")
        headers = {**self._headers, b"content-type": b"application/json"}
        query = self._scope["query_string"].decode("latin-1")
        return Call(
            context=self.context,
            judgement=Judgement(Request("POST", self.path, query, headers, raw)),
            origin=self._origin,
            state=self.context.services.store.of(test),
            test=test,
            started=time.perf_counter(),
        )

    async def answered(self, call: Call) -> PreparedAnswer:
        """What a call is to be answered with; it is judged, noted and hit by its faults.

        Raises:
            ChannelClosed: the call asks for a fault that means nothing.
        """
        try:
            done = await self._answerer.answered(call)
        except FaultError as error:
            self._answerer.mistaken(call, error)
            await self.close(1008)
            raise ChannelClosed from error
        except BaseException as error:
            self._answerer.fail(call, self._scope, error)
            raise
        self._notes.add(done.note)
        return done

    async def deliver(self, done: PreparedAnswer, frames: Sequence[bytes]) -> None:
        """Send the frames that make up an answer, or what its fault leaves of it.

        Raises:
            ChannelClosed: the other side has gone, or a fault broke the connection.
        """
        try:
            await self._wait(done)
            if self._is_over():
                raise ChannelClosed
            if "stall" in done.parts and _BREAKING.isdisjoint(done.parts):
                await self._stall(done, frames)
            done.note.end(done.answer, done.body)
        finally:
            done.note.leave(self._who_left())
            self._notes.discard(done.note)
        parts, body = done.parts, done.body
        kept = let_through(parts, len(body))
        if "reset" not in parts and kept < len(body):
            await self.send(body[:kept])
        if "reset" in parts or kept < len(body):
            self._break()
            raise ChannelClosed
        for frame in () if "empty" in parts else frames:
            await self.send(frame)

    async def _stall(self, done: PreparedAnswer, frames: Sequence[bytes]) -> None:
        """Send the frames that are within the bytes of a fault, not the last, and then nothing.

        Raises:
            ChannelClosed: the other side has gone.
        """
        done.note.begin(done.answer)
        left = done.parts["stall"]
        for frame in frames[:-1]:
            left -= len(frame)
            if left < 0:
                break
            done.note.sent(frame)
            await self.send(frame)
        await self._gone.wait()
        raise ChannelClosed

    async def _wait(self, done: PreparedAnswer) -> None:
        """Wait for as long as a fault keeps an answer back, or until the client has left."""
        seconds = done.parts.get("delay", 0)
        if "slow" in done.parts and "reset" not in done.parts:
            seconds += len(done.body) / max(done.parts["slow"], 1)
        if seconds:
            with suppress(ClientLeft), Watch(self._gone.wait):
                await self.context.services.clock.sleep(seconds)

    def _break(self) -> None:
        self._closed = True
        line = line_of(self._scope)
        if line is not None:
            line.transport.close()
