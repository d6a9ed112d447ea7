"""HAR 1.2, as several tools write it."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.exchange import Exchange, Provenance
from imagine_harness.harness.traffic.errors import RecordingError, Unread
from imagine_harness.harness.traffic.readers.har import read
from imagine_harness.mocks.answering.input_images import data_of
from tests.harness.judging.handmade import task

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll

PLAIN: dict[str, Any] = {
    "startedDateTime": "1970-01-01T00:01:40Z",
    "time": 1500,
    "request": {
        "method": "post",
        "url": "https://fal.run/xai/grok-imagine-image",
        "headers": [{"name": ":path", "value": "/"}, {"name": "X-Own", "value": "1"}],
        "postData": {"mimeType": "application/json", "text": "{}"},
    },
    "response": {
        "status": 200,
        "headers": [],
        "content": {"mimeType": "application/json", "text": "[]"},
    },
}


PACKED = gzip.compress(b"[1, 2]", mtime=0)
CHUNKS = [base64.b64encode(PACKED[:10]).decode(), base64.b64encode(PACKED[10:]).decode()]


def one(request: Any = None, response: Any = None) -> Exchange:
    entry = {
        **PLAIN,
        "request": {**PLAIN["request"], **(request or {})},
        "response": {**PLAIN["response"], **(response or {})},
    }
    [made] = read_whole({"log": {"entries": [entry]}})
    return made


def read_whole(document: Any) -> list[Exchange]:
    found = list(read(document, "a.har"))
    assert not any(isinstance(each, Unread) for each in found)
    return [each for each in found if isinstance(each, Exchange)]


def test_an_entry_is_read_whole() -> None:
    made, url = one(), "https://fal.run/xai/grok-imagine-image"

    assert (made.request.method, made.request.path) == ("POST", "/xai/grok-imagine-image")
    assert made.request.text_headers == {"x-own": "1", "content-type": "application/json"}
    assert (made.request.body, made.request.gap) == (b"{}", "")
    assert (made.response.status, made.response.body, made.response.gap) == (200, b"[]", "")
    assert made.response.text_headers == {"content-type": "application/json"}
    assert made.provenance == Provenance(url, "a.har: entry 1")
    assert (made.time, made.duration, made.verdict.kind) == (100.0, 1.5, "unjudged")


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({"postData": None, "bodySize": 0}, b""),
        ({"postData": None}, None),
        ({"postData": None, "bodySize": -1}, None),
        ({"postData": None, "bodySize": -1, "method": "GET"}, b""),
        (
            {
                "postData": None,
                "bodySize": -1,
                "headers": [{"name": "content-length", "value": "0"}],
            },
            b"",
        ),
        ({"postData": {"mimeType": "a/b", "text": "", "params": []}, "bodySize": -1}, None),
        ({"postData": {"mimeType": "a/b", "text": ""}, "bodySize": 0}, b""),
        ({"bodySize": 9, "_content": {"text": "aGk=", "encoding": "base64"}}, b"hi"),
        ({"postData": None, "_requestBodyStatus": "discarded:too-large", "bodySize": 9}, None),
        ({"postData": {"mimeType": "", "text": "\ud83d!"}}, b"?!"),
        ({"postData": {"mimeType": "a/b", "text": "", "_file": "x.json"}}, None),
        ({"postData": None, "bodySize": 12}, None),
        ({"postData": {"mimeType": "", "text": "aGk=", "encoding": "base64"}}, b"hi"),
        (
            {
                "postData": {
                    "mimeType": "application/x-www-form-urlencoded",
                    "params": [{"name": "a", "value": "b c"}],
                }
            },
            b"a=b+c",
        ),
        (
            {
                "postData": {
                    "mimeType": "multipart/form-data",
                    "params": [{"name": "a", "fileName": "a.png", "contentType": "image/png"}],
                }
            },
            None,
        ),
    ],
)
def test_a_request_has_the_body_that_was_recorded(request_: Any, body: bytes | None) -> None:
    made = one({"headers": [], **request_})

    assert made.request.whole_body == body
    assert (made.request.gap != "") == (body is None)


def test_an_answer_in_base64_is_decoded_and_one_without_text_was_not_recorded() -> None:
    packed = {"text": base64.b64encode(b"\xff").decode(), "encoding": "base64"}

    assert one(response={"content": packed}).response.whole_body == b"\xff"
    assert one(response={"content": {"size": 12}}).response.whole_body is None
    assert one(response={"content": {"size": -1}}).response.whole_body is None
    assert one(response={"content": None}).response.whole_body is None
    assert one(response={"content": {"size": 0}}).response.whole_body == b""
    assert one(response={"content": {"size": 5, "text": ""}}).response.whole_body is None


def test_an_odd_body_is_told_as_not_recorded() -> None:
    made = one(response={"content": {"text": "a%", "encoding": "base64"}})

    assert (made.response.whole_body, made.response.gap) == (
        None,
        "it is no base64, as it should be",
    )


@pytest.mark.parametrize(
    "content",
    [
        {"encoding": "base64", "text": json.dumps(CHUNKS)},
        {"_isBinary": True, "text": json.dumps([base64.b64decode(e).hex() for e in CHUNKS])},
        {"encoding": "hex", "text": gzip.compress(b"[1, 2]", mtime=0).hex()},
    ],
)
def test_chunks_are_one_packed_answer(content: Any) -> None:
    headers = [{"name": "content-encoding", "value": "gzip"}]

    assert one(response={"headers": headers, "content": content}).response.whole_body == b"[1, 2]"


@pytest.mark.parametrize("status", [0, -1, None])
def test_an_answer_that_never_came_has_no_status(status: int | None) -> None:
    assert one(response={"status": status, "content": {"size": -1}}).response.status == 0


def test_a_request_may_have_no_answer() -> None:
    [made] = read_whole({"log": {"entries": [{"request": PLAIN["request"]}]}})

    assert (made.request.whole_body, made.response.status, made.response.whole_body) == (
        b"{}",
        0,
        None,
    )


def test_a_type_that_recorders_write_for_none_is_none() -> None:
    for kind in ("", "text/plain", "application/octet-stream"):
        assert (
            "content-type"
            not in one({"postData": {"mimeType": kind, "text": "{}"}}).request.text_headers
        )


def test_a_body_in_a_file_is_looked_for_beside_the_har() -> None:
    entry = {
        "request": {**PLAIN["request"], "postData": {"mimeType": "a/b", "_file": "1.json"}},
        "response": {**PLAIN["response"], "content": {"size": -1, "_file": "2.json"}},
    }
    files = {"1.json": b"{}"}
    [made] = read({"log": {"entries": [entry]}}, "a.har", files.get)

    assert isinstance(made, Exchange)
    assert (made.request.whole_body, made.response.whole_body) == (b"{}", None)
    assert made.response.gap == "the file 2.json that holds it is not there"


def test_fields_of_a_form_become_a_form_again(judge: JudgeAll) -> None:
    picture = "data:image/png;base64," + base64.b64encode(data_of(PICTURE)).decode()
    fields = [
        {"name": "model", "value": "grok-imagine-image"},
        {"name": "prompt", "value": "a tin lantern"},
        {"name": "image", "fileName": "a.png", "contentType": "image/png", "value": picture},
    ]
    sent = {
        "method": "POST",
        "url": "https://api.uniall.ai/v1/images/edits",
        "headers": [],
        "postData": {"mimeType": "multipart/form-data", "params": fields},
    }
    [found] = judge(*read_whole({"log": {"entries": [{"request": sent}]}}))

    assert found.is_known
    assert (found.exchange.verdict.kind, found.exchange.operation) == ("conforms", "edit")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ([], "a.har: log must be an object, got null"),
        ({"log": {}}, "a.har: log: entries must be a list, got null"),
    ],
)
def test_what_is_no_har_is_told_with_its_place(document: Any, told: str) -> None:
    with pytest.raises(RecordingError) as raised:
        list(read(document, "a.har"))

    assert str(raised.value) == told


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        (1, "request must be an object, got null"),
        (
            {**PLAIN, "response": {"headers": [], "status": "no"}},
            "response: status must be a whole number, got a text",
        ),
        (
            {**PLAIN, "request": {"headers": [{"name": "a", "value": {}}]}},
            "request: a header must be a text, got an object",
        ),
        ({**PLAIN, "request": {**PLAIN["request"], "url": "http://["}}, "request: url is no addre"),
        ({**PLAIN, "request": {**PLAIN["request"], "url": "http://a:b/"}}, "request: url is no a"),
    ],
)
def test_an_entry_that_cannot_be_read_costs_itself_alone(entry: Any, told: str) -> None:
    first, odd, last = read({"log": {"entries": [PLAIN, entry, PLAIN]}}, "a.har")

    assert isinstance(first, Exchange)
    assert isinstance(last, Exchange)
    assert str(odd).startswith(f"a.har: entry 2: {told}")


def test_each_frame_that_was_sent_over_a_websocket_is_a_call(judge: JudgeAll) -> None:
    frames = [
        {"type": "send", "data": json.dumps([{"taskType": "authentication", "apiKey": "a"}])},
        {"type": "receive", "data": "{}"},
        {"type": "send", "data": json.dumps([task(numberResults=50)])},
    ]
    opened = {
        **PLAIN,
        "request": {"method": "GET", "url": "wss://ws-api.runware.ai/v1", "headers": []},
        "response": {"status": 101, "headers": []},
        "_webSocketMessages": frames,
    }

    found = judge(*read_whole({"log": {"entries": [opened]}}))

    assert [one.exchange and one.exchange.verdict.kind for one in found] == ["conforms", "violates"]
    assert [one.exchange.provenance.where for one in found] == [
        "a.har: entry 1, frame 1",
        "a.har: entry 1, frame 3",
    ]
