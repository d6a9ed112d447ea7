"""The testbed alters what it is told to alter, and moves tasks as they are asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.subjects.testbed import Alteration, Testbed
from imagine_harness.mocks.services.tasks import Stage

KEY = {"Authorization": "Key id:secret"}
MODEL = "/fal/xai/grok-imagine-image"
QUEUED = "/fal/queue/xai/grok-imagine-image"


@pytest.fixture
def testbed() -> Iterator[Testbed]:
    made = shared_testbed(1)
    made.restore()
    made.read({})
    made.reset()
    yield made
    made.reset()
    made.restore()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    url = shared_testbed(1).url
    with httpx.Client(base_url=url, headers=KEY, trust_env=False) as client:
        yield client


def marked(answer: Any) -> Any:
    return {**answer, "marked": True}


def made_by(http: httpx.Client, path: str = MODEL) -> Any:
    return http.post(path, json={"prompt": "a lighthouse"}).json()


def test_a_successful_answer_is_altered_and_counted(testbed: Testbed, http: httpx.Client) -> None:
    testbed.alteration = Alteration(marked)

    assert made_by(http)["marked"]
    assert testbed.altered == 1


def test_a_refusal_is_not_altered(testbed: Testbed, http: httpx.Client) -> None:
    testbed.alteration = Alteration(marked)

    assert "marked" not in http.post(MODEL, json={}).json()
    assert testbed.altered == 0


def test_only_the_operation_that_is_meant_is_altered(testbed: Testbed, http: httpx.Client) -> None:
    testbed.alteration = Alteration(marked, of="queue-status")
    place = made_by(http, QUEUED)

    assert "marked" not in place
    assert http.get(place["status_url"]).json()["marked"]


def test_an_answer_that_stays_the_same_does_not_count(testbed: Testbed, http: httpx.Client) -> None:
    testbed.alteration = Alteration(lambda answer: answer)
    made_by(http)

    assert testbed.altered == 0


def test_a_picture_is_altered_with_its_content_type(testbed: Testbed, http: httpx.Client) -> None:
    url = made_by(http)["images"][0]["url"]
    testbed.alteration = Alteration(picture=lambda data, _kind: (data[:9], "image/webp"))
    answer = http.get(url)

    assert (len(answer.content), answer.headers["content-type"]) == (9, "image/webp")


def test_a_fresh_bench_alters_nothing(testbed: Testbed, http: httpx.Client) -> None:
    testbed.alteration = Alteration(marked)
    testbed.reset()

    assert "marked" not in made_by(http)
    assert len(testbed.exchanges) == 1


def test_a_task_moves_on_by_a_stage_at_each_question(testbed: Testbed, http: httpx.Client) -> None:
    testbed.move_tasks()
    place = made_by(http, QUEUED)
    told = [http.get(place["status_url"]).json()["status"] for _ in range(4)]

    assert told == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "COMPLETED"]


def test_a_task_is_not_moved_by_questions_of_another(testbed: Testbed, http: httpx.Client) -> None:
    testbed.move_tasks()
    one, other = made_by(http, QUEUED), made_by(http, QUEUED)
    for _ in range(3):
        http.get(one["status_url"])

    assert http.get(other["status_url"]).json()["status"] == "IN_QUEUE"


def test_tasks_end_as_they_are_told_to_and_say_why(testbed: Testbed, http: httpx.Client) -> None:
    testbed.end_tasks(Stage.FAILED, "no more paint")
    place = made_by(http, QUEUED)
    answer = http.get(place["response_url"])

    assert answer.status_code == 500
    assert "no more paint" in answer.text


def test_a_restored_bench_leaves_tasks_alone(testbed: Testbed, http: httpx.Client) -> None:
    testbed.end_tasks(Stage.FAILED, "no more paint")
    testbed.restore()
    place = made_by(http, QUEUED)

    assert http.get(place["response_url"]).status_code == 200


def test_what_calls_nothing_is_no_call_of_the_subject(testbed: Testbed, http: httpx.Client) -> None:
    asks = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    http.request("OPTIONS", MODEL, headers=asks)
    http.head("/fal")
    made_by(http)

    assert [each.operation for each in testbed.exchanges] == ["generate"]
