"""Sessions of WebSocket connections: what a client that comes back is still owed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from imagine_harness.mocks.call import Call
from imagine_harness.mocks.channel import ChannelClosed
from imagine_harness.mocks.services.store import ProviderStorage

SESSION, FRAME = 500, 50
"""Bytes that a session and a frame that it owes hold beside what is in them."""

_SESSION = "runware.session."

Send = Callable[[bytes], Awaitable[None]]
"""Sends one frame; raises `ChannelClosed` where the other side has gone."""


@dataclass(slots=True)
class Session:
    """What outlives one connection.

    Attributes:
        ends: when it is forgotten; None while it is connected.
        kept: where it is kept, with what it owes.
        send: the connection's way out, None while there is none.
        owed: frames that could not be sent, oldest first.
    """

    uuid: str
    ends: float | None
    kept: ProviderStorage
    send: Send | None = None
    owed: list[bytes] = field(default_factory=list)

    async def connect(self, send: Send) -> None:
        """Go on with another connection, and send what is owed."""
        self.send, self.ends = send, None
        owed, self.owed = self.owed, []
        self._weigh()
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
                    raise ChannelClosed
                await self.send(frame)
            except ChannelClosed:
                self.owed += frames[number:]
                self._weigh()
                return

    def _weigh(self) -> None:
        """Be kept on, if it still is, as heavy as what is owed."""
        name, weight = f"{_SESSION}{self.uuid}", sum(FRAME + len(frame) for frame in self.owed)
        if self.kept.get(name) is self:
            self.kept.add(name, self, SESSION + weight)


def session_of(call: Call, wanted: object) -> Session:
    """The session of a UUID, a new one where none is known or it has ended."""
    kept = call.state.kept
    known: Session | None = kept.get(f"{_SESSION}{wanted}")
    if known is None or _is_over(known, call.now()):
        ends = call.now() + call.figure("session-seconds")
        known = Session(call.state.uuid(), ends, kept)
        kept.add(f"{_SESSION}{known.uuid}", known, SESSION)
    return known


def _is_over(session: Session, now: float) -> bool:
    return session.ends is not None and now >= session.ends
