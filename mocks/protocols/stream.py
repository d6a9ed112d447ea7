"""Answers that come bit by bit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

from starlette.types import Send

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.note import Note


async def streamed(
    send: Send,
    answer: Answer,
    parts: AsyncIterator[bytes],
    headers: Sequence[tuple[bytes, bytes]],
    note: Note,
) -> None:
    """Send a stream to its end, and note what was sent of it."""
    start = [(b"content-type", answer.content_type), (b"cache-control", b"no-store"), *headers]
    note.begin(answer)
    await send({"type": "http.response.start", "status": answer.status, "headers": start})
    try:
        async for part in parts:
            note.sent(part)
            await send({"type": "http.response.body", "body": part, "more_body": True})
    finally:
        close = getattr(parts, "aclose", None)
        if close is not None:
            await close()
    note.end(answer)
    await send({"type": "http.response.body", "body": b""})
