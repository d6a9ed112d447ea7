"""The types, limits and defaults of Lumenfall's rows as the words of a contract."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.readers.lumenfall_page import Row

CONVERTED: Mapping[str, str] = MappingProxyType(
    {"size": "size", "aspect_ratio": "ratio", "resolution": "tier"}
)
"""What the gateway converts for every model, and the format in which it takes it."""

PICTURE: Schema = {"type": "string", "format": "image-url"}

NUMBER = r"\d+(?:\.\d+)?"
"""How numbers are written."""

_LEAST, _MOST = rf"(?P<least>-?{NUMBER})", rf"(?P<most>-?{NUMBER})"

NUMBERS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "range": re.compile(rf"\bRange: {_LEAST} ?(?:to|-|\u2013) ?{_MOST}"),
        "between": re.compile(rf"\bbetween {_LEAST} and {_MOST}\b", re.I),
        "in brackets": re.compile(rf"\({_LEAST} ?(?:to|-|\u2013) ?{_MOST}\)"),
        "percent": re.compile(rf"\({_LEAST}-{_MOST}%\)"),
        "minimum": re.compile(rf"\bMin(?:imum)?: {_LEAST}"),
        "maximum": re.compile(rf"\bMax(?:imum)?: {_MOST}"),
    }
)
"""Sentences about a number: what it may be."""

LENGTHS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "minimum": re.compile(r"\b(?:at least|minimum of) (?P<least>\d+) characters\b", re.I),
        "maximum": re.compile(
            r"\b(?:up to|at most|no more than|maximum of) (?P<most>\d+) characters\b", re.I
        ),
    }
)
"""Sentences about a string: how long it may be."""

COUNTS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "minimum": re.compile(r"\b(?:at least|minimum of) (?P<least>\d+) (?:\w+ )?images\b", re.I),
        "maximum": re.compile(
            r"\b(?:up to|at most|no more than|maximum of) (?P<most>\d+) (?:\w+ )?images\b", re.I
        ),
    }
)
"""Sentences about a list: how many elements it takes."""

LIMITS: Mapping[str, tuple[Mapping[str, re.Pattern[str]], str, str]] = MappingProxyType(
    {
        "integer": (NUMBERS, "minimum", "maximum"),
        "number": (NUMBERS, "minimum", "maximum"),
        "string": (LENGTHS, "minLength", "maxLength"),
        "array": (COUNTS, "minItems", "maxItems"),
    }
)
"""For each type its sentences, and the keywords for the least and the most."""

_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")


def schema_of(row: Row) -> Schema | None:
    """The keywords of a row, None where its type is not known."""
    if row.type == "file":
        # OpenAI's SDKs send one picture or several as `image`, and one as anything else.
        several = {"type": ["string", "array"], "format": "image-url", "items": PICTURE}
        return several if row.name == "image" else dict(PICTURE)
    kind = _kind(row.type)
    if kind is None:
        return None
    if row.name in CONVERTED:
        return {"type": kind, "format": CONVERTED[row.name]}
    if row.values:
        numeric = kind in ("integer", "number")
        return {"enum": [_number(each) if numeric else each for each in row.values]}
    names = [kind] if isinstance(kind, str) else kind
    limits = {key: each for name in names for key, each in _limits(name, row)}
    return {"type": kind, **limits}


def _kind(word: str) -> str | list[str] | None:
    word = "number" if word == "float" else word
    if not word.startswith("["):
        return word if word in _TYPES else None
    try:
        names = json.loads(word)
    except (ValueError, RecursionError):
        return None
    known = all(isinstance(name, str) and name in _TYPES for name in names)
    return names if names and known else None


def _limits(name: str, row: Row) -> Iterator[tuple[str, Any]]:
    """The limits that a row states for values of a type."""
    sentences, least, most = LIMITS.get(name, ({}, "", ""))
    for pattern in sentences.values():
        if found := pattern.search(row.words):
            stated = found.groupdict()
            if "least" in stated:
                yield least, _number(stated["least"])
            if "most" in stated:
                yield most, _number(stated["most"])


def _number(text: str) -> Any:
    """A number, or the text that is none."""
    if not re.fullmatch(rf"-?{NUMBER}", text):
        return text
    value = float(text)
    return int(value) if value.is_integer() else value


def default_of(row: Row, schema: Schema) -> object:
    """The default of a row, in the type of its parameter; ABSENT where it has none."""
    if row.default is ABSENT or row.default is None:
        return ABSENT
    if isinstance(row.default, int | float) and "string" in (schema.get("type"), row.type):
        return str(row.default)
    return row.default
