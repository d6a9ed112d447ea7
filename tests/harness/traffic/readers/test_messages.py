"""Exchanges of what readers find."""

from __future__ import annotations

from imagine_harness.contracts.exchange import Provenance
from imagine_harness.harness.traffic.readers import messages
from imagine_harness.harness.traffic.readers.bodies import Body


def test_a_request_has_the_path_and_the_query_of_its_address() -> None:
    sent = messages.request("POST", "https://a.example/b%20c?d=e#f", {"x-own": "1"}, Body(b"{}"))

    assert (sent.method, sent.path, sent.query) == ("POST", "/b%20c", "d=e")
    assert (sent.headers, sent.body, sent.gap) == ({b"x-own": b"1"}, b"{}", "")
    assert sent.is_decoded


def test_what_was_not_recorded_of_a_body_is_a_gap() -> None:
    sent = messages.request("POST", "https://a.example", {}, Body(None, "it was cut"))
    came = messages.response(200, {}, Body(None, "it was lost"))

    assert (sent.whole_body, sent.gap) == (None, "it was cut")
    assert (came.whole_body, came.gap, came.succeeded) == (None, "it was lost", True)
    assert messages.response(404, {}, Body(b"")).whole_body == b""


def test_a_letter_that_no_header_can_hold_is_a_question_mark() -> None:
    assert messages.response(200, {"x-name": "é漢"}, Body(b"")).header("x-name") == "é?"


def test_what_was_recorded_is_judged_by_nobody_yet() -> None:
    url = "https://a.example/b"
    sent, came = messages.request("GET", url, {}, Body(b"")), messages.response(200, {}, Body(b""))
    made = messages.exchange(sent, came, Provenance(url, "a.har: entry 1"), time=5.0)

    assert (made.provider, made.operation, made.verdict.kind) == ("", None, "unjudged")
    assert (made.time, made.provenance.where) == (5.0, "a.har: entry 1")
