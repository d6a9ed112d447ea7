"""Trying a subject in one item."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import reject
from hypothesis import strategies as st

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.results.results import PromiseVerdict
from imagine_harness.harness.suites.attempt import attempt, result_of
from imagine_harness.harness.suites.cases.item import Item
from imagine_harness.harness.suites.failure import Broken

GENERATE = load.recorded("fal").contracts[0].operations["generate"]


@dataclass
class Subject:
    """One that notes what it is tried with."""

    title: str = "subject of a test"
    operation: Operation = GENERATE
    roots: list[Any] = field(default_factory=list)
    met: set[str] = field(default_factory=set)
    readings: dict[str, str] = field(default_factory=dict)

    def fetch(self, address: str) -> bytes | None:
        """Nothing."""


def item(check: Callable[[Any], None], **more: Any) -> Item[Subject]:
    def noted(subject: Subject, root: Any) -> None:
        subject.roots.append(root)
        check(root)

    draws = more.pop("draws", lambda: st.integers(0, 1_000).map(lambda n: {"num_images": n}))
    return Item("client.tries[it]", "it is tried", noted, draws, **more)


def nothing(_root: Any) -> None:
    """Finds nothing wrong."""


def above_ten(root: Any) -> None:
    if root["num_images"] > 10:
        raise Broken(f"{root['num_images']} is too many")


@pytest.mark.parametrize(("once", "times"), [(True, 1), (False, 7)])
def test_an_item_is_tried_with_as_many_roots_as_are_asked_for(once: bool, times: int) -> None:
    subject = Subject()
    attempt(item(nothing, once=once), subject, 7)

    assert len(subject.roots) == times


def test_an_item_that_needs_no_roots_is_tried_once() -> None:
    subject = Subject()
    attempt(item(nothing, draws=None), subject, 7)

    assert subject.roots == [None]


def test_the_seed_decides_what_is_drawn() -> None:
    drawn = []
    for seed in (1, 1, 2):
        subject = Subject()
        attempt(item(nothing), subject, 7, seeded=seed)
        drawn.append(subject.roots)

    assert drawn[0] == drawn[1] != drawn[2]


def test_what_breaks_a_promise_is_the_smallest_that_does() -> None:
    with pytest.raises(Broken, match="11 is too many"):
        attempt(item(above_ten), Subject(), 20)


def test_a_promise_that_is_broken_now_and_then_is_broken() -> None:
    left = iter([True])

    def first_only(_root: Any) -> None:
        if next(left, False):
            raise Broken("the first time it was wrong")

    with pytest.raises(Broken, match="the first time"):
        attempt(item(first_only), Subject(), 5)


def skips(_root: Any) -> None:
    pytest.skip("says nothing about it")


@pytest.mark.parametrize(
    ("check", "verdict", "message"),
    [
        (nothing, PromiseVerdict.KEPT, ""),
        (above_ten, PromiseVerdict.BROKEN, "11 is too many"),
        (skips, PromiseVerdict.SKIPPED, "says nothing about it"),
        (lambda _root: reject(), PromiseVerdict.SKIPPED, "nothing can be drawn that shows it"),
    ],
)
def test_what_becomes_of_an_item(
    check: Callable[[Any], None], verdict: PromiseVerdict, message: str
) -> None:
    result = result_of(item(check), Subject(), 20)

    assert (result.verdict, result.message) == (verdict, message)
    assert (result.promise, result.subject) == ("client.tries[it]", "subject of a test")


def test_an_error_of_ours_is_no_verdict() -> None:
    def fails(_root: Any) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        result_of(item(fails), Subject(), 1)


def test_what_the_roots_exercised_is_told_anew_for_each_item() -> None:
    subject = Subject(roots=[{"prompt": "of another item"}], met={"fal.other"})
    result = result_of(item(nothing), subject, 3)

    assert {"prompt": "of another item"} not in subject.roots
    assert "fal.generate.num_images.maximum" in result.exercised
    assert result.errors == ()
