"""Forms, made again of the fields that a recorder tells."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import unquote_to_bytes, urlencode

from imagine_harness.harness.traffic.readers.bodies import Body, of_base64
from imagine_harness.harness.traffic.readers.checks import text
from imagine_harness.harness.traffic.readers.tagged_values import untagged

URLENCODED = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"

BOUNDARY = "imagine-harness-boundary"

_BOUNDARY = re.compile(r"boundary=(?:\"([^\"]{1,70})\"|([^;\s]{1,70}))", re.I)
_FIRST_LINE = re.compile(rb"--([^\r\n]{1,70})\r?\n")


def part(boundary: str, named: str, value: bytes, kind: str = "") -> bytes:
    """One part of a multipart form; `named` is what its disposition says."""
    said = f"Content-Type: {kind}\r\n" if kind else ""
    head = f"--{boundary}\r\nContent-Disposition: form-data; {named}\r\n{said}\r\n"
    return head.encode("utf-8", "replace") + value + b"\r\n"


def end(boundary: str) -> bytes:
    """What ends a multipart form."""
    return f"--{boundary}--\r\n".encode()


def of_fields(fields: Iterable[Any], kind: str) -> tuple[Body, str]:
    """The body that fields stand for, and its content type.

    Args:
        fields: each with a `name` and a `value`, and a `fileName` where it is a file.
        kind: the content type as far as it was recorded.
    """
    given = [untagged(each) for each in fields]
    if not all(isinstance(each, dict) and text(each.get("name")) for each in given):
        return Body(None, "a field of its form has no name"), kind
    lost = [text(each["name"]) for each in given if _value(each).data is None]
    if lost:
        return Body(None, f"{lost[0]} of its form is not there"), kind
    if kind.lower().startswith(MULTIPART):
        return _multipart(given, kind)
    if kind.lower().startswith(URLENCODED):
        pairs = [(str(text(each["name"])), _value(each).data or b"") for each in given]
        return Body(urlencode(pairs).encode()), kind
    return Body(None, f"it is told as fields, and is no form but {kind or 'of no type'}"), kind


def _multipart(fields: list[dict[str, Any]], kind: str) -> tuple[Body, str]:
    found = _BOUNDARY.search(kind)
    boundary = (found[1] or found[2]) if found else BOUNDARY
    parts = [
        part(boundary, _named(each), _value(each).data or b"", text(each.get("contentType")) or "")
        for each in fields
    ]
    told = kind if found else f"{MULTIPART}; boundary={boundary}"
    return Body(b"".join(parts) + end(boundary)), told


def _named(field: dict[str, Any]) -> str:
    name, file = _quoted(field["name"]), text(field.get("fileName"))
    return f'name="{name}"' + (f'; filename="{_quoted(file)}"' if file else "")


def _quoted(value: Any) -> str:
    said = {'"': "%22", "\r": "%0D", "\n": "%0A"}
    return "".join(said.get(letter, letter) for letter in text(value) or "")


def _value(field: dict[str, Any]) -> Body:
    """The value of a field; that of a file may be a data URI, or stand for itself."""
    value = text(field.get("value"))
    if not text(field.get("fileName")):
        return Body((value or "").encode())
    if value is None or value == "(binary)":
        return Body(None)
    if not value.startswith("data:"):
        return Body(value.encode())
    head, _, data = value.partition(",")
    return of_base64(data) if head.endswith(";base64") else Body(unquote_to_bytes(data))


def with_boundary(kind: str, body: bytes | None) -> str:
    """The content type of a form whose boundary was not recorded, with the body's own."""
    if not kind.lower().startswith(MULTIPART) or _BOUNDARY.search(kind) or not body:
        return kind
    found = _FIRST_LINE.match(body)
    return f'{MULTIPART}; boundary="{found[1].decode("latin-1")}"' if found else kind


def guessed(body: bytes) -> str:
    """The content type that a body looks like, `""` where it cannot be told."""
    if body.lstrip()[:1] in (b"{", b"["):
        return "application/json"
    return MULTIPART if _FIRST_LINE.match(body) else ""
