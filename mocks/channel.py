"""A connection that stays open, as those see it who speak on it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from imagine_harness.mocks.call import Call
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.prepared import PreparedAnswer


class ChannelClosed(Exception):
    """The other side has gone."""


class Channel(Protocol):
    """A connection, for as long as somebody is at its other end."""

    @property
    def context(self) -> Context:
        """The provider, and the services that all of them share."""

    async def frame(self) -> bytes:
        """The next frame; raises `ChannelClosed` where there is none any more."""

    async def send(self, body: bytes) -> None:
        """Send a frame; raises `ChannelClosed` where the other side has gone."""

    async def close(self, code: int = 1000) -> None:
        """End the connection in good order."""

    def call(self, raw: bytes) -> Call:
        """A frame as the call that it would be over HTTP."""

    async def answered(self, call: Call) -> PreparedAnswer:
        """What a call is to be answered with; raises `ChannelClosed` where it means nothing."""

    async def deliver(self, done: PreparedAnswer, frames: Sequence[bytes]) -> None:
        """Send the frames of an answer, or what its fault leaves; raises `ChannelClosed`."""
