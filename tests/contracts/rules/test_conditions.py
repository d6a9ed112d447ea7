"""Conditions: when they hold, and that they can fail."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.rules.conditions import Condition


def counted(**schema: Any) -> Parameter:
    """A number of images with a default of 1, and no list of values."""
    return Parameter("n", ("n",), {"type": "integer", **schema}, False, Mock(), default=1)


def of_type(kind: str, default: object) -> Parameter:
    """A parameter with a default, and without a list of values and limits."""
    return Parameter("n", ("n",), {"type": kind}, False, Mock(), default=default)


def failures(condition: Condition) -> set[object]:
    """What its one parameter is in patches under which it does not hold."""
    found: set[object] = set()

    @settings(max_examples=30)
    @given(patch=condition.failing())
    def draw(patch: dict[Any, Any]) -> None:
        found.add(patch["n",])

    draw()
    return found


@pytest.mark.parametrize(
    ("limits", "others"),
    [
        ({}, {2}),
        ({"minimum": 1}, {2}),
        ({"maximum": 2}, {2}),
        ({"minimum": 1, "maximum": 4}, {2, 4}),
    ],
)
def test_a_condition_on_a_default_fails_under_another_number(
    limits: dict[str, int], others: set[int]
) -> None:
    assert failures(Condition(equals=((counted(**limits), (1,)),))) == others


@pytest.mark.parametrize("wanted", [True, False])
def test_a_condition_on_a_switch_fails_under_its_other_position(wanted: bool) -> None:
    assert failures(Condition(equals=((of_type("boolean", wanted), (wanted,)),))) == {not wanted}


def test_a_condition_on_the_default_of_free_text_cannot_fail() -> None:
    assert Condition(equals=((of_type("string", "a"), ("a",)),)).failing().is_empty


def test_a_condition_that_can_fail_without_its_parameter_needs_no_number() -> None:
    parameter = Parameter("n", ("n",), {"type": "integer"}, False, Mock())

    assert repr(Condition(equals=((parameter, (1,)),)).failing()) == repr(
        st.one_of([st.just({("n",): ABSENT})])
    )
