"""HAR 1.2, as browsers, proxies and test tools write it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from harness.judging.readers.checks import at, each_of, lowered, unpacked
from harness.judging.recording import Read, Recording, RecordingError

FRAMES = "_webSocketMessages"
"""Where browsers put the frames of a WebSocket."""

URLENCODED = "application/x-www-form-urlencoded"


def read(document: Any, name: str) -> Iterator[Read]:
    """What a decoded HAR holds, in its order.

    Raises:
        RecordingError: it is none.
    """
    entries: list[Any] = at(at(document, "log", dict, name), "entries", list, f"{name}: log")
    yield from each_of(entries, f"{name}: entry", _of_entry)


def _of_entry(entry: Any, where: str) -> Iterator[Read]:
    recording = _recording(entry, where)
    frames = entry.get(FRAMES)
    if isinstance(frames, list):
        yield from each_of(frames, f"{where}, frame", partial(_frame, recording))
    else:
        yield recording


def _frame(opened: Recording, frame: Any, where: str) -> Iterator[Recording]:
    """What was sent over a WebSocket: a call like one over HTTP, on the same path."""
    if at(frame, "type", str, where) == "send":
        yield replace(
            opened,
            method="POST",
            headers={**opened.headers, "content-type": "application/json"},
            body=at(frame, "data", str, where).encode("utf-8", "replace"),
            status=0,
            answer_headers={},
            answer=None,
            where=where,
        )


def _recording(entry: Any, where: str) -> Recording:
    request: dict[str, Any] = at(entry, "request", dict, where)
    response: dict[str, Any] = at(entry, "response", dict, where)
    headers = _headers(request, f"{where}: request")
    answer_headers = _headers(response, f"{where}: response")
    content = response.get("content") or {}
    if isinstance(content, dict) and isinstance(content.get("mimeType"), str):
        answer_headers.setdefault("content-type", content["mimeType"])
    return Recording(
        method=at(request, "method", str, f"{where}: request").upper(),
        url=at(request, "url", str, f"{where}: request"),
        headers=headers,
        body=_sent(request, headers, where),
        status=at(response, "status", int, f"{where}: response"),
        answer_headers=answer_headers,
        answer=_answered(content, answer_headers, f"{where}: response.content"),
        where=where,
        time=_moment(entry.get("startedDateTime")),
        seconds=_seconds(entry.get("time")),
    )


def _headers(holder: Mapping[str, Any], where: str) -> dict[str, str]:
    given: list[Any] = at(holder, "headers", list, where)
    pairs = {at(each, "name", str, where): at(each, "value", str, where) for each in given}
    return lowered(pairs, where)


def _sent(request: Mapping[str, Any], headers: dict[str, str], where: str) -> bytes | None:
    """The body of a request, b"" for none, None where only a part of it is there."""
    post = request.get("postData")
    if not isinstance(post, dict):
        size = request.get("bodySize")
        return None if isinstance(size, int) and size > 0 else b""
    kind = post.get("mimeType")
    if isinstance(kind, str) and kind:
        headers.setdefault("content-type", kind)
    text = post.get("text")
    if isinstance(text, str) and (text or not post.get("params")):
        if post.get("encoding") == "base64":
            return _base64(text, f"{where}: request.postData")
        return text.encode("utf-8", "replace")
    if headers.get("content-type", "").startswith(URLENCODED):
        place = f"{where}: request.postData"
        given: list[Any] = at(post, "params", list, place)
        pairs = [(at(each, "name", str, place), at(each, "value", str, place)) for each in given]
        return urlencode(pairs, errors="replace").encode()
    return None


def _answered(content: Any, headers: Mapping[str, str], where: str) -> bytes | None:
    text = content.get("text") if isinstance(content, dict) else None
    if not isinstance(text, str):
        return None
    if content.get("encoding") == "base64":
        return unpacked(_base64(text, where), headers)
    return text.encode("utf-8", "replace")


def _base64(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise RecordingError(where, f"text is no base64: {error}") from error


def _moment(text: object) -> float:
    try:
        return datetime.fromisoformat(text).timestamp() if isinstance(text, str) else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _seconds(milliseconds: object) -> float:
    return milliseconds / 1000 if isinstance(milliseconds, int | float) else 0.0
