"""Cassettes: of VCR.py and its kin, in YAML or JSON."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

import orjson

from harness.judging.readers.checks import at, each_of, lowered, unpacked
from harness.judging.recording import Read, Recording, RecordingError

LISTS = ("interactions", "http_interactions")
"""What holds the exchanges: in VCR.py and most others, and in Ruby's VCR."""

MOST_VALUES = 100_000
"""Values of one body that is held as YAML."""

DEEPEST = 100
"""Levels of a cassette."""

CUT = 200
"""Letters of a parser's complaint that are told."""


def is_one(document: Any) -> bool:
    """Whether a decoded file is a cassette."""
    return isinstance(document, dict) and any(key in document for key in LISTS)


def parsed(data: bytes, name: str) -> Any:
    """A cassette in YAML, decoded; it can make nothing but plain values.

    Raises:
        RecordingError: it is no YAML.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if _depth(data, loader) > DEEPEST:
            raise RecordingError(name, f"is nested more than {DEEPEST} levels deep")
        return yaml.load(data, Loader=loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        told = " ".join(str(error).split()) or type(error).__name__
        raise RecordingError(name, f"is no YAML: {told[:CUT]}") from error


def _depth(data: bytes, loader: Any) -> int:
    """How deep a document is nested, up to a little beyond the deepest.

    It is asked before anything is built: the fast parser does not survive what is far too deep.
    """
    import yaml

    try:
        return _deepest(yaml.parse(data, Loader=loader))
    except yaml.MarkedYAMLError as error:
        if error.problem_mark is None:
            return 0
        # the parser looks ahead and may give up before it tells of what it has opened so far
        before = data.decode("utf-8", "replace")[: error.problem_mark.index]
        return _deepest(_told(yaml.parse(before, Loader=loader)))


def _deepest(events: Iterable[Any]) -> int:
    deepest = depth = 0
    for event in events:
        name = type(event).__name__
        depth += name.endswith("StartEvent") - name.endswith("EndEvent")
        deepest = max(depth, deepest)
        if deepest > DEEPEST:
            break
    return deepest


def _told(events: Iterable[Any]) -> Iterator[Any]:
    """The events before the first that cannot be told."""
    import yaml

    with suppress(yaml.YAMLError):
        yield from events


def read(document: Any, name: str) -> Iterator[Read]:
    """What a decoded cassette holds, in its order.

    Raises:
        RecordingError: it is none.
    """
    key = next((each for each in LISTS if isinstance(document, dict) and each in document), "")
    if not key:
        raise RecordingError(name, f"is no cassette, expected a list of {LISTS[0]}")
    yield from each_of(at(document, key, list, name), f"{name}: interaction", _recordings)


def _recordings(entry: Any, where: str) -> Iterator[Recording]:
    request: dict[str, Any] = at(entry, "request", dict, where)
    response: dict[str, Any] = at(entry, "response", dict, where)
    headers = lowered(request.get("headers") or {}, f"{where}: request")
    answer_headers = lowered(response.get("headers") or {}, f"{where}: response")
    body = _bytes(request.get("body"), f"{where}: request.body")
    given = response["body"] if "body" in response else response.get("content")
    answer = _bytes(given, f"{where}: response.body")
    yield Recording(
        method=at(request, "method", str, f"{where}: request").upper(),
        url=at(request, "uri" if "uri" in request else "url", str, f"{where}: request"),
        headers=headers,
        body=unpacked(body, headers),
        status=_status(response, f"{where}: response"),
        answer_headers=answer_headers,
        answer=unpacked(answer, answer_headers),
        where=where,
        time=_moment(entry.get("recorded_at")),
    )


def _status(response: Mapping[str, Any], where: str) -> int:
    status = response.get("status")
    if isinstance(status, dict):
        return at(status, "code", int, f"{where}.status")
    if isinstance(status, int):
        return status
    return at(response, "code" if "code" in response else "status_code", int, where)


def _bytes(body: Any, where: str) -> bytes:
    """A body, in the ways in which cassettes hold one: bytes, text, decoded JSON, or an object."""
    if body is None:
        return b""
    if isinstance(body, bytes):
        return body
    if isinstance(body, str):
        return body.encode("utf-8", "replace")
    if isinstance(body, dict) and "base64_string" in body:
        return _base64(at(body, "base64_string", str, where), where)
    if isinstance(body, dict) and ("string" in body or "encoding" in body):
        return _bytes(body.get("string"), where)
    if isinstance(body, dict | list):
        if _size(body) > MOST_VALUES:
            raise RecordingError(where, f"holds more than {MOST_VALUES} values")
        try:
            return orjson.dumps(body)
        except TypeError as error:
            raise RecordingError(where, f"holds what is no JSON: {error}") from error
    raise RecordingError(where, f"must be a text or bytes, got {type(body).__name__}")


def _size(body: Any) -> int:
    """How many values a decoded body holds, up to the most; YAML can repeat what it names."""
    todo, size = [body], 0
    while todo and size <= MOST_VALUES:
        each = todo.pop()
        size += 1
        if isinstance(each, dict | list):
            todo += each.values() if isinstance(each, dict) else each
    return size


def _base64(text: str, where: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError) as error:
        raise RecordingError(where, f"base64_string is no base64: {error}") from error


def _moment(value: object) -> float:
    if isinstance(value, datetime):
        return value.timestamp()
    return 0.0
