"""Bodies as recorders keep them: whole, packed, decoded, cut, or left out."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from imagine_harness.contracts.untrusted.encodings import codings, undone
from imagine_harness.contracts.untrusted.packing import PackedError
from imagine_harness.harness.traffic.readers.checks import got, length
from imagine_harness.harness.traffic.readers.tagged_values import Tagged

LARGEST_BODY = 64_000_000
"""Bytes of a body once it is unpacked."""

MOST_VALUES = 100_000
"""Values of one body that is held decoded; YAML can repeat what it names."""

HOLDERS = {"string", "base64_string", "encoding"}
"""Keys of the object that holds a body."""

WITH_BODY = ("POST", "PUT", "PATCH")
"""Methods whose requests have a body, unless it is said that they have none."""

_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f]")
"""Letters that no text has."""


@dataclass(frozen=True, slots=True)
class Body:
    """What was recorded of a body.

    Attributes:
        data: the bytes, None where they were not recorded, not wholly, or cannot be read.
        gap: why they are not there.
    """

    data: bytes | None
    gap: str = ""


EMPTY = Body(b"")


def missing(method: str, size: object, headers: Mapping[str, str]) -> Body:
    """The body of a request for which the recorder kept none: there may have been one.

    Args:
        method: of the request.
        size: how many bytes it had, as far as the recorder says.
        headers: of the request.
    """
    sizes = [each for each in (size, length(headers)) if isinstance(each, int) and each >= 0]
    if any(sizes):
        return Body(None, f"none of its {max(sizes)} bytes is there")
    if sizes or method not in WITH_BODY:
        return EMPTY
    return Body(None, "it is not there, nor is it said that there was none")


def of_value(value: Any) -> Body:
    """A body in the ways in which cassettes hold one: bytes, text, an object with either, JSON."""
    if isinstance(value, bytes):
        return Body(value)
    if isinstance(value, str):
        return Body(value.encode("utf-8", "replace"))
    if isinstance(value, Tagged):
        return Body(None, f"it is tagged {value.tag}, which is not read")
    if not isinstance(value, dict | list):
        return Body(None, f"it must be a text or bytes, got {got(value)}")
    if isinstance(value, dict) and value and value.keys() <= HOLDERS:
        inner = value.get("string")
        return of_base64(value["base64_string"]) if "base64_string" in value else _inner(inner)
    return of_json(value)


def _inner(value: Any) -> Body:
    return EMPTY if value is None else of_value(value)


def of_json(value: Any) -> Body:
    """A body that is held decoded."""
    if _size(value) > MOST_VALUES:
        return Body(None, f"it holds more than {MOST_VALUES} values")
    try:
        return Body(orjson.dumps(value, option=orjson.OPT_PASSTHROUGH_DATACLASS))
    except TypeError:
        return Body(None, "it is held decoded, and holds what JSON has not")


def _size(body: Any) -> int:
    """How many values a decoded body holds, up to the most."""
    todo, size = [body], 0
    while todo and size <= MOST_VALUES:
        each = todo.pop()
        size += 1
        if isinstance(each, dict | list):
            todo += each.values() if isinstance(each, dict) else each
    return size


def of_base64(text: Any) -> Body:
    """A body in base64: one text, or JSON of a list of such, each a chunk of the whole."""
    chunks = _chunks(text) if isinstance(text, str) else [text]
    try:
        return Body(b"".join(base64.b64decode(_stripped(each), validate=True) for each in chunks))
    except (binascii.Error, ValueError, TypeError, AttributeError):
        return Body(None, "it is no base64, as it should be")


def of_hex(text: str) -> Body:
    """A body in hexadecimal digits: one text, or JSON of a list of such."""
    try:
        return Body(b"".join(bytes.fromhex(each) for each in _chunks(text)))
    except (ValueError, TypeError):
        return Body(None, "it is no text of hexadecimal digits, as it should be")


def _chunks(text: str) -> list[Any]:
    if not text.startswith("["):
        return [text]
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return [text]
    return found if isinstance(found, list) else [text]


def _stripped(text: str) -> bytes:
    plain = b"".join(text.encode("ascii").split()).translate(bytes.maketrans(b"-_", b"+/"))
    return plain + b"=" * (-len(plain) % 4)


def finished(body: Body, headers: Mapping[str, str]) -> Body:
    """A body without its content encoding, where it is whole.

    Many recorders undo the encoding and keep the header, so a body that is text is taken as it is.
    """
    data, named = body.data, codings(headers.get("content-encoding", ""))
    if not data:
        return body
    if not named:
        return _whole(data, length(headers))
    if _is_text(data):
        return body
    try:
        return Body(undone(data, named, LARGEST_BODY))
    except PackedError as error:
        return Body(None, f"it {error}")


def _is_text(data: bytes) -> bool:
    try:
        return _CONTROLS.search(data.decode()) is None
    except UnicodeDecodeError:
        return False


def _whole(data: bytes, said: int | None) -> Body:
    """A body, unless it is JSON that ends before its length is reached."""
    if said is None or said <= len(data) or data.lstrip()[:1] not in (b"{", b"["):
        return Body(data)
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return Body(None, f"only {len(data)} of its {said} bytes are there")
    return Body(data)
