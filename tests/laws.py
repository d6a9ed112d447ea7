"""Laws about many cases: all bodies of a test are drawn together, and whoever breaks it is named.

Hypothesis takes longer for a run than for the body that is drawn in it, and pytest for a case.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

T = TypeVar("T")

TOGETHER = 10
"""Of how many strategies one example is drawn; Hypothesis limits what an example may choose."""


def examples(few: int, many: int) -> pytest.MarkDecorator:
    """How many examples a test draws of each strategy: in every run, and in a campaign."""
    campaign = pytest.param(many, id="many", marks=pytest.mark.campaign)
    return pytest.mark.parametrize("examples", [pytest.param(few, id="few"), campaign])


def drawn(strategies: Sequence[SearchStrategy[T]], examples: int) -> list[list[T]]:
    """Examples of each strategy, the same in every run but a campaign's."""
    found: list[list[T]] = []
    for start in range(0, len(strategies), TOGETHER):
        drawn_together = _together(strategies[start : start + TOGETHER], examples)
        found += map(list, zip(*drawn_together, strict=True))
    return found


def _together(strategies: Sequence[SearchStrategy[T]], examples: int) -> list[tuple[T, ...]]:
    found: list[tuple[T, ...]] = []

    # Many bodies take longer than Hypothesis likes an example to.
    @settings(
        max_examples=examples,
        phases=[Phase.generate],
        suppress_health_check=[HealthCheck.too_slow],
    )
    @given(example=st.tuples(*strategies))
    def collect(example: tuple[T, ...]) -> None:
        found.append(example)

    collect()
    assert found
    return found


def unnamed(cases: Iterable[Iterable[Any]]) -> Iterator[tuple[str, Sequence[Any]]]:
    """Cases that have no names, called what they begin with."""
    for case in map(tuple, cases):
        yield f"{case!r:.100}", case


def hold(law: Callable[..., object], cases: Iterable[tuple[str, Sequence[Any]]]) -> None:
    """Hold a law to cases, each a name and what the law takes of it.

    Raises:
        AssertionError: it does not hold for all of them; every one is named, with what it said.
    """
    held, broken = set[str](), dict[str, str]()
    for name, case in cases:
        held.add(name)
        try:
            law(*case)
        except Exception as error:
            broken.setdefault(name, f"{name}: {type(error).__name__}: {error}")
    assert held
    if broken:
        raise AssertionError("\n\n".join([f"broken by {len(broken)}", *broken.values()]))
