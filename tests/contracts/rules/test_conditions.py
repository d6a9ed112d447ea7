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


@pytest.mark.parametrize("limits", [{}, {"minimum": 1, "maximum": 4}, {"maximum": 2}])
def test_a_condition_on_a_default_fails_under_another_number(limits: dict[str, int]) -> None:
    condition = Condition(equals=((counted(**limits), (1,)),))

    @settings(max_examples=10)
    @given(patch=condition.failing())
    def fails(patch: dict[Any, Any]) -> None:
        value = patch["n",]
        assert value not in (1, ABSENT)
        assert limits.get("minimum", value) <= value <= limits.get("maximum", value)

    fails()


def test_a_condition_that_can_fail_without_its_parameter_needs_no_number() -> None:
    parameter = Parameter("n", ("n",), {"type": "integer"}, False, Mock())

    assert repr(Condition(equals=((parameter, (1,)),)).failing()) == repr(
        st.one_of([st.just({("n",): ABSENT})])
    )
