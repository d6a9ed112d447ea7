"""What holds laws to many cases: it draws for every one of them, and no mistake gets lost in it."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck

from tests.laws import TOGETHER, breakers, drawn


def test_of_every_strategy_the_same_examples_are_drawn_each_time_and_none_of_another() -> None:
    many = TOGETHER * 2 + 1
    strategies = [st.integers(number * 1_000, number * 1_000 + 99) for number in range(many)]

    found = drawn(strategies, 4)

    assert [len(each) for each in found] == [4] * many
    assert [{value // 1_000 for value in each} for each in found] == [{n} for n in range(many)]
    assert any(len(set(each)) > 1 for each in found)
    assert found == drawn(strategies, 4)


def test_what_nothing_can_be_drawn_of_is_an_error() -> None:
    with pytest.raises(FailedHealthCheck):
        drawn([st.just(1), st.integers().filter(lambda _: False)], 3)


def test_whoever_breaks_a_law_is_named_with_what_it_says() -> None:
    def law(divisor: int) -> None:
        assert 12 % divisor == 0

    cases = [(f"by {divisor}", (divisor,)) for divisor in range(6)]

    broken = breakers(law, cases)

    assert [*broken] == ["by 0", "by 5"]
    assert broken["by 0"].startswith("ZeroDivisionError: ")
    assert broken["by 5"].startswith("AssertionError: assert ")
