"""The planted bugs of all suites together, and the README's table of them."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from tests.harness.suites.matrix import BEGIN, END, PLANTED, every_bug, table

README = Path(__file__).parents[3] / "harness" / "suites" / "README.md"


def test_at_least_sixty_bugs_are_planted() -> None:
    assert len(every_bug()) >= 60


def test_no_two_bugs_share_an_id() -> None:
    counted = Counter(bug["id"] for bug in every_bug())

    assert [name for name, times in counted.items() if times > 1] == []


def test_every_bug_says_what_it_does_and_what_it_breaks() -> None:
    for bug in every_bug():
        assert bug["promise"].partition("[")[0] in PLANTED
        assert bug["old"] != bug["new"]
        assert bug["why"]


def test_every_promise_catches_a_bug() -> None:
    rows = [row for row in table().splitlines() if row.startswith("| `")]

    assert len(rows) == len(PLANTED)
    assert [row for row in rows if "| 0 |" in row] == []


def test_the_readme_has_the_matrix() -> None:
    text = README.read_text(encoding="utf-8")

    assert text.partition(BEGIN)[2].partition(END)[0].strip() == table(), (
        "put what tests.harness.suites.matrix.table() returns between the two comments"
    )
