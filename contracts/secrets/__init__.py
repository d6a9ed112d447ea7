"""Hiding secrets in whatever is shown: credentials that came by, telling names, addresses.

Nothing is hidden before it is shown, and hiding takes a time that is linear in what is shown.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import orjson

from imagine_harness.contracts.fields import brief_text
from imagine_harness.contracts.model import Violation
from imagine_harness.contracts.secrets import addresses
from imagine_harness.contracts.secrets.credentials import CREDENTIALS, HIDDEN, LONGEST, of_header
from imagine_harness.contracts.secrets.spelling import after_schemes, at_names
from imagine_harness.contracts.secrets.telling_names import telling

DEEPEST = 40
"""Levels of a body that are shown."""

_DEEPEST_WRITTEN = 250
"""Levels that JSON can be written with."""

_BOUNDARY = re.compile(r"boundary=\"?([^\";,\s]{1,200})")
_FIELD = re.compile(rb"[;\s]name=\"([^\"\r\n]{0,200})\"")

_OF_BODIES = frozenset({"content-type", "content-length", "content-encoding"})
"""Headers that hold no secret, and that decide how a body is read."""


def headers(plain: Mapping[str, str]) -> dict[str, str]:
    """Headers by name, without the secrets in their values."""
    return {name: _header(name, value) for name, value in plain.items()}


def _header(name: str, value: str) -> str:
    if name.lower() in _OF_BODIES:
        return value
    return _credential(value) if telling(name, outside=True) else prose(value)


def _credential(value: str) -> str:
    """A credential, of which only the scheme is shown."""
    scheme, key = of_header(value)
    return f"{scheme} {HIDDEN}".strip() if key else value


def prose(text: str) -> str:
    """What people wrote, such as a prompt: only what can be nothing but a secret is hidden."""
    return after_schemes(addresses.in_text(CREDENTIALS.hide(text)))


def spelled(text: str) -> str:
    """A message, or a body that cannot be read: what stands at a telling name is hidden, too."""
    return prose(at_names(CREDENTIALS.hide(text), _credential))


def address(text: str) -> str:
    """An address without user, password, and the values of telling parameters."""
    return CREDENTIALS.hide(addresses.address(text))


def query(text: str) -> str:
    """A query without the values of telling parameters."""
    return CREDENTIALS.hide(addresses.query(text))


def value(decoded: Any, deepest: int = DEEPEST) -> Any:
    """A decoded value without its secrets, and without what is nested too deep to show."""
    if isinstance(decoded, str):
        return prose(decoded)
    if deepest < 0 and isinstance(decoded, list | dict):
        return "…"
    if isinstance(decoded, dict):
        return {
            CREDENTIALS.hide(key): (_secret if telling(key) else value)(below, deepest - 1)
            for key, below in decoded.items()
        }
    if isinstance(decoded, list):
        return [value(below, deepest - 1) for below in decoded]
    return decoded


def _secret(decoded: Any, deepest: int = DEEPEST) -> Any:
    """A decoded value at a telling name: whatever it holds is hidden."""
    if deepest < 0 and isinstance(decoded, list | dict):
        return "…"
    if isinstance(decoded, dict):
        return {
            CREDENTIALS.hide(key): _secret(below, deepest - 1) for key, below in decoded.items()
        }
    if isinstance(decoded, list):
        return [_secret(below, deepest - 1) for below in decoded]
    if isinstance(decoded, str):
        return _credential(decoded)
    return HIDDEN if isinstance(decoded, int | float) and not isinstance(decoded, bool) else decoded


def body(data: bytes, kind: str) -> bytes:
    """A body of a content type without its secrets; what holds none stays byte for byte."""
    plain = kind.lower()
    if "json" in plain or not plain:
        return _json(data)
    if plain.startswith("multipart/") and (found := _BOUNDARY.search(kind)):
        return _form(data, found[1].encode("latin-1", "replace"))
    if plain.startswith("application/x-www-form-urlencoded"):
        return query(data.decode("latin-1")).encode("latin-1")
    return _text(data, spelled)


def start(data: bytes, length: int) -> bytes:
    """The beginning of a body without its secrets, even of one that the cut goes through."""
    more = data[: length + LONGEST]
    try:
        text, _ = codecs.utf_8_decode(more, "strict", False)
    except UnicodeDecodeError:
        return CREDENTIALS.hide(more.decode("latin-1")).encode("latin-1")[:length]
    return spelled(text)[:length].encode()


def _json(data: bytes) -> bytes:
    try:
        decoded = orjson.loads(data)
        safe = value(decoded, _DEEPEST_WRITTEN)
        return data if safe == decoded else orjson.dumps(safe)
    except orjson.JSONDecodeError:
        return _text(data, spelled)


def _text(data: bytes, hide: Callable[[str], str]) -> bytes:
    """Bytes without the secrets of the text that they are, or of none that they hold."""
    try:
        return hide(data.decode()).encode()
    except UnicodeDecodeError:
        return CREDENTIALS.hide(data.decode("latin-1")).encode("latin-1")


def _form(data: bytes, boundary: bytes) -> bytes:
    """A multipart body, each part by itself: the fields are texts, the files are bytes."""
    line = b"--" + boundary
    return line.join(map(_part, data.split(line)))


def _part(part: bytes) -> bytes:
    head, gap, content = part.partition(b"\r\n\r\n")
    name = _FIELD.search(head)
    if name and telling(name[1].decode("utf-8", "replace")):
        return head + gap + HIDDEN.encode() + b"\r\n"
    hide = CREDENTIALS.hide if b"filename" in head else prose
    return _text(head + gap, prose) + _text(content, hide)


def violation(broken: Violation) -> Violation:
    """A violation as it may be shown, wherever in a body it stands."""
    safe = _at(broken.pointer, broken.got)
    message = broken.message
    if safe != broken.got:
        message = message.replace(brief_text(broken.got), brief_text(safe))
    fix = tuple(
        replace(each, path=CREDENTIALS.hide(each.path), value=_at(each.path, each.value))
        for each in broken.fix
    )
    pointer = CREDENTIALS.hide(broken.pointer)
    return replace(broken, pointer=pointer, got=safe, message=prose(message), fix=fix)


def _at(pointer: str, decoded: Any) -> Any:
    """A value without its secrets, at a JSON Pointer."""
    return (_secret if any(map(telling, pointer.split("/"))) else value)(decoded)
