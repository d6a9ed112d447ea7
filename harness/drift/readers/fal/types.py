"""The type words of fal's pages, and texts as values of a type."""

from __future__ import annotations

import json
import re

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.phrases.sentences import NUMBER
from imagine_harness.harness.drift.phrases.values import TYPES, kinds_of, typed

LONGEST_WORD = 200
"""Characters of a type beyond which it is none."""

ENUM = "enum"
"""Stands among the types of a schema, until its values are known, for listed values."""

_NAMED = re.compile(r"[A-Z]\w*|[a-z](?:(?!__\w)\w)*+__\w+")


def kind(word: str) -> Schema | None:
    """The schema of a type word, with `ENUM` among its types for listed values; None: unknown."""
    if len(word) > LONGEST_WORD:
        return None
    parts = _alternatives(word)
    if len(parts) > 1:
        schemas = [kind(part) for part in parts]
        known = [schema for schema in schemas if schema is not None]
        if len(known) < len(schemas):
            return None
        names = [name for schema in known for name in kinds_of(schema)]
        inside = next((schema["items"] for schema in known if "items" in schema), None)
        return {"type": list(dict.fromkeys(names))} | ({"items": inside} if inside else {})
    word = parts[0]
    if found := re.fullmatch(r"(?:list|array)<(.+)>|(.+)\[\]", word, re.I):
        items = kind(found[1] or found[2])
        return None if items is None else {"type": "array", "items": items}
    if word in TYPES:
        return {"type": TYPES[word]}
    if word.endswith("Enum"):
        return {"type": ENUM}
    return {"type": "object"} if _NAMED.fullmatch(word) else None


def _alternatives(word: str) -> list[str]:
    """The parts of `A | list<B | C>`: the bars outside of brackets part them."""
    parts, depth = [""], 0
    for letter in word:
        depth += {"<": 1, ">": -1}.get(letter, 0)
        if letter == "|" and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    return [part.strip() for part in parts]


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
