"""JSON values by address, and what makes two of them the same."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.keyed import covers, describe_types, keyed, types, without


def test_every_address_has_what_stands_there_on_both_sides() -> None:
    assert list(keyed({"b": 1, "a": 2}, {"c": 3, "a": 4})) == [
        ("b", 1, ABSENT),
        ("a", 2, 4),
        ("c", ABSENT, 3),
    ]


@pytest.mark.parametrize(
    ("values", "others", "left"),
    [
        ([1, 2, 3], [2.0], [1, 3]),
        ([True, 1], [1], [True]),
        (["1", 1], [1], ["1"]),
        ([{"a": 1, "b": 2}], [{"b": 2, "a": 1}], []),
        ([[1, 2]], [[2, 1]], [[1, 2]]),
        ([None], [], [None]),
    ],
)
def test_values_are_the_same_where_json_says_so(
    values: list[Any], others: list[Any], left: list[Any]
) -> None:
    assert without(values, others) == left
    assert [type(each) for each in without(values, others)] == [type(each) for each in left]


def test_the_types_of_listed_values_are_those_of_the_values() -> None:
    assert types({"enum": ["a", 1, None]}) == {"string", "integer", "null"}
    assert describe_types({"enum": ["a", "b"]}) == "string"
    assert describe_types({"type": ["string", "array"]}) == ["array", "string"]


def test_a_number_may_be_whole_and_a_whole_one_is_no_other() -> None:
    assert covers(types({"type": "number"}), types({"type": "integer"}))
    assert not covers(types({"type": "integer"}), types({"type": "number"}))
