"""The ways to draw a value: what they are of, how often each, and that nothing is shared."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.rules.ways import (
    allowed,
    near_limits,
    objects,
    optional,
    options,
    strategy,
    ways,
)

SCHEMAS: Mapping[str, dict[str, Any]] = {
    "listed": {"enum": ["a", "b", 3, None]},
    "boolean": {"type": "boolean"},
    "few numbers": {"type": "integer", "minimum": -2, "maximum": 7},
    "many numbers": {"type": "integer", "minimum": 5, "maximum": 2**20},
    "from below": {"type": "integer", "minimum": 9},
    "from above": {"type": "integer", "maximum": -9},
    "any number": {"type": ["number", "null"], "minimum": 0.5, "maximum": 1.5},
    "text": {"type": "string", "minLength": 2, "maxLength": 300},
    "short text": {"type": "string", "maxLength": 0},
    "items": {"type": "array", "minItems": 1, "maxItems": 9, "items": {"enum": [1, 2, 3]}},
    "objects": {
        "type": "array",
        "minItems": 3,
        "items": {
            "type": "object",
            "required": ["url", "size"],
            "properties": {"url": {"type": "string"}, "name": {"type": "string"}},
        },
    },
    "anything": {},
}

few = settings(derandomize=True, deadline=None, database=None, max_examples=25)


@pytest.mark.parametrize("title", SCHEMAS)
@few
@given(data=st.data())
def test_what_is_drawn_is_what_the_schema_allows(title: str, data: st.DataObject) -> None:
    schema = SCHEMAS[title]

    assert Draft202012Validator(schema).is_valid(data.draw(allowed(schema)))


@pytest.mark.parametrize(
    ("low", "high", "near"),
    [
        (1, 10, [1, 2, 10, 9]),
        (1, 2, [1, 2]),
        (3, 3, [3]),
        (None, 10, [10, 9]),
        (4, None, [4, 5]),
        (None, None, []),
    ],
)
def test_near_a_limit_is_at_it_or_next_to_it_and_between_both(
    low: int | None, high: int | None, near: list[int]
) -> None:
    assert near_limits(low, high) == near


@pytest.mark.parametrize(
    ("low", "high", "near"),
    [(1, 10, {1, 2, 9, 10}), (20, 99, {20, 21, 98, 99}), (0, 4, {0, 1, 3, 4})],
)
def test_three_of_four_ways_are_near_a_limit_and_every_value_is_one(
    low: int, high: int, near: set[int]
) -> None:
    drawn = options(ways({"type": "integer", "minimum": low, "maximum": high}))

    assert drawn is not None
    assert set(drawn) == set(range(low, high + 1))
    assert len([value for value in drawn if value in near]) * 4 >= len(drawn) * 3


def test_an_optional_value_is_absent_as_often_as_not() -> None:
    drawn = options(optional(ways({"enum": [1, 2, 3]})))

    assert drawn == [ABSENT, ABSENT, ABSENT, 1, 2, 3]


def test_values_without_end_are_not_listed() -> None:
    assert options(ways({"type": "string"})) is None


@few
@given(drawn=strategy(objects({"a": {"enum": [1]}, "b": {"enum": [2]}}, ["a"])))
def test_an_object_has_what_it_must_have_and_nothing_unknown(drawn: dict[str, int]) -> None:
    assert drawn in ({"a": 1}, {"a": 1, "b": 2})


@few
@given(drawn=allowed({"type": "array", "minItems": 9, "items": {"type": "object"}}))
def test_the_items_of_an_array_are_objects_of_their_own(drawn: list[dict[str, Any]]) -> None:
    assert len({id(each) for each in drawn}) == len(drawn) >= 9
