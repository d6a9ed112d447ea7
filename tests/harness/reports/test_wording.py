"""Results in words."""

from __future__ import annotations

import pytest

from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.wording import (
    beside,
    describe,
    describe_coverage,
    format_exchange,
    headline,
    pretty,
)
from imagine_harness.harness.results.results import PromiseVerdict, Result
from tests.exchanges import reported


def test_what_was_tried_is_told_operation_by_operation(whole: Report) -> None:
    found = describe_coverage(whole.coverage)

    assert [*found] == ["fal.generate", "documented errors", "readings", "never touched"]
    assert " rules touched (" in found["fal.generate"]
    assert found["fal.generate"].endswith(" broken alone")
    assert found["documented errors"].startswith("0 of ")


def test_a_broken_promise_is_told_with_all_that_is_known(whole: Report) -> None:
    lines = describe(whole.results[0]).splitlines()

    assert lines[0] == "num_images must be at most 4, got 9"
    for line in (
        "  promise   client.conforms: it sends only conforming requests",
        "  subject   client of fal.generate",
        "  rule      fal.generate.num_images.maximum",
        "  source    https://fal.ai/docs/page#Input Schema",
        "  certainty documented",
        "  expected  4",
        "  got       9",
        "  request   POST http://127.0.0.1:4010/fal/xai/grok-imagine-image, answered 422",
        '  legal     {"a": 1, "num_images": 4}',
        "  curl:",
        "    curl -X POST 'http://x'",
    ):
        assert line in lines


def test_nothing_that_a_client_said_acts_on_the_terminal(whole: Report) -> None:
    text = describe(whole.results[0])

    assert "\\x1b[31m\\x00" in text
    assert all(letter.isprintable() or letter == "\n" for letter in text)
    assert headline(Result("a", "b", "c", PromiseVerdict.KEPT, message="\x1b[2J")) == "\\x1b[2J"


def test_a_result_without_a_message_is_told_by_its_promise() -> None:
    assert headline(Result("a", "it does", "c", PromiseVerdict.KEPT)) == "it does"


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"a":[1]}', '{\n  "a": [\n    1\n  ]\n}'),
        ("<html>é".encode(), "<html>é"),
        (b"\x89PNG\xff", "<5 bytes>"),
        ({"é": None}, '{\n  "é": null\n}'),
        ("as it is", "as it is"),
    ],
)
def test_bodies_are_shown_over_several_lines(body: object, shown: str) -> None:
    assert pretty(body) == shown


def test_an_exchange_says_who_left_before_its_answer_was_whole() -> None:
    seen = reported("GET", "http://x", {}, b"", 0, b"", ending="client left after 1.0 s")

    assert "without an answer, client left after 1.0 s" in format_exchange(seen).splitlines()
    assert "http://x, without an answer, client left after 1.0 s" in describe(
        Result("a", "b", "c", PromiseVerdict.BROKEN, seen=(seen,))
    )


def test_an_exchange_shows_headers_bodies_and_what_was_cut() -> None:
    seen = reported("GET", "http://x", {"a": "b"}, b"", 200, b"y" * 30, answer_length=500)

    assert format_exchange(seen).splitlines() == [
        "GET http://x",
        "a: b",
        "",
        "",
        "answered 200",
        "",
        "y" * 30,
        "… of 500 bytes",
    ]


def test_two_texts_stand_beside_each_other_line_by_line() -> None:
    assert beside("a\nb\nc", "a\nB\nc\nd") == [
        ("a", "a", False),
        ("b", "B", True),
        ("c", "c", False),
        (None, "d", True),
    ]
