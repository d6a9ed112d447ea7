"""Callers of an ASGI application that leave when they are told to."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from starlette.types import ASGIApp

FAL = "/fal/xai/grok-imagine-image"


class Caller:
    """One request over HTTP: what was sent back, and when its client goes.

    Attributes:
        cut: whether its body is never whole.
        answering: the application at work.
    """

    def __init__(
        self,
        path: str = FAL,
        body: object = None,
        method: str = "POST",
        cut: bool = False,
        **headers: str,
    ) -> None:
        known = {"host": "127.0.0.1", "authorization": "Key a:b", **headers}
        if body is not None:
            known["content-type"] = "application/json"
        self._scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": b"",
            "scheme": "http",
            "headers": [
                (name.replace("_", "-").encode(), value.encode()) for name, value in known.items()
            ],
        }
        data = b"" if body is None else json.dumps(body).encode()
        self._messages = [{"type": "http.request", "body": data, "more_body": cut}]
        self.sent: list[Any] = []
        self.gone = asyncio.Event()

    def ask(self, app: ASGIApp, extensions: Mapping[str, object] | None = None) -> None:
        """Send the request; the answer comes by and by."""
        scope = {**self._scope, "extensions": dict(extensions or {})}
        self.answering = asyncio.ensure_future(app(scope, self.receive, self.send))

    async def receive(self) -> Any:
        """What the application hears of the client."""
        if self._messages:
            return self._messages.pop(0)
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Any) -> None:
        """What the client hears of the application."""
        self.sent.append(message)

    async def leave(self) -> None:
        """Go, and have the application notice."""
        self.gone.set()
        await asyncio.wait_for(asyncio.wait([self.answering]), 10)


class Speaker:
    """One connection over WebSocket, whose frames and end are said at once or by and by."""

    def __init__(self, path: str, *frames: object, **headers: str) -> None:
        self._scope = {
            "type": "websocket",
            "path": path,
            "query_string": b"",
            "scheme": "ws",
            "headers": [
                (name.replace("_", "-").encode(), value.encode())
                for name, value in {"host": "127.0.0.1", **headers}.items()
            ],
        }
        self._messages: asyncio.Queue[Any] = asyncio.Queue()
        self._messages.put_nowait({"type": "websocket.connect"})
        self.sent: list[Any] = []
        self.say(*frames)

    def say(self, *frames: object) -> None:
        """Send frames."""
        for each in frames:
            message = {"type": "websocket.receive", "text": json.dumps(each)}
            self._messages.put_nowait(message)

    def connect(self, app: ASGIApp, extensions: Mapping[str, object] | None = None) -> None:
        """Have the connection served by and by."""
        scope = {**self._scope, "extensions": dict(extensions or {})}
        self.serving = asyncio.ensure_future(app(scope, self.receive, self.send))

    @property
    def unread(self) -> int:
        """How many frames nobody has read yet."""
        return self._messages.qsize()

    async def receive(self) -> Any:
        """What the application hears of the client."""
        return await self._messages.get()

    async def send(self, message: Any) -> None:
        """What the client hears of the application."""
        self.sent.append(message)

    async def leave(self) -> None:
        """Go, and have the application notice."""
        self._messages.put_nowait({"type": "websocket.disconnect", "code": 1005})
        await asyncio.wait_for(asyncio.wait([self.serving]), 10)


async def turns(number: int = 20) -> None:
    """Let others have their turn so often."""
    for _ in range(number):
        await asyncio.sleep(0)
