"""Recorded traffic as HAR 1.2, without its secrets."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from harness.judging.recording import Recording, RecordingError
from harness.judging.shown import notice, url
from harness.results import plain
from mocks.secrets import body, headers


def written(recordings: Iterable[Recording]) -> str:
    """The HAR of some recordings, as text."""
    return json.dumps(document(recordings), indent=1, ensure_ascii=False) + "\n"


def write(recordings: Iterable[Recording], file: Path) -> None:
    """Write the HAR of some recordings.

    Raises:
        RecordingError: the file cannot be written.
    """
    text = written(recordings)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RecordingError(file, f"cannot be written: {error.strerror}") from error


def document(recordings: Iterable[Recording]) -> dict[str, Any]:
    """The HAR of some recordings, as JSON says it."""
    creator = {"name": "imagine-harness", "version": version("imagine-harness")}
    written = [*recordings]
    notice(written)
    entries = [_entry(each) for each in written]
    return {"log": {"version": "1.2", "creator": creator, "entries": entries}}


def _entry(recording: Recording) -> dict[str, Any]:
    took = round(recording.seconds * 1000, 3)
    ending = {"comment": recording.ending} if recording.ending else {}
    return {
        "startedDateTime": _moment(recording.time),
        "time": took,
        "request": _request(recording),
        "response": _response(recording),
        "cache": {},
        "timings": {"send": 0, "wait": took, "receive": 0},
        **ending,
    }


def _moment(seconds: float) -> str:
    """A time as HAR writes it; one that no calendar has is the epoch."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError):
        moment = datetime.fromtimestamp(0, UTC)
    return moment.isoformat(timespec="milliseconds")


def _request(recording: Recording) -> dict[str, Any]:
    address = url(recording.url)
    query = parse_qsl(urlsplit(address).query, keep_blank_values=True)
    made: dict[str, Any] = {
        "method": recording.method,
        "url": plain(address),
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers(recording.headers)),
        "queryString": [{"name": name, "value": value} for name, value in query],
        "headersSize": -1,
        "bodySize": 0 if recording.body == b"" else -1,
    }
    kind = recording.headers.get("content-type", "")
    if recording.body:
        made["postData"] = {"mimeType": plain(kind), **_text(body(recording.body, kind))}
    elif recording.body is None:
        made["comment"] = f"the body was not recorded: {recording.body_gap or 'not wholly'}"
    return made


def _response(recording: Recording) -> dict[str, Any]:
    kind = recording.answer_type
    size = -1 if recording.answer is None else len(recording.answer)
    content: dict[str, Any] = {"size": size, "mimeType": plain(kind)}
    if recording.answer is not None:
        content |= _text(body(recording.answer, kind))
    else:
        why = recording.answer_gap or "not wholly"
        content["comment"] = f"the answer was not recorded: {why}"
    return {
        "status": recording.status,
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": _pairs(headers(recording.answer_headers)),
        "content": content,
        "redirectURL": "",
        "headersSize": -1,
        "bodySize": -1,
    }


def _pairs(named: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"name": plain(name), "value": plain(value)} for name, value in named.items()]


def _text(data: bytes) -> dict[str, str]:
    """A body as HAR holds it: as text, or in base64 where it is none."""
    try:
        return {"text": data.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(data).decode(), "encoding": "base64"}
