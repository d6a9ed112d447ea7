"""What the readers have in common: files within limits, and values that are what they must be."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import orjson

from contracts.fields import shown
from harness.judging.recording import Read, RecordingError

T = TypeVar("T")

LARGEST_FILE = 256_000_000
"""Bytes of one file."""

LARGEST_BODY = 64_000_000
"""Bytes of a body once it is unpacked."""

_PACKED = {"gzip": 16 + zlib.MAX_WBITS, "x-gzip": 16 + zlib.MAX_WBITS, "deflate": zlib.MAX_WBITS}
"""Content encodings that can be unpacked here, each with what zlib calls it."""


def content(file: Path) -> bytes:
    """The bytes of a file, without a byte order mark.

    Raises:
        RecordingError: it cannot be read, or is too large.
    """
    try:
        length = file.stat().st_size
        if length > LARGEST_FILE:
            raise RecordingError(file, f"has {length} bytes, expected at most {LARGEST_FILE}")
        return file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise RecordingError(file, f"cannot be read: {error.strerror}") from error


def decoded(data: bytes, where: object) -> Any:
    """JSON, decoded.

    Raises:
        RecordingError: it is none.
    """
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise RecordingError(where, f"is no JSON: {error}") from error


def at(holder: Any, key: str, kind: type[T] | tuple[type[T], ...], where: str) -> T:
    """The value of a key that must be there, with a type that it must have.

    Raises:
        RecordingError: it is not.
    """
    value = holder.get(key) if isinstance(holder, Mapping) else None
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        kinds = kind if isinstance(kind, tuple) else (kind,)
        named = " or ".join(_KINDS.get(each, each.__name__) for each in kinds)
        raise RecordingError(where, f"{key} must be {named}, got {shown(value)}")
    return value


_KINDS: Mapping[type, str] = {
    dict: "an object",
    list: "a list",
    str: "a text",
    int: "a whole number",
    float: "a number",
}


def each_of(
    entries: Iterable[Any], what: str, read: Callable[[Any, str], Iterator[Read]]
) -> Iterator[Read]:
    """What each entry of a list holds; one that cannot be read costs itself alone.

    Args:
        entries: in the order of the file.
        what: the list, and what one of its entries is called.
        read: what one entry holds, told its place.
    """
    for number, entry in enumerate(entries, 1):
        try:
            yield from read(entry, f"{what} {number}")
        except RecordingError as error:
            yield error.unread


def lowered(headers: Any, where: str) -> dict[str, str]:
    """Headers by lower-case name, the last of a list; HTTP/2's own are left out.

    Raises:
        RecordingError: they are none.
    """
    if not isinstance(headers, Mapping):
        raise RecordingError(where, f"headers must be an object, got {shown(headers)}")
    found: dict[str, str] = {}
    for name, value in headers.items():
        last = value[-1] if isinstance(value, list) and value else value
        if isinstance(last, bytes):
            last = last.decode("latin-1")
        if isinstance(last, str) and not str(name).startswith(":"):
            found[str(name).lower()] = last
    return found


def unpacked(body: bytes, headers: Mapping[str, str]) -> bytes | None:
    """A body without its content encoding; None where it cannot be undone.

    Many recorders undo it and keep the header, so a body that is not packed is taken as it is.
    """
    coding = headers.get("content-encoding", "").strip().lower()
    if coding in ("", "identity") or not body:
        return body
    if body.lstrip()[:1] in (b"{", b"["):
        return body
    if coding not in _PACKED:
        return None
    for bits in (_PACKED[coding], -zlib.MAX_WBITS):
        try:
            made = zlib.decompressobj(bits).decompress(body, LARGEST_BODY + 1)
        except zlib.error:
            continue
        return made if len(made) <= LARGEST_BODY else None
    return None
