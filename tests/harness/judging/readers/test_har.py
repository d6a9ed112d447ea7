"""HAR 1.2, as several tools write it."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import pytest

from harness.judging.readers.har import read
from harness.judging.recording import Recording, RecordingError, Unread
from tests.harness.judging.handmade import task

if TYPE_CHECKING:
    from tests.harness.judging.conftest import Judge

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


PACKED_WRONG = {"text": "a", "encoding": "base64"}


def one(request: Any = None, response: Any = None) -> Recording:
    entry = {
        **PLAIN,
        "request": {**PLAIN["request"], **(request or {})},
        "response": {**PLAIN["response"], **(response or {})},
    }
    [made] = read_whole({"log": {"entries": [entry]}})
    return made


def read_whole(document: Any) -> list[Recording]:
    found = list(read(document, "a.har"))
    assert not any(isinstance(each, Unread) for each in found)
    return [each for each in found if isinstance(each, Recording)]


def test_an_entry_is_read_whole() -> None:
    assert one() == Recording(
        method="POST",
        url="https://fal.run/xai/grok-imagine-image",
        headers={"x-own": "1", "content-type": "application/json"},
        body=b"{}",
        status=200,
        answer_headers={"content-type": "application/json"},
        answer=b"[]",
        where="a.har: entry 1",
        time=100.0,
        seconds=1.5,
    )


@pytest.mark.parametrize(
    ("request_", "body"),
    [
        ({"postData": None, "bodySize": 0}, b""),
        ({"postData": None}, b""),
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
            {"postData": {"mimeType": "multipart/form-data", "params": [{"name": "a"}]}},
            None,
        ),
    ],
)
def test_a_request_has_the_body_that_was_recorded(request_: Any, body: bytes | None) -> None:
    made = one({"headers": [], **request_})

    assert made.body == body


def test_an_answer_in_base64_is_decoded_and_one_without_text_was_not_recorded() -> None:
    packed = {"text": base64.b64encode(b"\xff").decode(), "encoding": "base64"}

    assert one(response={"content": packed}).answer == b"\xff"
    assert one(response={"content": {"size": 12}}).answer is None
    assert one(response={"content": None}).answer is None


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
            'response: status must be a whole number, got "no"',
        ),
        (
            {**PLAIN, "request": {"headers": [{"name": 1}]}},
            "request: name must be a text, got 1",
        ),
        (
            {**PLAIN, "response": {**PLAIN["response"], "content": PACKED_WRONG}},
            "response.content: text is no base64: ",
        ),
    ],
)
def test_an_entry_that_cannot_be_read_costs_itself_alone(entry: Any, told: str) -> None:
    first, odd, last = read({"log": {"entries": [PLAIN, entry, PLAIN]}}, "a.har")

    assert isinstance(first, Recording)
    assert isinstance(last, Recording)
    assert str(odd).startswith(f"a.har: entry 2: {told}")


def test_each_frame_that_was_sent_over_a_websocket_is_a_call(judge: Judge) -> None:
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

    assert [one.entry and one.entry.verdict for one in found] == ["conforms", "violates"]
    assert [one.recording.where for one in found] == [
        "a.har: entry 1, frame 1",
        "a.har: entry 1, frame 3",
    ]
