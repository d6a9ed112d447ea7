"""Our own journal: what a line tells is what was exchanged."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import orjson
import pytest

from imagine_harness.contracts.exchange import Exchange, Request, Response, Verdict
from imagine_harness.contracts.model import Certainty, Change, Document, Source, Violation
from imagine_harness.harness.traffic.errors import Read, Unread
from imagine_harness.harness.traffic.readers.journal import read
from imagine_harness.mocks.services.journal import as_json, line
from tests.exchanges import changed

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
    request=Request(
        "POST",
        "/xai/grok-imagine-image",
        "a=b",
        {b"content-type": b"application/json", b"authorization": b"Key a:b"},
        b'{"n":5}',
    ),
    response=Response(422, {b"content-type": b"application/json"}, b'{"detail":[]}'),
    verdict=Verdict([BROKEN], "violation:maximum", "delay=1", ("n.maximum",)),
    duration=0.0125,
)


def one(data: bytes) -> Exchange:
    """The only recording of a journal that is whole."""
    [made] = read(data, "a.ndjson")
    assert isinstance(made, Exchange)
    return made


def test_a_line_tells_again_what_it_was_made_of() -> None:
    made = one(line(EXCHANGE))

    assert made.provenance.url == "http://127.0.0.1:4010/fal/xai/grok-imagine-image?a=b"
    assert (made.request.whole_body, made.response.whole_body, made.response.status) == (
        b'{"n":5}',
        b'{"detail":[]}',
        422,
    )
    assert (made.time, made.duration) == (100.5, 0.0125)
    assert made.provenance.where == "a.ndjson: line 1"
    assert made.provenance.is_ours
    assert as_json(made) == as_json(EXCHANGE)


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
    sent = changed(EXCHANGE, headers={b"content-type": kind}, body=body)
    made = one(line(sent))

    assert made.request.whole_body == body


def test_a_body_that_is_no_json_is_text() -> None:
    sent = changed(EXCHANGE, body=b"{", refusal="body-malformed")
    made = one(line(sent))

    assert made.request.whole_body == b"{"


def test_a_body_that_was_cut_was_not_recorded() -> None:
    made = one(line(changed(EXCHANGE, body=b"[" + b"1," * 200_000)))

    assert made.request.whole_body is None
    assert made.request.gap == "only the beginning of its 400001 bytes is there"
    assert made.response.whole_body == b'{"detail":[]}'
    assert made.provenance.is_ours
    assert as_json(made)["request"]["body"]["bytes"] == 400_001


def test_who_left_before_the_answer_was_whole_is_told_again() -> None:
    early = changed(EXCHANGE, ending="client left after 1.0 s")
    made = one(line(early))

    assert (made.ending, made.response.whole_body) == ("client left after 1.0 s", None)
    assert made.provenance.is_ours
    assert as_json(made) == as_json(early)


def test_a_line_from_before_there_were_endings_has_none() -> None:
    told = {key: value for key, value in as_json(EXCHANGE).items() if key != "ending"}
    made = one(orjson.dumps(told))

    assert made.ending is None


def test_a_request_that_did_not_come_whole_has_no_body() -> None:
    made = one(line(changed(EXCHANGE, is_judged=False, body=b"")))

    assert made.request.whole_body is None
    assert made.provenance.is_ours
    assert made.verdict.kind == "unjudged"


def test_a_request_to_nobody_has_no_provider_in_its_address() -> None:
    lost = changed(EXCHANGE, provider="", operation=None, query="")
    made = one(line(lost))

    assert made.provenance.url == "http://127.0.0.1:4010/xai/grok-imagine-image"


def broken(**changed: object) -> bytes:
    return orjson.dumps({**as_json(EXCHANGE), **changed})


def in_verdict(**changed: object) -> bytes:
    return broken(verdict={**as_json(EXCHANGE)["verdict"], **changed})


def in_violation(**changed: object) -> bytes:
    return in_verdict(violations=[{**BROKEN.as_json(), **changed}])


BROKEN_LINES = [
    (line(EXCHANGE)[:40], "is no JSON: "),
    (line(EXCHANGE)[:40] + line(EXCHANGE).rstrip(), "is no JSON: "),
    (b"[]", "request must be an object, got null"),
    (b"1", "request must be an object, got null"),
    (b"\xff\x00", "is no JSON: "),
    (broken(duration_ms="long"), "is no line of a journal: ValueError: "),
    (broken(time=[]), "is no line of a journal: TypeError: "),
    (broken(verdict={}), "is no line of a journal: KeyError: "),
    (broken(request=1), "request must be an object, got 1"),
    (broken(operation=["generate"]), "operation must be a text, got a list"),
    (broken(ending=9), "ending must be a text, got 9"),
    *(
        (in_verdict(**{key: value}), told)
        for key, value, told in (
            ("refusal", ["violation"], "refusal must be a text, got a list"),
            ("fault", {}, "fault must be a text, got an object"),
            ("expected", "n.maximum", "expected must be a list, got a text"),
            ("expected", [5], "expected must be a text, got 5"),
            ("aside", 2**63, f"aside must be a text, got {2**63}"),
            ("aside", "visitor", 'aside must be preflight or visit, got "visitor"'),
        )
    ),
    (in_violation(fix={}), "fix must be a list, got an object"),
    (in_violation(fix=["op"]), "op must be a text, got null"),
    (in_violation(fix=[{"op": "remove", "path": 0.5}]), "path must be a text, got 0.5"),
    (
        broken().replace(b'"body":{"n":5}', b'"body":{"cut":true,"start":"","bytes":1e999}'),
        "is no ",
    ),
]


def apart(found: Iterable[Read]) -> tuple[list[Exchange], list[Unread]]:
    every = list(found)
    read_ones = [each for each in every if isinstance(each, Exchange)]
    return read_ones, [each for each in every if isinstance(each, Unread)]


@pytest.mark.parametrize(("data", "why"), BROKEN_LINES)
def test_a_broken_line_is_told_with_its_place_and_the_others_are_read(
    data: bytes, why: str
) -> None:
    found = read(b"\n" + line(EXCHANGE) + data + b"\n" + line(EXCHANGE), "a")

    recordings, [unread] = apart(found)
    assert [each.provenance.where for each in recordings] == ["a: line 2", "a: line 4"]
    assert unread.where == "a: line 3"
    assert unread.why.startswith(why)
    assert "\n" not in str(unread)


def test_of_very_many_broken_lines_the_first_are_told_and_the_others_counted() -> None:
    recordings, unread = apart(read(b"{\n" * 5_000 + line(EXCHANGE), "a"))

    assert len(recordings) == 1
    assert len(unread) == 101
    assert unread[-1] == Unread("a", "4900 more lines cannot be read")
