"""Cassettes of VCR.py, its kin and its forebear."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from harness.judging.readers.cassette import parsed, read
from harness.judging.recording import Recording, RecordingError, Unread

FILE = Path(__file__).parents[4] / "fixtures" / "recordings" / "fal-vcrpy.yaml"
REQUEST = {"method": "POST", "uri": "https://fal.run/a", "body": "{}", "headers": {"A": ["1"]}}
RESPONSE = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "[]"}}


def one(request: Any = None, response: Any = None, key: str = "interactions") -> Recording:
    entry = {"request": {**REQUEST, **(request or {})}, "response": response or RESPONSE}
    [made] = read({key: [entry], "version": 1}, "a.yaml")
    assert isinstance(made, Recording)
    return made


def test_what_vcrpy_wrote_is_read_whole() -> None:
    read_ones = read(parsed(FILE.read_bytes(), "a.yaml"), "a.yaml")
    found = [each for each in read_ones if isinstance(each, Recording)]

    assert len(found) == 9
    first = found[0]
    assert (first.method, first.url) == ("POST", "https://fal.run/xai/grok-imagine-image")
    assert first.body == b'{"prompt": "A lighthouse in fog", "num_images": 2}'
    assert first.headers["content-type"] == "application/json"
    assert first.status == 200
    assert first.answer is not None
    assert first.answer.startswith(b'{"images":[{"url":"https://v3b.fal.media/')
    assert (found[2].method, found[2].body) == ("GET", b"")


@pytest.mark.parametrize(
    "response",
    [
        {"status_code": 200, "headers": {}, "content": "[]"},
        {"status": "200 OK", "code": 200, "headers": {}, "body": "[]"},
        {"status": 200, "headers": None, "body": {"encoding": "UTF-8", "string": b"[]"}},
        {"status": {"code": 200}, "headers": {}, "body": {"base64_string": "W10="}},
        {"status": 200, "headers": {}, "body": []},
        {
            "status": 200,
            "headers": {"Content-Encoding": ["gzip"]},
            "body": {"string": gzip.compress(b"[]")},
        },
    ],
)
def test_the_answers_of_several_recorders_are_read(response: dict[str, Any]) -> None:
    made = one(response=response)

    assert (made.status, made.answer) == (200, b"[]")


def test_the_requests_of_several_recorders_are_read() -> None:
    assert one({"body": None}).body == b""
    assert one({"body": {"encoding": "UTF-8", "string": ""}}, key="http_interactions").body == b""
    assert one({"body": {"prompt": "x"}}).body == b'{"prompt":"x"}'


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: [", "a.yaml: is no YAML: "),
        (b"a: !!python/object/apply:os.getpid []", "a.yaml: is no YAML: "),
        (b"[" * 100_000, "a.yaml: is nested more than 100 levels deep"),
        (b"- " * 2_000, "a.yaml: is nested more than 100 levels deep"),
        (b"\xc3\xa4: " + b"{a: " * 2_000, "a.yaml: is nested more than 100 levels deep"),
        (b"a: " + b"[" * 98 + b'"]' + b"[" * 2_000, "a.yaml: is no YAML: "),
        (b"- 1", "a.yaml: is no cassette, expected a list of interactions"),
        (b"interactions: 1", "a.yaml: interactions must be a list, got 1"),
    ],
)
def test_what_is_no_cassette_is_told_with_its_place(data: bytes, told: str) -> None:
    with pytest.raises(RecordingError) as raised:
        list(read(parsed(data, "a.yaml"), "a.yaml"))

    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"interactions: [1]", "a.yaml: interaction 1: request must be an object, got null"),
        (
            b"a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n"
            b"b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]\n"
            b"c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]\n"
            b"d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n"
            b"e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]\n"
            b"interactions: [{request: {body: [*e, *e]}, response: {}}]",
            "a.yaml: interaction 1: request.body: holds more than 100000 values",
        ),
        (
            b"interactions: [{request: {method: GET, uri: a}, response: {status: {}}}]",
            "a.yaml: interaction 1: response.status: code must be a whole number, got null",
        ),
    ],
)
def test_an_interaction_that_cannot_be_read_is_told_with_its_place(data: bytes, told: str) -> None:
    [found] = read(parsed(data, "a.yaml"), "a.yaml")

    assert isinstance(found, Unread)
    assert str(found).startswith(told)


def test_an_interaction_that_cannot_be_read_costs_itself_alone() -> None:
    good = {"request": REQUEST, "response": RESPONSE}
    found = read({"interactions": [good, {"request": {**REQUEST, "uri": 5}}, good]}, "a.yaml")

    assert [isinstance(each, Recording) for each in found] == [True, False, True]
