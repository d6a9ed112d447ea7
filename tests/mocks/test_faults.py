"""What goes wrong on purpose: how it is written, and when it happens."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mocks.app import App, Settings
from mocks.faults import Fault, FaultError, FaultPlan, from_words, parsed

Ask = Callable[..., httpx.Response]
ClientOf = Callable[[App], httpx.Client]

FAULT = "X-Harness-Fault"

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
    ("probability=0.25 reset", {"parts": {"reset": True}, "probability": 0.25}),
    ("test=a times=3 empty", {"parts": {"empty": True}, "test": "a", "times": 3}),
]


@pytest.mark.parametrize(("spec", "expected"), GOOD)
def test_a_fault_is_read_from_a_line(spec: str, expected: dict[str, Any]) -> None:
    assert parsed(spec) == Fault(**expected)


@pytest.mark.parametrize(("spec", "expected"), GOOD)
def test_a_fault_says_what_happens_as_it_is_written(spec: str, expected: dict[str, Any]) -> None:
    assert parsed(parsed(spec).said()).parts == expected["parts"]


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


def hits(plan: FaultPlan, *calls: tuple[str, str, str, int]) -> list[bool]:
    return [plan.next(*each) is not None for each in calls]


def test_a_fault_hits_its_place_only() -> None:
    plan = FaultPlan(1)
    plan.add(parsed("fal.edit status=429"))

    assert hits(
        plan,
        ("fal", "edit", "", 1),
        ("fal", "generate", "", 1),
        ("xai", "edit", "", 1),
        ("fal", "edit", "a", 7),
    ) == [True, False, False, True]


def test_a_fault_happens_as_often_as_it_may() -> None:
    plan = FaultPlan(1)
    fault = plan.add(parsed("status=429 times=2"))

    assert hits(plan, *[("fal", "edit", "", each) for each in (1, 2, 3)]) == [True, True, False]
    assert fault.met == 2


def test_the_first_fault_that_fits_wins_and_then_the_next() -> None:
    plan = FaultPlan(1)
    plan.add(parsed("status=429 times=1"))
    plan.add(parsed("status=503 times=1"))

    found = [plan.next("fal", "edit", "", nth) for nth in (1, 2, 3)]

    assert [fault and fault.parts["status"] for fault in found] == [429, 503, None]


def test_a_probability_is_kept_and_the_seed_decides_when() -> None:
    def run(seed: int) -> list[bool]:
        plan = FaultPlan(seed)
        plan.add(parsed("status=429 probability=0.3"))
        return hits(plan, *[("fal", "edit", "", each) for each in range(1_000)])

    one, other, third = run(1), run(1), run(2)

    assert one == other
    assert one != third
    assert 230 < sum(one) < 370


@pytest.mark.parametrize(("probability", "count"), [(0, 0), (1, 20)])
def test_the_ends_of_probability_are_never_and_always(probability: int, count: int) -> None:
    plan = FaultPlan(1)
    plan.add(parsed(f"status=429 probability={probability}"))

    assert sum(hits(plan, *[("fal", "edit", "", each) for each in range(20)])) == count


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
