"""Traffic written as HAR: it can be read again, and tells no secret."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.traffic import har_writer
from imagine_harness.harness.traffic.errors import RecordingError
from imagine_harness.harness.traffic.readers.har import read
from tests.exchanges import changed, ours
from tests.harness.judging.handmade import RUN, recorded
from tests.harness.traffic.readers.test_journal import EXCHANGE


def test_what_is_written_can_be_read_again() -> None:
    sent = [
        recorded(f"{RUN}?a=b", time=100.0, duration=1.5),
        changed(recorded(), method="GET", body=b"", answer=b"\xff\x00"),
        changed(recorded(), body=None, answer=None),
    ]
    binary = {"content-type": "image/png"}
    sent[1] = changed(sent[1], answer_headers=binary)

    found = list(read(har_writer.document(sent), "a"))

    assert [changed(each, where="") for each in found if isinstance(each, Exchange)] == sent


def test_who_left_before_the_answer_was_whole_is_a_comment() -> None:
    early = replace(EXCHANGE, ending="client left after 1.0 s")
    document = har_writer.document([recorded(), ours(early)])

    assert [each.get("comment") for each in document["log"]["entries"]] == [
        None,
        "client left after 1.0 s",
    ]


def test_it_is_har_1_2() -> None:
    log = json.loads(har_writer.render([recorded(f"{RUN}?a=b&c=")]))["log"]

    assert log["version"] == "1.2"
    assert log["creator"]["name"] == "imagine-harness"
    [entry] = log["entries"]
    assert entry.keys() >= {"startedDateTime", "time", "request", "response", "cache", "timings"}
    assert entry["startedDateTime"] == "1970-01-01T00:00:00.000+00:00"
    assert entry["request"]["queryString"] == [
        {"name": "a", "value": "b"},
        {"name": "c", "value": ""},
    ]
    needed = {"method", "url", "httpVersion", "cookies", "headers", "queryString"}
    assert entry["request"].keys() >= needed | {"headersSize", "bodySize"}
    assert entry["response"].keys() >= {
        *("status", "statusText", "httpVersion", "cookies", "headers", "content"),
        *("redirectURL", "headersSize", "bodySize"),
    }


def test_no_secret_is_written() -> None:
    secret = recorded(
        "https://me:private@fal.run/xai/grok-imagine-image?api_key=private&a=b",
        {"prompt": "x", "apiKey": "private"},
        {"token": "private"},
        headers={"authorization": "Key private", "cookie": "private"},
    )
    answered = changed(
        secret, answer_headers={"set-cookie": "private", "content-type": "application/json"}
    )

    text = har_writer.render([answered])

    assert "private" not in text
    assert "https://fal.run/xai/grok-imagine-image?api_key=***&a=b" in text
    assert "Key ***" in text


@pytest.mark.parametrize(
    "body",
    [
        {"prompt": "A cookie, the token of love, Key West and the bearer of bad news, 2 : 1"},
        {"prompt": "x", "image_url": "data:image/png;base64," + "/+8A" * 100_000},
        {"usage": {"input_tokens": 5}, "session notes": "secret garden", "max_tokens": 1.0},
    ],
)
def test_what_is_no_secret_stays_byte_for_byte(body: object) -> None:
    sent = changed(recorded(), body=json.dumps(body, indent=3).encode())

    [found] = read(har_writer.document([sent]), "a")

    assert isinstance(found, Exchange)
    assert found.request.whole_body == sent.request.body


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be written: Is a directory"):
        har_writer.write([], tmp_path)
