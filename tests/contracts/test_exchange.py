"""One request with its answer and its verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from imagine_harness.contracts.exchange import (
    Exchange,
    Provenance,
    Request,
    Response,
    Verdict,
    encode_headers,
    promised,
    request_to,
)
from imagine_harness.contracts.model import Certainty, Document, Level, Source, Violation

PAGE = Document("page", "https://example.com", date(2026, 1, 1), Certainty.DOCUMENTED)
SOURCE = Source(PAGE, "Input")
ERROR = Violation(
    "acme.generate.n.maximum", "maximum", "/n", ("n",), "", 4, 5, SOURCE, Certainty.DOCUMENTED
)
WARNING = replace(ERROR, level=Level.WARNING)


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ({}, "conforms"),
        ({"violations": [WARNING]}, "warns"),
        ({"violations": [WARNING, ERROR]}, "violates"),
        ({"violations": [ERROR], "fault": "reset", "refusal": "violation:maximum"}, "violates"),
        ({"violations": [WARNING], "fault": "reset"}, "fault"),
        ({"fault": "reset", "refusal": "route-unknown"}, "fault"),
        ({"refusal": "route-unknown"}, "unmatched"),
        ({"refusal": "credential-missing"}, "refused"),
        ({"is_judged": False, "violations": [ERROR]}, "unjudged"),
        ({"aside": "visit", "is_judged": False, "refusal": "route-unknown"}, "noted"),
    ],
)
def test_a_verdict_has_one_kind(given: dict[str, Any], kind: str) -> None:
    assert Verdict(**given).kind == kind


def test_only_what_is_refused_is_an_error() -> None:
    assert Verdict([WARNING, ERROR]).errors == [ERROR]


def test_headers_are_bytes_that_can_be_read_as_text() -> None:
    request = Request("POST", "/", "", {b"content-type": b"text/plain", b"x-name": b"\xe9"}, b"")

    assert request.text_headers == {"content-type": "text/plain", "x-name": "é"}
    assert (request.header("x-name"), request.header("x-other")) == ("é", None)
    assert (request.content_type, Response().content_type) == ("text/plain", "")


def test_a_letter_that_no_header_can_hold_goes_as_a_question_mark() -> None:
    assert encode_headers({"x-name": "é漢"}) == {b"x-name": b"\xe9?"}


def test_a_body_with_a_gap_is_no_whole_one() -> None:
    cut = Request("POST", "/", "", {}, b"a", length=5, gap="only its beginning is there")

    assert (cut.whole_body, replace(cut, gap="").whole_body) == (None, b"a")


@pytest.mark.parametrize(("status", "succeeded"), [(0, False), (199, False), (200, True)])
def test_an_answer_of_two_hundred_and_more_is_a_success(status: int, succeeded: bool) -> None:
    assert Response(status).succeeded is succeeded
    assert not Response(300).succeeded


def test_two_exchanges_are_the_same_whatever_was_named_to_read_them() -> None:
    here = Provenance("http://a.example", "a.har: entry 1", place="a.har", session="a.har#0")

    assert here == replace(here, place="folder", session="")
    assert here != replace(here, where="b.har: entry 1")


@pytest.mark.parametrize(
    ("headers", "rules"),
    [
        ({}, ()),
        ({b"x-harness-expect": b""}, ()),
        ({b"x-harness-expect": b"a.b"}, ("a.b",)),
        ({b"x-harness-expect": b"a.b, c d"}, ("a.b", "c", "d")),
    ],
)
def test_a_request_may_promise_to_break_rules(
    headers: dict[bytes, bytes], rules: tuple[str, ...]
) -> None:
    assert promised(headers) == rules


def test_a_request_to_a_whole_address_has_its_path_and_query() -> None:
    sent = request_to("https://a.example/b%20c?d=e#f", "POST", {"x-own": "é"}, b"{}")

    assert sent == Request("POST", "/b%20c", "d=e", {b"x-own": b"\xe9"}, b"{}")


def test_an_exchange_begins_without_an_answer() -> None:
    begun = Exchange(Request("GET", "/", "", {}, b""))

    assert (begun.response.status, begun.response.body, begun.ending) == (0, b"", None)
    assert begun.verdict.kind == "conforms"
