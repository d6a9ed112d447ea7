"""What a fault does to an answer: to its content before it is noted, to its bytes on the way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from starlette.types import Message, Scope, Send

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.provider import FETCH
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.prepared import PreparedAnswer
from imagine_harness.mocks.services import retry_after
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.faults import Fault

HTML = b"<html><title>502 Bad Gateway</title><body><h1>502 Bad Gateway</h1></body></html>\n"
"""What a proxy in front of a provider answers."""

GARBAGE = b"\x00\xff{not json" * 8
"""Bytes that nobody can decode."""

_REPLACING = frozenset({"reset", "empty", "garbage", "html"})
"""Parts of a fault that leave nothing of an answer's own body."""

_TITLES = {401: "unauthorized", 429: "too many requests", 500: "internal error"}


LINE = "imagine-harness.line"
"""The ASGI extension under which our server leaves the connection itself."""

CLIENT, SERVER, CLOSED = "client left", "server stopped", "connection closed"
HARNESS = "harness failed"
"""What may end an exchange before its answer does."""


class ServerConnection(Protocol):
    """A connection of our server.

    Attributes:
        cut: whether it was closed because the server stops.
    """

    transport: asyncio.Transport
    cut: bool


class ConnectionReset(Exception):
    """Stands for a broken connection where there is none to break: in process, without a server."""


def hit(call: Call, answer: Answer, fault: Fault) -> Answer:
    """`answer` as a fault leaves it: fewer images, another content type, no body."""
    call.verdict.fault = fault.spec()
    parts = fault.parts
    if answer.stream is not None and not _REPLACING.isdisjoint(parts):
        answer = replace(answer, body=b"", stream=None)
    if "html" in parts or "garbage" in parts:
        answer = replace(answer, noted=True)
    if "retry-after" in parts:
        after = retry_after.header(parts["retry-after"], call.now())
        answer = replace(answer, headers=[*answer.headers, (b"retry-after", after)])
    if "html" in parts:
        answer = replace(answer, status=502, content_type=b"text/html")
    if "content-type" in parts:
        answer = replace(answer, content_type=parts["content-type"].encode("latin-1", "replace"))
    if "fewer" in parts:
        answer = replace(answer, body=_fewer(answer.body, parts["fewer"]))
    if "empty" in parts:
        answer = replace(answer, body=b"")
    if "garbage" in parts:
        answer = replace(answer, body=GARBAGE)
    return answer


def documented(call: Call, status: int | None, error: str | None = None) -> Refusal:
    """A documented error: that of a name on record, or of a status; with the status to answer."""
    provider = call.context.provider
    allowed = ", ".join(sorted({each.operation.method for each in call.plans}))
    if error is not None:
        name = provider.fault(error) or error
        named = provider.error((name,), call.readings)
        values = {"message": error.replace("-", " "), "allowed": allowed}
        return Refusal((name,), values, status=status or (named.status if named else 500))
    status = status or 500
    cases = [case for several in provider.errors.values() for case in several]
    missed = [case for case in cases if call.operation == FETCH and case.when == "media-unknown"]
    own = [case for case in missed if case.status == status]
    own += [case for case in cases if case.when == f"status-{status}"]
    plain = [case for case in cases if case.status == status and "{" not in case.message]
    any_such = [case for case in cases if case.status == status]
    when = next((case.when for case in (*own, *plain, *any_such)), f"status-{status}")
    values = {"message": _TITLES.get(status, f"status {status}"), "allowed": allowed}
    return Refusal((when,), values, status=status)


def _fewer(body: Any, left_out: int) -> Any:
    """A body whose longest list of images lost its last elements, wherever the list is."""
    if isinstance(body, dict):
        for key, value in body.items():
            if isinstance(value, list) and value and key in ("data", "images", "result_urls"):
                return {**body, key: value[: max(0, len(value) - left_out)]}
        return {key: _fewer(value, left_out) for key, value in body.items()}
    return body


def bodyless(send: Send) -> Send:
    """What sends the answer to a question for its head: everything but the body."""

    async def send_bodyless(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_bodyless


def head(answer: Answer, headers: Sequence[tuple[bytes, bytes]], length: int) -> Message:
    """What comes before a body of so many bytes."""
    known = [(b"content-type", answer.content_type), (b"content-length", b"%d" % length)]
    start = {"status": answer.status, "headers": [*known, *headers]}
    return {"type": "http.response.start", **start}


async def send_faulted(send: Send, done: PreparedAnswer, scope: Scope, clock: Clock) -> None:
    """Send an answer as a fault lets it through.

    Raises:
        ConnectionReset: the connection broke, and there was none to break.
    """
    answer, body, parts = done.answer, done.body, done.parts
    if "reset" in parts:
        done.note.end(answer, body)
        await broken(scope)
        return
    done.note.begin(answer)
    await send(head(answer, done.headers, len(body)))
    kept = let_through(parts, len(body))
    if kept < len(body):
        done.note.end(answer, body)
        await send({"type": "http.response.body", "body": body[:kept], "more_body": True})
        await broken(scope)
    elif "stall" in parts:
        await _stall(send, done)
    elif "slow" in parts and body:
        await _dribble(send, done, max(parts["slow"], 1), clock)
    else:
        done.note.end(answer, body)
        await send({"type": "http.response.body", "body": body})


async def _stall(send: Send, done: PreparedAnswer) -> None:
    """Send the beginning of a body, never all of it, and then nothing."""
    part = done.body[:-1][: done.parts["stall"]]
    done.note.sent(part)
    await send({"type": "http.response.body", "body": part, "more_body": True})
    await silence()


async def silence() -> None:
    """Say nothing for as long as somebody listens."""
    await asyncio.Event().wait()


def let_through(parts: Mapping[str, Any], length: int) -> int:
    """How many bytes of a body come before its connection closes; all where it does not."""
    kept: int = parts.get("truncate", length)
    return min(kept, length // 2) if "truncated" in parts else kept


async def _dribble(send: Send, done: PreparedAnswer, rate: float, clock: Clock) -> None:
    """Send a body at some bytes a second, ten parts in each of them."""
    body = done.body
    step = max(1, round(rate / 10))
    for start in range(0, len(body), step):
        part = body[start : start + step]
        more = start + step < len(body)
        if more:
            done.note.sent(part)
        else:
            done.note.end(done.answer, body)
        await send({"type": "http.response.body", "body": part, "more_body": more})
        await clock.sleep(len(part) / rate if more else 0)


async def disturbed(
    stream: AsyncIterator[bytes], parts: Mapping[str, Any], clock: Clock
) -> AsyncIterator[bytes]:
    """A stream as a fault lets it through: slowly, or up to so many bytes, or half its first part.

    After them it is cut off, or says nothing more.

    Raises:
        ConnectionReset: it was cut off.
    """
    left = parts.get("truncate", parts.get("stall"))
    async for part in stream:
        if "truncated" in parts:
            left = len(part) // 2
        if left is not None and left <= len(part):
            yield part[:left]
            if "truncate" not in parts and "truncated" not in parts:
                await silence()
            raise ConnectionReset
        left = None if left is None else left - len(part)
        yield part
        if "slow" in parts:
            await clock.sleep(len(part) / max(parts["slow"], 1))
    if "stall" in parts:
        await silence()


async def broken(scope: Scope) -> None:
    """Close the connection as it stands, what was sent before included."""
    line = line_of(scope)
    if line is None:
        raise ConnectionReset
    line.transport.close()
    while not line.transport.is_closing():
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)


def line_of(scope: Scope) -> ServerConnection | None:
    """The connection of a request, None where no server of ours holds it."""
    line: ServerConnection | None = (scope.get("extensions") or {}).get(LINE)
    return line


def who_left(scope: Scope) -> str:
    """Who has ended a connection that is over: the client, but for a server that stops."""
    line = line_of(scope)
    return SERVER if line is not None and line.cut else CLIENT
