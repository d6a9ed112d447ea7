"""Our own journal: what a line tells is what was exchanged."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import orjson
import pytest

from contracts.model import Certainty, Change, Document, Source, Violation
from harness.judging.readers.journal import read
from harness.judging.recording import RecordingError
from mocks.journal import Exchange, line

SOURCE = Source(Document("page", "https://a.example", date(2026, 1, 1), Certainty.DOCUMENTED), "A")
BROKEN = Violation(
    "fal.generate.n.maximum",
    "maximum",
    "/n",
    ("n",),
    "n must be at most 4, got 5",
    4,
    5,
    SOURCE,
    Certainty.DOCUMENTED,
    fix=(Change("replace", "/n", 4), Change("remove", "/m")),
)
EXCHANGE = Exchange(
    id="3",
    time=100.5,
    provider="fal",
    operation="generate",
    test="t",
    method="POST",
    path="/xai/grok-imagine-image",
    query="a=b",
    headers={b"content-type": b"application/json", b"authorization": b"Key a:b"},
    body=b'{"n":5}',
    status=422,
    answer_type=b"application/json",
    answer=b'{"detail":[]}',
    violations=[BROKEN],
    refusal="violation:maximum",
    fault="delay=1",
    expected=("n.maximum",),
    duration_ms=12.5,
)


def test_a_line_tells_again_what_it_was_made_of() -> None:
    [made] = read(line(EXCHANGE), "a.ndjson")

    assert made.url == "http://127.0.0.1:4010/fal/xai/grok-imagine-image?a=b"
    assert (made.body, made.answer, made.status) == (b'{"n":5}', b'{"detail":[]}', 422)
    assert (made.time, made.seconds) == (100.5, 0.0125)
    assert made.where == "a.ndjson: line 1"
    assert made.noted is not None
    assert made.noted.as_json() == EXCHANGE.as_json()


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (b"text/plain", b"hello"),
        (b"application/octet-stream", b"\xff\x00"),
        (b"application/json", b'{"text":"a"}'),
        (b"application/json", b""),
        (b"", b"[1]"),
    ],
)
def test_bodies_are_those_that_were_sent(kind: bytes, body: bytes) -> None:
    sent = replace(EXCHANGE, headers={b"content-type": kind}, body=body)
    [made] = read(line(sent), "a.ndjson")

    assert made.body == body


def test_a_body_that_is_no_json_is_text() -> None:
    sent = replace(EXCHANGE, body=b"{", refusal="body-malformed")
    [made] = read(line(sent), "a.ndjson")

    assert made.body == b"{"


def test_a_body_that_was_cut_was_not_recorded() -> None:
    [made] = read(line(replace(EXCHANGE, body=b"[" + b"1," * 200_000)), "a.ndjson")

    assert made.body is None
    assert made.body_gap == "only the beginning of its 400001 bytes is there"
    assert made.answer == b'{"detail":[]}'


def test_who_left_before_the_answer_was_whole_is_told_again() -> None:
    early = replace(EXCHANGE, ending="client left after 1.0 s")
    [made] = read(line(early), "a.ndjson")

    assert (made.ending, made.answer) == ("client left after 1.0 s", None)
    assert made.noted is not None
    assert made.noted.as_json() == early.as_json()


def test_a_line_from_before_there_were_endings_has_none() -> None:
    told = {key: value for key, value in EXCHANGE.as_json().items() if key != "ending"}
    [made] = read(orjson.dumps(told), "a.ndjson")

    assert made.ending == ""


def test_a_request_that_did_not_come_whole_has_no_body() -> None:
    [made] = read(line(replace(EXCHANGE, judged=False, body=b"")), "a.ndjson")

    assert made.body is None
    assert made.noted is not None
    assert made.noted.verdict == "unjudged"


def test_a_request_to_nobody_has_no_provider_in_its_address() -> None:
    lost = replace(EXCHANGE, provider="", operation=None, query="")
    [made] = read(line(lost), "a.ndjson")

    assert made.url == "http://127.0.0.1:4010/xai/grok-imagine-image"


def test_what_is_no_line_of_a_journal_is_told_with_its_place() -> None:
    whole = line(EXCHANGE)
    without = {**EXCHANGE.as_json(), "duration_ms": "long"}
    for data, told in [
        (whole + whole[:40], "a: line 2: is no JSON: "),
        (b"\n[]", "a: line 2: request must be an object, got null"),
        (orjson.dumps(without), "a: line 1: is no line of a journal: ValueError: "),
    ]:
        with pytest.raises(RecordingError) as raised:
            list(read(data, "a"))
        assert str(raised.value).startswith(told)
