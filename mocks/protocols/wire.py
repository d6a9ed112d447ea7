"""The wire: uvicorn's protocols, with bounds on heads, and in reach of faults that break them."""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from imagine_harness.mocks.network.problem import problem_bytes
from imagine_harness.mocks.protocols.fault_effects import LINE
from imagine_harness.mocks.protocols.parser import RequestParser

LARGEST_HEAD = 65_536
"""Bytes of a request line and its headers, and of anything else around a body."""

MOST_HEADERS = 128
"""Headers of a request, and trailers."""

SLOWEST_HEAD = 30.0
"""Real seconds within which a head that has begun must be whole."""


def websocket(**settings: Any) -> asyncio.Protocol:
    """The WebSocket protocol, imported when somebody first speaks it."""
    from imagine_harness.mocks.protocols.upgrade import SocketProtocol

    return SocketProtocol(**settings)


class _TooLarge(Exception):
    """A head beyond the bounds."""


class HttpProtocol(HttpToolsProtocol):
    """uvicorn's HTTP protocol, with its connection in reach of a fault that has to break it.

    Its parser would keep a head without an end: what came since it last began a message or told
    of a body is counted, and a head that has begun is waited for no longer than so long. An offer
    to go on in another protocol is taken up for WebSocket alone.
    """

    cut = False

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self.parser = RequestParser(self, self._without_offer)  # type: ignore[assignment]
        self._in_head = self._is_large = False
        self._latest = self._first = self._untold = 0
        self._deadline: asyncio.TimerHandle | None = None

    def data_received(self, data: bytes) -> None:
        self._latest = len(data)
        self._untold += len(data)
        super().data_received(data)
        if self.transport.is_closing():
            return
        if self._untold > LARGEST_HEAD or len(self.headers or ()) > MOST_HEADERS:
            self._refuse_large()
        elif self._in_head and self._deadline is None:
            self._deadline = self.loop.call_later(SLOWEST_HEAD, self._refuse_slow)

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._in_head = True
        self._first, self._untold = self._latest, 0
        extensions: dict[str, Any] = {LINE: self}
        self.scope["extensions"] = extensions

    def on_headers_complete(self) -> None:
        self._in_head = False
        self._forget_deadline()
        self._is_large = len(self.headers) > MOST_HEADERS or self._length() > LARGEST_HEAD
        if self._is_large:
            raise _TooLarge
        if self._is_offer():
            return
        super().on_headers_complete()
        if not self.parser.should_upgrade():
            self.headers = []  # whatever trails the body is no header of this request

    def on_body(self, body: bytes) -> None:
        self._untold = 0
        super().on_body(body)

    def on_message_complete(self) -> None:
        if not self._is_offer():
            super().on_message_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        self._forget_deadline()
        super().connection_lost(exc)

    def handle_websocket_upgrade(self) -> None:
        version = self.scope["http_version"]
        if version == "1.1":
            super().handle_websocket_upgrade()
        else:
            self._refuse(400, "bad-upgrade", f"WebSocket begins with HTTP/1.1, got {version}")

    def send_400_response(self, msg: str) -> None:
        if self._is_large:
            self._refuse_large()
        else:
            self._refuse(400, "bad-request", "what came is no request of HTTP/1.1")

    def _should_upgrade(self) -> bool:
        return self.parser.get_method() == b"GET" and super()._should_upgrade()

    def _is_offer(self) -> bool:
        """Whether the head that was read last offers to go on in a protocol that is not spoken."""
        is_tunnel = self.parser.get_method() == b"CONNECT"
        return self.parser.should_upgrade() and not is_tunnel and not self._should_upgrade()

    def _without_offer(self) -> bytes | None:
        """The head that was read last, but for its offer; None where that is taken up."""
        if self._should_upgrade():
            return None
        method, version = self.parser.get_method(), self.parser.get_http_version().encode()
        kept = [b"%s: %s\r\n" % each for each in self.headers if each[0] != b"upgrade"]
        return b"%s %s HTTP/%s\r\n%s\r\n" % (method, self.url, version, b"".join(kept))

    def _length(self) -> int:
        """Bytes of a whole head, or of more where that is little enough anyway."""
        most = self._first + self._untold
        if most <= LARGEST_HEAD:
            return most
        return len(self.url) + sum(len(name) + len(value) + 4 for name, value in self.headers)

    def _refuse_large(self) -> None:
        told = f"a head has at most {LARGEST_HEAD} bytes and {MOST_HEADERS} headers, got more"
        self._refuse(431, "head-too-large", told)

    def _refuse_slow(self) -> None:
        told = f"the head of a request is not whole after {SLOWEST_HEAD:g} s"
        self._refuse(408, "head-too-slow", told)

    def _refuse(self, status: int, kind: str, detail: str) -> None:
        self.transport.write(problem_bytes(status, kind, detail))
        self.transport.close()

    def _forget_deadline(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
