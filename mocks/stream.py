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
    length = 0
    try:
        while (part := await _next(parts, gone)) is not None:
            if length < LONGEST_NOTE:
                sent.append(part)
                length += len(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
        if not gone.done():
            await send({"type": "http.response.body", "body": b""})
    finally:
        gone.cancel()
        close = getattr(parts, "aclose", None)
        if close is not None:
            await close()
    return b"".join(sent)[:LONGEST_NOTE]


async def _next(parts: AsyncIterator[bytes], gone: asyncio.Future[None]) -> bytes | None:
    """The next part, None once there is none any more or nobody listens."""
    if gone.done():
        return None
    coming = asyncio.ensure_future(anext(parts, None))
    try:
        await asyncio.wait((coming, gone), return_when=asyncio.FIRST_COMPLETED)
        return coming.result() if coming.done() else None
    finally:
        if not coming.done():
            coming.cancel()
            await asyncio.wait((coming,))


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
