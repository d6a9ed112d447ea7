"""What the HTML page shows of one promise."""

from __future__ import annotations

import pytest

from imagine_harness.harness.reports.html_finding import details, has_details, linked
from imagine_harness.harness.results.results import Result, Seen, Side, Verdict

PICTURE = "data:image/png;base64,AAAA"


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (
            "https://a.example/b#C & D",
            '<a href="https://a.example/b#:~:text=C%20%26%20D" rel="noreferrer noopener">'
            "https://a.example/b#C &amp; D</a>",
        ),
        (
            "https://a.example/b",
            '<a href="https://a.example/b" rel="noreferrer noopener">https://a.example/b</a>',
        ),
        ("javascript:alert(1)#x", "javascript:alert(1)#x"),
        ("traffic of 2026", "traffic of 2026"),
    ],
)
def test_only_a_web_address_is_a_link(source: str, shown: str) -> None:
    assert linked(source) == shown


def test_pictures_stand_side_by_side() -> None:
    sides = (Side("served", picture=PICTURE), Side("returned", {"b64_json": ""}))
    text = details(Result("a", "b", "c", Verdict.BROKEN, sides=sides))

    assert f'<h4>served</h4><img src="{PICTURE}" alt="served">' in text
    assert "<h4>returned</h4><pre>{" in text


def test_a_long_body_is_cut_and_says_so() -> None:
    seen = Seen("POST", "http://x", {}, b"", 200, b"y" * 30_000)
    text = details(Result("a", "b", "c", Verdict.BROKEN, seen=(seen,)))

    assert "<pre>no body</pre>" in text
    assert "y" * 20_000 in text
    assert "y" * 20_001 not in text
    assert "cut, it has 30000 bytes" in text


def test_an_exchange_without_an_answer_says_so() -> None:
    seen = Seen("POST", "http://x", {}, b"", 0, b"", ending="client left after 1.0 s")
    text = details(Result("a", "b", "c", Verdict.BROKEN, seen=(seen,)))

    assert "http://x, without an answer, client left after 1.0 s" in text
    assert "<h4>No answer</h4>" in text


def test_only_what_has_more_than_a_line_has_details() -> None:
    seen = Seen("POST", "http://x", {}, b"", 200, b"")

    assert not has_details(Result("a", "b", "c", Verdict.KEPT))
    assert has_details(Result("a", "b", "c", Verdict.KEPT, seen=(seen,)))
    assert has_details(Result("a", "b", "c", Verdict.SKIPPED))
