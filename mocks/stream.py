"""Answers that come bit by bit, for as long as somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from starlette.types import Receive, Send

from mocks.call import Answer

LONGEST_NOTE = 262_144
"""Bytes of a stream that are kept for the journal."""


async def streamed(
    send: Send,
    receive: Receive,
    answer: Answer,
    parts: AsyncIterator[bytes],
    headers: Sequence[tuple[bytes, bytes]],
) -> bytes:
    """Send a stream to its end, or until the caller has gone; what was sent of it."""
    start = [(b"content-type", answer.content_type), (b"cache-control", b"no-store"), *headers]
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    gone = asyncio.ensure_future(_gone(receive))
    sent: list[bytes] = []
    try:
        async for part in parts:
            if gone.done():
                break
            sent.append(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
    return b"".join(sent)[:LONGEST_NOTE]


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
