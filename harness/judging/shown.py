"""Exchanges as reports and HAR files show them: whole, but without secrets."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from urllib.parse import urlsplit, urlunsplit

import orjson

from contracts.load import names, provider
from harness.handles.entries import Entry
from harness.judging.requests import Judged
from harness.results import Seen
from mocks.journal import Exchange

_BLANK = Exchange(
    id="",
    time=0.0,
    provider="",
    operation=None,
    test="",
    method="GET",
    path="/",
    query="",
    headers={},
    body=b"",
    status=0,
    answer_type=b"",
    answer=b"",
    violations=[],
    refusal=None,
    fault=None,
    expected=(),
    duration_ms=0.0,
)
"""Lends itself to have the secrets of a part of an exchange hidden, as the journal does it."""


def headers(plain: Mapping[str, str]) -> dict[str, str]:
    """Headers, their secrets hidden."""
    encoded = {
        name.encode("latin-1", "replace"): value.encode("latin-1", "replace")
        for name, value in plain.items()
    }
    told: dict[str, str] = replace(_BLANK, headers=encoded).as_json()["request"]["headers"]
    return told


def body(data: bytes, kind: str) -> bytes:
    """A body of a content type, its secrets hidden; a very long one is cut."""
    encoded = kind.encode("latin-1", "replace")
    told = replace(_BLANK, answer=data, answer_type=encoded).as_json()["response"]["body"]
    if isinstance(told, dict) and told.get("cut") is True:
        return f"{told['start']}…".encode()
    is_json = "json" in kind.lower() or not kind
    if not isinstance(told, dict) or (is_json and _is_json(data)):
        return b"" if told is None and not data else orjson.dumps(told)
    return str(told["text"]).encode() if "text" in told else base64.b64decode(told["base64"])


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True


def url(address: str) -> str:
    """An address without its user and password, and without the secrets of its query."""
    try:
        parts = urlsplit(address)
        place = parts.netloc.rpartition("@")[2]
    except ValueError:
        return address.partition("?")[0]
    query: str = replace(_BLANK, query=parts.query).as_json()["request"]["query"]
    return urlunsplit((parts.scheme, place, parts.path, query, ""))


def place(judged: Judged) -> str:
    """A recording on one line: what was asked, how it was answered, and where it stands."""
    recording = judged.recording
    where = f" ({recording.where})" if recording.where else ""
    status = f"answered {recording.status}" if recording.status else "without an answer"
    return f"{recording.method} {url(recording.url)}, {status}{where}"


def name_of(entry: Entry) -> str:
    """What a request called, as far as it is known: operation, provider, or nobody."""
    if entry.operation is not None:
        return f"{entry.provider}.{entry.operation}"
    return entry.provider or "nobody"


def seen(judged: Judged) -> Seen:
    """A recording as a report shows it."""
    recording = judged.recording
    known = judged.entry.provider if judged.entry else ""
    kind = recording.headers.get("content-type", "")
    return Seen(
        method=recording.method,
        url=url(recording.url),
        headers=headers(recording.headers),
        body=_part(recording.body, kind),
        status=recording.status,
        answer=_part(recording.answer, recording.answer_type),
        variable=provider(known).credential.variable if known in names() else "",
        answer_headers=headers(recording.answer_headers),
    )


def _part(data: bytes | None, kind: str) -> bytes:
    return body(data, kind) if data else b""
