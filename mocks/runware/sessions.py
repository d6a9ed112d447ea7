"""Sessions of WebSocket connections: what a client that comes back is still owed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from mocks.call import Call
from mocks.connection import Closed

_SESSIONS = "runware.sessions"

Send = Callable[[bytes], Awaitable[None]]
"""Sends one frame; raises `Closed` where the other side has gone."""


@dataclass(slots=True)
class Session:
    """What outlives one connection.

    Attributes:
        ends: when it is forgotten; None while it is connected.
        send: the connection's way out, None while there is none.
        owed: frames that could not be sent, oldest first.
    """

    uuid: str
    ends: float | None
    send: Send | None = None
    owed: list[bytes] = field(default_factory=list)

    async def connect(self, send: Send) -> None:
        """Go on with another connection, and send what is owed."""
        self.send, self.ends = send, None
        owed, self.owed = self.owed, []
        await self.deliver(owed)

    def disconnect(self, send: Send, ends: float) -> None:
        """Wait for another connection until a time, if none has taken over."""
        if self.send == send:
            self.send, self.ends = None, ends

    async def deliver(self, frames: list[bytes]) -> None:
        """Send frames, and keep those that cannot be sent."""
        for number, frame in enumerate(frames):
            try:
                if self.send is None:
                    raise Closed
                await self.send(frame)
            except Closed:
                self.owed += frames[number:]
                return


def session_of(call: Call, wanted: object) -> Session:
    """The session of a UUID, a new one where none is known or it has ended."""
    sessions: dict[str, Session] = call.state.kept.setdefault(_SESSIONS, {})
    for uuid in [each.uuid for each in sessions.values() if _is_over(each, call.now())]:
        del sessions[uuid]
    known = sessions.get(wanted) if isinstance(wanted, str) else None
    if known is None:
        ends = call.now() + call.mock.figure("session-seconds")
        known = Session(call.state.uuid(), ends)
        sessions[known.uuid] = known
    return known


def _is_over(session: Session, now: float) -> bool:
    return session.ends is not None and now >= session.ends
