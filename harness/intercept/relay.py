"""Two connections joined into one: what comes on either goes out on the other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

AT_ONCE = 65_536
"""Bytes that are passed on at once."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One connection, with both of its directions."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter

    async def send(self, data: bytes) -> None:
        """Send, no faster than the other side takes it.

        Raises:
            OSError: the connection has broken.
        """
        self.writer.write(data)
        await self.writer.drain()

    def finish(self) -> None:
        """Say that nothing more comes, and where that cannot be said, close."""
        if self.writer.can_write_eof():
            self.writer.write_eof()
        else:
            self.writer.close()

    def drop(self) -> None:
        """Close, and wait for nobody."""
        self.writer.transport.abort()


@asynccontextmanager
async def closing(stream: Stream) -> AsyncIterator[Stream]:
    """Close a stream in good order when a `with` block ends, and at once when it is cut off.

    What breaks a stream in the block, or lets the other side be gone, ends the block and nothing
    else.
    """
    try:
        with suppress(OSError, EOFError):
            yield stream
        stream.writer.close()
        with suppress(OSError):
            await stream.writer.wait_closed()
    finally:
        stream.drop()


async def connect(host: str, port: int, *, secure: bool = False) -> Stream:
    """A new connection.

    Raises:
        OSError: nobody answers there.
    """
    return Stream(*await asyncio.open_connection(host, port, ssl=secure or None))


async def join(client: Stream, server: Stream) -> None:
    """Pass on what comes on either of two streams, until both have said that nothing more comes.

    Raises:
        OSError: one of them broke.
    """
    directions = [
        asyncio.create_task(_pour(*each)) for each in ((client, server), (server, client))
    ]
    try:
        await asyncio.gather(*directions)
    finally:
        for direction in directions:
            direction.cancel()
        with suppress(OSError, asyncio.CancelledError):
            await asyncio.gather(*directions, return_exceptions=True)


async def _pour(source: Stream, sink: Stream) -> None:
    while data := await source.reader.read(AT_ONCE):
        await sink.send(data)
    sink.finish()
