"""Cassettes of VCR.py, its kin and its forebear."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.traffic.errors import RecordingError, Unread
from imagine_harness.harness.traffic.readers.cassette import is_one, read
from imagine_harness.harness.traffic.readers.documents import parsed
from imagine_harness.harness.traffic.readers.tagged_values import Tagged

FILE = Path(__file__).parents[4] / "fixtures" / "recordings" / "fal-vcrpy.yaml"
REQUEST = {"method": "POST", "uri": "https://fal.run/a", "body": "{}", "headers": {"A": ["1"]}}
RESPONSE = {"status": {"code": 200, "message": "OK"}, "headers": {}, "body": {"string": "[]"}}


def one(request: Any = None, response: Any = None, key: str = "interactions") -> Exchange:
    entry = {"request": {**REQUEST, **(request or {})}, "response": response or RESPONSE}
    [made] = read({key: [entry], "version": 1}, "a.yaml")
    assert isinstance(made, Exchange)
    return made


def test_what_vcrpy_wrote_is_read_whole() -> None:
    read_ones = read(parsed(FILE.read_bytes(), "a.yaml"), "a.yaml")
    found = [each for each in read_ones if isinstance(each, Exchange)]

    assert len(found) == 9
    first = found[0]
    assert (first.request.method, first.provenance.url) == (
        "POST",
        "https://fal.run/xai/grok-imagine-image",
    )
    assert first.request.whole_body == b'{"prompt": "A lighthouse in fog", "num_images": 2}'
    assert first.request.text_headers["content-type"] == "application/json"
    assert first.response.status == 200
    assert first.response.whole_body is not None
    assert first.response.whole_body.startswith(b'{"images":[{"url":"https://v3b.fal.media/')
    assert (found[2].request.method, found[2].request.whole_body) == ("GET", b"")


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

    assert (made.response.status, made.response.whole_body) == (200, b"[]")


def test_the_requests_of_several_recorders_are_read() -> None:
    assert (
        one(
            {"body": {"encoding": "UTF-8", "string": ""}}, key="http_interactions"
        ).request.whole_body
        == b""
    )
    assert one({"body": {"prompt": "x"}}).request.whole_body == b'{"prompt":"x"}'


def test_a_list_of_exchanges_is_known_and_anything_else_is_not() -> None:
    good = {"request": REQUEST, "response": RESPONSE}

    assert is_one({"interactions": 1})
    assert is_one({"http_interactions": []})
    assert is_one([good])
    assert is_one(Tagged("!ruby/object", [Tagged("!ruby/struct", good)]).value)
    assert [is_one(each) for each in ([], [1], {"a": 1}, "interactions", None)] == [False] * 5
    with pytest.raises(RecordingError, match=r"^a\.yaml: interactions must be a list, got 1$"):
        list(read({"interactions": 1}, "a.yaml"))


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({"body": None}, None),
        ({"body": {"encoding": "UTF-8", "string": None}}, None),
        ({"body": None, "headers": {"Content-Length": ["0"]}}, b""),
        ({"body": None, "method": "get"}, b""),
        ({"body": "", "content_length": 12}, None),
        ({"body": "", "content_length": 0}, b""),
        ({"body": Tagged("!!python/object:a.B", {})}, None),
        ({"body": 5}, None),
        ({"body": {}}, b"{}"),
        ({"body": {"string": 5}}, None),
        ({"body": {"base64_string": "e30"}}, b"{}"),
        ({"body": {"base64_string": "%"}}, None),
        ({"body": {"string": "x", "prompt": "y"}}, b'{"string":"x","prompt":"y"}'),
        ({"body": "", "request_body": "[1]"}, b""),
        ({"body": None, "request_body": "[1]"}, b"[1]"),
        ({"body": None, "parsed_body": {"n": 1}}, b'{"n":1}'),
        ({"body": None, "parsed_body": {"n": Tagged("!x", 1)}}, None),
        (
            {
                "body": None,
                "headers": {"Content-Type": "application/x-www-form-urlencoded"},
                "post_fields": {"prompt": "a b"},
            },
            b"prompt=a+b",
        ),
    ],
)
def test_what_was_not_recorded_is_no_empty_body(request_: Any, body: bytes | None) -> None:
    made = one(request_)

    assert made.request.whole_body == body
    assert (made.request.gap != "") == (body is None)


def test_a_request_may_have_no_answer() -> None:
    for nothing in ({}, {"response": None}):
        [made] = read([{"request": REQUEST, **nothing}], "a.yaml")
        assert isinstance(made, Exchange)
        assert (made.response.status, made.request.whole_body) == (0, b"{}")


def test_an_answer_that_was_left_out_is_none_and_one_that_is_empty_is_empty() -> None:
    left = one(response={"status": 200, "headers": {"Content-Length": "12"}})

    assert (left.response.whole_body, left.response.gap) == (None, "none of its 12 bytes is there")
    assert one(response={"status": 204, "headers": {}}).response.whole_body == b""
    assert one(response={"status": 200, "parsed_body": [1]}).response.whole_body == b"[1]"


@pytest.mark.parametrize(
    ("response", "status"),
    [
        ({"status": {"code": "200"}}, 200),
        ({"status": "404 Not Found"}, 404),
        ({"status": None}, 0),
        ({"status": -1}, 0),
        ({}, 0),
    ],
)
def test_a_status_is_read_wherever_it_stands(response: Any, status: int) -> None:
    assert one(response=response or {"headers": {}}).response.status == status


def test_requests_of_ruby_have_symbols_and_their_dates_are_read() -> None:
    entry = {
        "request": {**REQUEST, "method": ":post"},
        "response": RESPONSE,
        "recorded_at": "Sun, 09 Nov 2025 08:00:00 GMT",
    }
    [made] = read([Tagged("!ruby/struct:VCR::HTTPInteraction", entry)], "a.yaml")

    assert isinstance(made, Exchange)
    assert (made.request.method, made.time) == ("POST", 1762675200.0)


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (1, "request must be an object, got null"),
        ({"request": Tagged("!x", "a")}, "request must be an object, got a text"),
        ({"request": REQUEST, "response": "x"}, "response must be an object, got a text"),
        ({"request": {**REQUEST, "uri": None}}, "request: uri must be a text, got null"),
        ({"request": {**REQUEST, "uri": [1]}, "response": {}}, "request: uri must be a text, got"),
        ({"request": {**REQUEST, "uri": "http://["}, "response": {}}, "request: uri is no address"),
        ({"request": {**REQUEST, "method": {}}, "response": {}}, "request: method must be a text"),
        ({"request": REQUEST, "response": {"status": "no"}}, "response: status must be a whole"),
        ({"request": REQUEST, "response": {"headers": 5}}, "response: headers must be an object"),
    ],
)
def test_an_interaction_that_cannot_be_read_costs_itself_alone(entry: Any, told: str) -> None:
    good = {"request": REQUEST, "response": RESPONSE}
    first, odd, last = read({"interactions": [good, entry, good]}, "a.yaml")

    assert isinstance(first, Exchange)
    assert isinstance(last, Exchange)
    assert isinstance(odd, Unread)
    assert str(odd).startswith(f"a.yaml: interaction 2: {told}")


def test_a_body_that_repeats_itself_beyond_all_measure_is_not_read() -> None:
    lines = ["a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]"]
    for this, before in ("ba", "cb", "dc", "ed"):
        lines.append(f"{this}: &{this} [{', '.join([f'*{before}'] * 10)}]")
    lines.append("interactions: [{request: {method: POST, uri: a, body: [*e, *e]}, response: {}}]")
    [made] = read(parsed("\n".join(lines).encode(), "a.yaml"), "a.yaml")

    assert isinstance(made, Exchange)
    assert (made.request.whole_body, made.request.gap) == (None, "it holds more than 100000 values")
