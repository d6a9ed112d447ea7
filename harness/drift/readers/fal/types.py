"""The type words of fal's pages, and texts as values of a type."""

from __future__ import annotations

import json
import re

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.phrases.sentences import NUMBER
from imagine_harness.harness.drift.phrases.types import type_of
from imagine_harness.harness.drift.phrases.values import kinds_of, typed

ENUM = "enum"
"""Stands among the types of a schema, until its values are known, for listed values."""

_NAMED = re.compile(r"[A-Z]\w*|[a-z](?:(?!__\w)\w)*+__\w+")


def kind(word: str) -> Schema | None:
    """The schema of a type word, with `ENUM` among its types for listed values; None: unknown."""
    schema, unknown = type_of(word, _named)
    return None if unknown else schema


def _named(word: str) -> str:
    if word.endswith("Enum"):
        return ENUM
    return "object" if _NAMED.fullmatch(word) else ""


def without_enum(schema: Schema) -> Schema:
    """A schema whose listed values are of the type string, for what does not list them."""
    names = ["string" if name == ENUM else name for name in kinds_of(schema)]
    names = list(dict.fromkeys(names))
    plain = {**schema, "type": names[0] if len(names) == 1 else names}
    return {**plain, "items": without_enum(schema["items"])} if "items" in schema else plain


def value_of(text: str, schema: Schema) -> object:
    """A default in the type of its parameter; None for none, ABSENT where it is of no such type."""
    if "enum" in schema:
        return next((value for value in schema["enum"] if str(value) == text), text or None)
    names = kinds_of(schema)
    if "[object Object]" in text:
        return ABSENT
    if text in ("null", "None"):
        return None
    if "array" in names and (text == "" or text.startswith("[")):
        return _decoded(text or "[]", list)
    if "object" in names and text.startswith("{"):
        return _decoded(text, dict)
    if "boolean" in names and text.lower() in ("true", "false"):
        return text.lower() == "true"
    if {"integer", "number"} & set(names) and re.fullmatch(NUMBER, text):
        return typed(text, names)
    if "string" in names:
        return text
    if "array" in names:
        return text.split(",")
    return None if not names else _empty(text)


def _empty(text: str) -> object:
    return None if text in ("", "null", "None") else ABSENT


def _decoded(text: str, wanted: type) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return ABSENT
    return value if isinstance(value, wanted) else ABSENT
