"""What came from outside, decoded: one reader of JSON with limits, and one of numbers in texts."""

from __future__ import annotations

import math
import re
from itertools import accumulate
from typing import Any

import orjson

DEEPEST = 100
"""Levels of a value, itself among them."""

MOST_VALUES = 100_000
"""Values of one body, those inside others among them."""

_BESIDE_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_STEPS = {ord(bracket): 1 if bracket in "[{" else -1 for bracket in "[]{}"}

_NUMBER = re.compile(
    r"-?(?:[0-9]{1,400}(?:\.[0-9]{0,400})?|\.[0-9]{1,400})(?:[eE][+-]?[0-9]{1,4})?"
)
_WHOLE = re.compile(r"-?[0-9]{1,400}")


class Undecodable(ValueError):
    """Something is no JSON; the message says why in a few words."""


class TooMuch(Undecodable):
    """It may be JSON, but is deeper or holds more than is read; the message tells the limit."""


def decoded(data: bytes | str, most: int | None = None) -> Any:
    """A value of JSON, of `most` values at most, None for as many as there are.

    An integer beyond 64 bits is a float, one beyond a float is no JSON.

    Raises:
        Undecodable: it is none.
        TooMuch: it has more values, or more levels than `DEEPEST`; found out before any is made.
    """
    try:
        raw = data.encode() if isinstance(data, str) else data
        _check(raw, most)
        return orjson.loads(raw)
    except (orjson.JSONDecodeError, UnicodeEncodeError) as error:
        raise Undecodable(str(error)) from error


def _check(data: bytes, most: int | None) -> None:
    """Look at depth and number of values, in time that is linear whatever the bytes are."""
    opened = data.count(b"[") + data.count(b"{")
    if opened < DEEPEST and (most is None or opened + data.count(b",") < most):
        return
    if b"\\" in data:
        data = data.replace(rb"\\", b"").replace(rb"\"", b"")
    if most is not None and data.count(b'"') > 4 * most:
        raise TooMuch(f"more than {most:,} values")
    outside = b"".join(data.split(b'"')[::2])
    opened = outside.count(b"[") + outside.count(b"{")
    if most is not None and opened + outside.count(b",") >= most:
        raise TooMuch(f"more than {most:,} values")
    if opened > DEEPEST and _depth(outside) > DEEPEST:
        raise TooMuch(f"nested more than {DEEPEST} levels deep")


def _depth(outside: bytes) -> int:
    """How deep brackets are nested, up to a little beyond the deepest."""
    deepest = 0
    for depth in accumulate(map(_STEPS.__getitem__, outside.translate(None, _BESIDE_BRACKETS))):
        deepest = max(deepest, depth)
        if depth < 0 or deepest > DEEPEST:
            break
    return deepest


def whole(text: str) -> int | float | None:
    """The whole number that decimal digits stand for, as a body of JSON would have it, or None.

    Beyond 64 bits it is a float; there is none beyond a float.
    """
    if not _WHOLE.fullmatch(text):
        return None
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text)
    try:
        found: int | float = orjson.loads(sign + (digits.lstrip("0") or "0"))
    except orjson.JSONDecodeError:
        return None
    return found


def number(text: str) -> float | None:
    """The finite number that a text in ASCII stands for, None where it is none."""
    if not _NUMBER.fullmatch(text):
        return None
    found = float(text)
    return found if math.isfinite(found) else None
