"""What holds laws to many cases: it draws for every one of them, and no mistake gets lost in it."""

from __future__ import annotations

import pytest
from hypothesis import strategies as st
from hypothesis.errors import FailedHealthCheck

from tests.laws import TOGETHER, drawn, hold, unnamed


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

    with pytest.raises(AssertionError) as told:
        hold(law, [(f"by {divisor}", (divisor,)) for divisor in range(40)])

    kept = {f"by {divisor}" for divisor in (1, 2, 3, 4, 6, 12)}
    _, *broken = str(told.value).split("\n\n")
    assert {each.partition(":")[0] for each in broken} == {f"by {n}" for n in range(40)} - kept
    assert broken[0].startswith("by 0: ZeroDivisionError: ")
    assert broken[1].startswith("by 5: AssertionError: assert ")


def test_cases_without_names_are_called_what_they_begin_with() -> None:
    def law(divisor: int, _: str) -> None:
        assert 12 % divisor == 0

    with pytest.raises(AssertionError, match=r"^broken by 1\n\n\(5, 'x{90,96}: AssertionError"):
        hold(law, unnamed([(4, "y"), (5, "x" * 200)]))


def test_a_law_that_is_held_to_nothing_is_not_kept() -> None:
    with pytest.raises(AssertionError):
        hold(lambda: None, [])
