"""The texts of promises: one for each that is tried, with a bug that it is known to catch."""

from __future__ import annotations

import pytest

from imagine_harness.harness.suites.registry import PROMISES, PromiseText
from tests.harness.suites.matrix import PLANTED, every_bug

every_promise = pytest.mark.parametrize("promise", PROMISES.values(), ids=lambda each: each.id)


@every_promise
def test_what_is_told_of_a_promise_is_three_different_lines(
    promise: PromiseText,
) -> None:
    texts = [promise.says, promise.why, promise.broken]

    assert all(text and text == text.strip(" .\n") and "\n" not in text for text in texts)
    assert len({*texts}) == len(texts)


@pytest.mark.parametrize("name", PLANTED)
def test_the_way_to_break_a_promise_is_a_planted_bug_that_it_catches(name: str) -> None:
    bugs = [bug["why"] for bug in every_bug() if bug["promise"].partition("[")[0] == name]

    assert PROMISES[name].broken in bugs


@every_promise
def test_a_promise_without_a_page_is_a_practice(promise: PromiseText) -> None:
    assert promise.basis == ("documented" if promise.documented else "practice")
