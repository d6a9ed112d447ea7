"""What goes wrong on purpose: how it is written, and when it happens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services.faults import Fault, FaultError, from_words, parsed

Ask = Callable[..., httpx.Response]
ClientOf = Callable[[App], httpx.Client]

FAULT = "X-Harness-Fault"
WEDNESDAY = datetime(2026, 10, 21, 7, 28, tzinfo=UTC)

GOOD: list[tuple[str, dict[str, Any]]] = [
    ("status=429", {"parts": {"status": 429}}),
    ("status=429;retry-after=1", {"parts": {"status": 429, "retry-after": 1.0}}),
    ("status=429 retry-after=0.5", {"parts": {"status": 429, "retry-after": 0.5}}),
    ("  status=429 ;; reset ", {"parts": {"status": 429, "reset": True}}),
    ("reset", {"parts": {"reset": True}}),
    ("delay=2", {"parts": {"delay": 2.0}}),
    ("truncate=100", {"parts": {"truncate": 100}}),
    ("fewer=1", {"parts": {"fewer": 1}}),
    ("empty", {"parts": {"empty": True}}),
    ("garbage", {"parts": {"garbage": True}}),
    ("html", {"parts": {"html": True}}),
    ("content-type=text/plain", {"parts": {"content-type": "text/plain"}}),
    ("slow=0.5", {"parts": {"slow": 0.5}}),
    ("error=task-unknown", {"parts": {"error": "task-unknown"}}),
    ("stuck", {"parts": {"stuck": True}}),
    ("fail", {"parts": {"fail": ""}}),
    ("fail=task-unknown", {"parts": {"fail": "task-unknown"}}),
    ("webhook=lost", {"parts": {"webhook": "lost"}}),
    ("webhook=duplicate", {"parts": {"webhook": "duplicate"}}),
    ("webhook=late", {"parts": {"webhook": "late"}}),
    ("webhook=reordered", {"parts": {"webhook": "reordered"}}),
    ("webhook=contradicts fail", {"parts": {"webhook": "contradicts", "fail": ""}}),
    ("EMPTY_RESPONSE", {"parts": {"reset": True}}),
    ("CONNECTION_RESET_BY_PEER", {"parts": {"reset": True}}),
    ("MALFORMED_RESPONSE_CHUNK", {"parts": {"truncate": 20}}),
    ("RANDOM_DATA_THEN_CLOSE", {"parts": {"garbage": True}}),
    ("fal status=429", {"parts": {"status": 429}, "provider": "fal"}),
    (
        "fal.generate nth=2 status=429",
        {"parts": {"status": 429}, "provider": "fal", "operation": "generate", "nth": 2},
    ),
    ("* status=500", {"parts": {"status": 500}}),
    ("*.edit status=500", {"parts": {"status": 500}, "operation": "edit"}),
    ("retry-after=1000000", {"parts": {"retry-after": 1_000_000.0}}),
    ("retry-after=2026-10-21T07:28:00Z", {"parts": {"retry-after": WEDNESDAY}}),
    ("retry-after=2026-10-21T09:28:00+02:00", {"parts": {"retry-after": WEDNESDAY}}),
    ("retry-after=date:5", {"parts": {"retry-after": timedelta(seconds=5)}}),
    ("retry-after=date:0.5", {"parts": {"retry-after": timedelta(seconds=0.5)}}),
    ("stall", {"parts": {"stall": 0}}),
    ("stall=100", {"parts": {"stall": 100}}),
    ("fal at=poll status=503", {"parts": {"status": 503}, "provider": "fal", "at": "poll"}),
    ("probability=0.25 reset", {"parts": {"reset": True}, "probability": 0.25}),
    ("test=a times=3 empty", {"parts": {"empty": True}, "test": "a", "times": 3}),
]


@pytest.mark.parametrize(("spec", "expected"), GOOD)
def test_a_fault_is_read_from_a_line(spec: str, expected: dict[str, Any]) -> None:
    assert parsed(spec) == Fault(**expected)


@pytest.mark.parametrize(("spec", "expected"), GOOD)
def test_a_fault_says_what_happens_as_it_is_written(spec: str, expected: dict[str, Any]) -> None:
    assert parsed(parsed(spec).spec()).parts == expected["parts"]


BAD = [
    ("", "says not what goes wrong"),
    ("   ", "says not what goes wrong"),
    ("fal", "says not what goes wrong"),
    ("fal.generate nth=2", "says not what goes wrong"),
    ("status", "status needs a value"),
    ("status=", "status needs a value"),
    ("status=abc", "must be a number"),
    ("status=4.5", "must be a number"),
    ("status=99", "status must be"),
    ("status=600", "status must be"),
    ("status=-1", "must not be negative"),
    ("delay=-1", "must not be negative"),
    ("delay=soon", "must be a number"),
    ("delay=nan", "delay"),
    ("delay=inf", "delay"),
    ("retry-after=inf status=429", "retry-after"),
    ("retry-after=soon", "retry-after must be seconds, date:SECONDS or a time such as "),
    ("retry-after=-1", "retry-after must be seconds"),
    ("retry-after=date:", "retry-after must be seconds"),
    ("retry-after=date:inf", "retry-after must be seconds"),
    ("retry-after=2026-13-01", "retry-after must be seconds"),
    ("retry-after=0001-01-01T00:00:00+12:00", "retry-after must be seconds"),
    ("retry-after", "retry-after needs a value"),
    ("stall=-1", "must not be negative"),
    ("stall=a", "stall must be a number"),
    ("status=429 at=submit", "at must be poll, got 'submit'"),
    ("status=429 at=", "at needs a value"),
    ("at=poll", "says not what goes wrong"),
    ("at=poll stuck", "stuck is about the submission"),
    ("at=poll fail", "fail is about the submission"),
    ("at=poll webhook=lost", "webhook is about the submission"),
    ("at=poll moderated=empty", "moderated is about the submission"),
    ("truncate=1.5", "must be a number"),
    ("reset=1", "reset takes no value"),
    ("slow", "slow needs a value"),
    ("slow=-1", "must not be negative"),
    ("slow=fast", "slow must be a number"),
    ("error", "error needs a value"),
    ("error=", "error needs a value"),
    ("stuck=yes", "stuck takes no value"),
    ("webhook", "webhook needs a value"),
    ("webhook=eaten", "webhook must be one of lost, duplicate, late, reordered, contradicts"),
    ("html=yes", "html takes no value"),
    ("status=429 bogus=1", "unknown word 'bogus'"),
    ("Status=429", "unknown word 'Status'"),
    ("status=429 nth=x", "must be a number"),
    ("status=429 nth=0", "nth"),
    ("status=429 nth=-1", "must not be negative"),
    ("status=429 times=-1", "must not be negative"),
    ("status=429 probability=2", "probability"),
    ("status=429 probability=nan", "probability"),
    ("status=101", "status"),
    ("status=204", "status"),
    ("status=304", "status"),
]


@pytest.mark.parametrize(("spec", "told"), BAD)
def test_a_line_that_means_nothing_says_what_would_be_right(spec: str, told: str) -> None:
    with pytest.raises(FaultError, match=told):
        parsed(spec)


def test_an_object_means_the_same_as_a_line() -> None:
    words = {"status": 429, "retry-after": 1, "nth": 2, "test": "a", "reset": True}

    assert from_words(Fault(parts={}), words, "x") == parsed(
        "status=429 retry-after=1 nth=2 test=a reset"
    )


def test_a_part_that_needs_no_value_may_be_true_in_an_object() -> None:
    assert from_words(Fault(parts={}), {"stall": True}, "x").parts == {"stall": 0}
    assert from_words(Fault(parts={}), {"stall": 1}, "x").parts == {"stall": 1}


@pytest.mark.parametrize("value", ["Wed, 21 Oct 2026 07:28:00 GMT", WEDNESDAY])
def test_an_object_may_have_a_date_as_the_header_has_it_or_as_python_does(value: object) -> None:
    fault = from_words(Fault(parts={}), {"retry-after": value}, "x")

    assert fault.parts == {"retry-after": WEDNESDAY}
    assert fault.as_json()["retry-after"] == fault.spec().partition("=")[2]


# Were one of these believed, its call would wait for ever.
ENDLESS = ("delay=inf", "delay=nan")


@pytest.mark.parametrize(("spec", "told"), [each for each in BAD if each[0] not in ENDLESS])
def test_a_bad_fault_in_a_header_is_answered_by_the_harness(
    spec: str, told: str, ask: Ask, app: App
) -> None:
    answer = ask("fal.generate", headers={FAULT: spec})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-harness-error"] == "bad-fault"
    assert told in answer.json()["detail"]


# When


def test_faults_may_be_settings(client_of: ClientOf, plain: Callable[..., httpx.Request]) -> None:
    faults = (parsed("fal.generate nth=2 status=429"), parsed("xai status=503"))
    client = client_of(App(Settings(seed=1, faults=faults)))

    statuses = [
        client.send(plain(each)).status_code
        for each in ("fal.generate", "fal.generate", "fal.generate", "fal.edit", "xai.edit")
    ]

    assert statuses == [200, 429, 200, 200, 503]


def test_a_call_that_was_refused_counts_too(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, faults=(parsed("fal nth=2 status=429"),))))

    first = client.send(plain("fal.generate", {"num_images": 9}))
    second = client.send(plain("fal.generate"))

    assert (first.status_code, second.status_code) == (422, 429)


def test_a_call_with_a_fault_of_its_own_counts_too(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, faults=(parsed("fal nth=2 status=429"),))))

    first = client.send(plain("fal.generate", headers={FAULT: "status=503"}))
    second = client.send(plain("fal.generate"))

    assert (first.status_code, second.status_code) == (503, 429)


def test_a_failed_call_leaves_nothing_behind(ask: Ask, client: httpx.Client) -> None:
    given = {"taskUUID": "39571168-687a-4aec-a253-df7be20bd0d4"}

    assert ask("runware.task", given, headers={FAULT: "status=500"}).status_code == 500
    assert ask("runware.task", given).status_code == 200
    ask("uniall.task", headers={FAULT: "status=500"})
    assert client.get("/__admin/tasks").json() == []
