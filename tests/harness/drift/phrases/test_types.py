"""Words for types, as pages write them."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.phrases.types import type_of

STRINGS = {"type": "array", "items": {"type": "string"}}


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("string", {"type": "string"}),
        ("int", {"type": "integer"}),
        ("integer | null", {"type": ["integer", "null"]}),
        ("string / object", {"type": ["string", "object"]}),
        ("string or number", {"type": ["string", "number"]}),
        ("string | str", {"type": "string"}),
        ('["string", "array"]', {"type": ["string", "array"]}),
        ("string[]", STRINGS),
        ("array of strings", STRINGS),
        ("array of urls", STRINGS),
        ("list<string>", STRINGS),
        ("array[string]", STRINGS),
        ("list<list<string>>", {"type": "array", "items": STRINGS}),
        ("list<string | null>", {"type": "array", "items": {"type": ["string", "null"]}}),
        ("null | list<string>", {"type": ["null", "array"], "items": {"type": "string"}}),
    ],
)
def test_a_type_is_read_in_whatever_way_it_is_written(text: str, schema: Schema) -> None:
    assert type_of(text) == (schema, [])


@pytest.mark.parametrize(
    ("text", "schema", "unknown"),
    [
        ("heron", {}, ["heron"]),
        ("string / heron", {"type": "string"}, ["heron"]),
        ("heron[]", {"type": "array"}, ["heron"]),
        ("list<heron | string>", STRINGS, ["heron"]),
        ("", {}, [""]),
        ("a" * 1000, {}, ["a" * 1000]),
    ],
)
def test_what_is_no_known_type_is_told_beside_what_is(
    text: str, schema: Schema, unknown: list[str]
) -> None:
    assert type_of(text) == (schema, unknown)


def test_a_page_may_have_names_of_its_own() -> None:
    own = {"Heron": "object"}

    assert type_of("list<Heron>", lambda word: own.get(word, "")) == (
        {"type": "array", "items": {"type": "object"}},
        [],
    )
