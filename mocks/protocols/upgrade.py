"""The beginning of a WebSocket connection, and frames that nobody can read."""

from __future__ import annotations

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory
from websockets.server import ServerProtocol

from imagine_harness.mocks.network.problem import problem_bytes
from imagine_harness.mocks.protocols.fault_effects import LINE

_LONGEST = 200
"""Characters of what is told of a head."""

_NO_TEXT = 1007
"""The code of a close because of text that is none."""


class SocketProtocol(WebSocketsSansIOProtocol):
    """uvicorn's WebSocket protocol, with its connection in reach of a fault, too.

    It takes every head for one that opens a connection and every text for one, and fails where
    they are not; here they are looked at before.
    """

    cut = False

    def shutdown(self) -> None:
        self.cut = True
        super().shutdown()

    def data_received(self, data: bytes) -> None:
        told = None if self.handshake_initiated else objection(data)
        if told is None:
            super().data_received(data)
            return
        self.handshake_initiated = self.handshake_complete = self.close_sent = True
        self.transport.write(problem_bytes(400, "bad-upgrade", told))
        self.transport.close()

    def handle_connect(self, event: Any) -> None:
        super().handle_connect(event)
        reachable: dict[str, Any] = {LINE: self}
        self.scope["extensions"] = {**(self.scope.get("extensions") or {}), **reachable}

    def send_receive_event_to_app(self) -> None:
        if self.curr_msg_data_type == "bytes" or _is_text(b"".join(self.frames)):
            super().send_receive_event_to_app()
            return
        self.frames = []
        self.conn.fail(_NO_TEXT)
        self.handle_parser_exception()


def objection(head: bytes) -> str | None:
    """Why a whole head opens no WebSocket connection, None for one that does."""
    handshake = ServerProtocol(extensions=[ServerPerMessageDeflateFactory()])
    handshake.receive_data(head)
    for request in handshake.events_received():
        handshake.accept(request)  # type: ignore[arg-type]
    failed = handshake.parser_exc or handshake.handshake_exc
    if failed is None:
        return None
    told = f"{failed}: {failed.__cause__}" if failed.__cause__ else str(failed)
    return f"no WebSocket connection opens: {told[:_LONGEST]}"


def _is_text(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
