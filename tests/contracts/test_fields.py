"""Where a value sits in an answer."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import values_at


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("usage.cost", [3]),
        ("data[].cost", [1, 2]),
        ("data[].none", []),
        ("usage.none.cost", []),
        ("none", []),
        ("data", [[{"cost": 1}, {"cost": 2}]]),
    ],
)
def test_the_values_at_a_place(place: str, expected: list[Any]) -> None:
    answer = {"usage": {"cost": 3}, "data": [{"cost": 1}, {"cost": 2}]}

    assert list(values_at(answer, place)) == expected


def test_an_answer_that_is_no_object_has_no_values() -> None:
    assert list(values_at(None, "data[].cost")) == []
