"""Words for types as JSON Schema: `integer | null`, `string[]`, `list<A | B>`, `array of A`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from imagine_harness.contracts.fields import Schema

TYPES: Mapping[str, str] = MappingProxyType(
    {
        **dict.fromkeys(("string", "str", "strings", "uuid", "url", "enum"), "string"),
        **dict.fromkeys(("integer", "int", "integers"), "integer"),
        **dict.fromkeys(("number", "float", "double", "numbers", "floats"), "number"),
        **dict.fromkeys(("boolean", "bool", "booleans"), "boolean"),
        **dict.fromkeys(("object", "dict", "objects"), "object"),
        **dict.fromkeys(("array", "list"), "array"),
        **dict.fromkeys(("null", "None"), "null"),
    }
)
"""Words for types, by JSON Schema's."""

LONGEST_TYPE = 200
"""Characters of a type beyond which it is none."""

_ARRAY = re.compile(r"(?:list|array)(?: of |[<\[])(.+?)[>\]]?|(.+)\[\]", re.IGNORECASE)
_PART = re.compile(r" or |[|/,]|[<>]")


def type_of(text: str, named: Callable[[str], str] = lambda _word: "") -> tuple[Schema, list[str]]:
    """The schema of a type as a page writes it, and the words of it that are no known type.

    Args:
        text: without Markdown's marks, or a list in JSON.
        named: what gives the type that a page's own name stands for, empty for none.
    """
    if len(text) > LONGEST_TYPE:
        return {}, [text]
    bare = text.strip()
    words = list(_alternatives(bare[1:-1] if bare.startswith("[") else bare))
    schemas, unknown = [], []
    for word in words:
        schema, rest = _one(word, named)
        schemas += [schema] if schema else []
        unknown += rest
    names = list(dict.fromkeys(schema["type"] for schema in schemas))
    if not names:
        return {}, unknown
    inside = [schema["items"] for schema in schemas if "items" in schema]
    items = {"items": inside[0]} if inside else {}
    return {"type": names[0] if len(names) == 1 else names, **items}, unknown


def _one(word: str, named: Callable[[str], str]) -> tuple[Schema, list[str]]:
    if array := _ARRAY.fullmatch(word):
        items, unknown = type_of(array[1] or array[2], named)
        return {"type": "array"} | ({"items": items} if items else {}), unknown
    name = TYPES.get(word) or named(word) or TYPES.get(word.removesuffix("s"))
    return ({"type": name}, []) if name else ({}, [word])


def _alternatives(text: str) -> Iterator[str]:
    """The parts of `A | list<B | C>`: what parts them stands outside of brackets."""
    start = depth = 0
    for mark in _PART.finditer(text):
        depth += {"<": 1, ">": -1}.get(mark[0], 0)
        if depth == 0 and mark[0] not in "<>":
            yield text[start : mark.start()].strip(' "')
            start = mark.end()
    yield text[start:].strip(' "')
