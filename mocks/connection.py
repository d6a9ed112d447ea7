"""One WebSocket connection to a provider, where every frame is a call like one over HTTP."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from starlette.types import Receive, Scope, Send

from mocks.call import Call
from mocks.credentials import CREDENTIALS
from mocks.effects import TRANSPORT
from mocks.faults import FaultError

if TYPE_CHECKING:
    from mocks.exchange import Answered, Exchanger
    from mocks.provider import ProviderMock


class Closed(Exception):
    """The other side has gone."""


class Connection:
    """A connection that was accepted.

    Attributes:
        mock: the provider's mock.
        path: below the provider's prefix.
    """

    def __init__(
        self,
        mock: ProviderMock,
        exchanger: Exchanger,
        path: str,
        origin: str,
        channel: tuple[Scope, Receive, Send],
    ) -> None:
        self.mock = mock
        self.path = path
        self._exchanger = exchanger
        self._origin = origin
        self._scope, self._receive, self._send = channel
        self._headers = dict(self._scope["headers"])
        CREDENTIALS.notice(self._headers, self._scope["query_string"].decode("latin-1"))

    async def accept(self) -> None:
        """Take the connection on."""
        await self._receive()
        await self._send({"type": "websocket.accept"})

    async def frame(self) -> bytes:
        """The next frame.

        Raises:
            Closed: there is none any more.
        """
        message = await self._receive()
        if message["type"] == "websocket.disconnect":
            raise Closed
        text = message.get("text")
        data: bytes = text.encode() if text is not None else message.get("bytes") or b""
        return data

    async def send(self, body: bytes) -> None:
        """Send a frame: text where it is text, else bytes.

        Raises:
            Closed: the other side has gone.
        """
        try:
            try:
                await self._send({"type": "websocket.send", "text": body.decode()})
            except UnicodeDecodeError:
                await self._send({"type": "websocket.send", "bytes": body})
        except (OSError, RuntimeError) as error:
            raise Closed from error

    async def close(self, code: int = 1000) -> None:
        """End the connection in good order."""
        await self._send({"type": "websocket.close", "code": code})

    def call(self, raw: bytes, body: object = None) -> Call:
        """A frame as the call that it would be over HTTP: POST on the same path."""
        test = self._headers.get(b"x-harness-test", b"").decode("latin-1")
        headers = {**self._headers, b"content-type": b"application/json"}
        return Call(
            mock=self.mock,
            method="POST",
            path=self.path,
            query=self._scope["query_string"],
            headers=headers,
            raw=raw,
            origin=self._origin,
            test=test,
            state=self.mock.shared.store.of(test),
            started=time.perf_counter(),
            body=body,
        )

    async def answered(self, call: Call) -> Answered:
        """What a call is answered with; it is judged, hit by its faults and recorded.

        Raises:
            Closed: the call asks for a fault that means nothing.
        """
        try:
            return await self._exchanger.answered(call)
        except FaultError as error:
            await self.close(1008)
            raise Closed from error

    async def deliver(self, done: Answered, frames: Sequence[bytes]) -> None:
        """Send the frames that make up an answer, or what its fault leaves of it.

        Raises:
            Closed: the other side has gone, or a fault broke the connection.
        """
        parts = done.fault.parts if done.fault else {}
        if "reset" in parts:
            self._break()
            raise Closed
        if "slow" in parts:
            await self.mock.shared.clock.sleep(len(done.body) / max(parts["slow"], 1))
        if "truncate" in parts and parts["truncate"] < len(done.body):
            await self.send(done.body[: parts["truncate"]])
            self._break()
            raise Closed
        for frame in () if "empty" in parts else frames:
            await self.send(frame)

    def _break(self) -> None:
        transport: asyncio.Transport | None = self._scope.get("extensions", {}).get(TRANSPORT)
        if transport is not None:
            transport.close()
