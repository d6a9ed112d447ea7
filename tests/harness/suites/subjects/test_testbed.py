"""The bench alters what it is told to alter, and moves tasks as they are asked about."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.harness.suites.declare import bench_of
from imagine_harness.harness.suites.subjects.testbed import Alteration, Bench
from imagine_harness.mocks.services.tasks import Stage

KEY = {"Authorization": "Key id:secret"}
MODEL = "/fal/xai/grok-imagine-image"
QUEUED = "/fal/queue/xai/grok-imagine-image"


@pytest.fixture
def bench() -> Iterator[Bench]:
    made, _ = bench_of(1)
    made.restore()
    made.read({})
    made.fresh()
    yield made
    made.fresh()
    made.restore()


@pytest.fixture
def http() -> Iterator[httpx.Client]:
    _, url = bench_of(1)
    with httpx.Client(base_url=url, headers=KEY, trust_env=False) as client:
        yield client


def marked(answer: Any) -> Any:
    return {**answer, "marked": True}


def made_by(http: httpx.Client, path: str = MODEL) -> Any:
    return http.post(path, json={"prompt": "a lighthouse"}).json()


def test_a_successful_answer_is_altered_and_counted(bench: Bench, http: httpx.Client) -> None:
    bench.alteration = Alteration(marked)

    assert made_by(http)["marked"]
    assert bench.altered == 1


def test_a_refusal_is_not_altered(bench: Bench, http: httpx.Client) -> None:
    bench.alteration = Alteration(marked)

    assert "marked" not in http.post(MODEL, json={}).json()
    assert bench.altered == 0


def test_only_the_operation_that_is_meant_is_altered(bench: Bench, http: httpx.Client) -> None:
    bench.alteration = Alteration(marked, of="queue-status")
    place = made_by(http, QUEUED)

    assert "marked" not in place
    assert http.get(place["status_url"]).json()["marked"]


def test_an_answer_that_stays_the_same_does_not_count(bench: Bench, http: httpx.Client) -> None:
    bench.alteration = Alteration(lambda answer: answer)
    made_by(http)

    assert bench.altered == 0


def test_a_picture_is_altered_with_its_content_type(bench: Bench, http: httpx.Client) -> None:
    url = made_by(http)["images"][0]["url"]
    bench.alteration = Alteration(picture=lambda data, _kind: (data[:9], "image/webp"))
    answer = http.get(url)

    assert (len(answer.content), answer.headers["content-type"]) == (9, "image/webp")


def test_a_fresh_bench_alters_nothing(bench: Bench, http: httpx.Client) -> None:
    bench.alteration = Alteration(marked)
    bench.fresh()

    assert "marked" not in made_by(http)
    assert len(bench.entries) == 1


def test_a_task_moves_on_by_one_stage_at_each_question(bench: Bench, http: httpx.Client) -> None:
    bench.move_tasks()
    place = made_by(http, QUEUED)
    told = [http.get(place["status_url"]).json()["status"] for _ in range(4)]

    assert told == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED", "COMPLETED"]


def test_a_task_is_not_moved_by_questions_about_another(bench: Bench, http: httpx.Client) -> None:
    bench.move_tasks()
    one, other = made_by(http, QUEUED), made_by(http, QUEUED)
    for _ in range(3):
        http.get(one["status_url"])

    assert http.get(other["status_url"]).json()["status"] == "IN_QUEUE"


def test_tasks_end_as_they_are_told_to_and_say_why(bench: Bench, http: httpx.Client) -> None:
    bench.end_tasks(Stage.FAILED, "no more paint")
    place = made_by(http, QUEUED)
    answer = http.get(place["response_url"])

    assert answer.status_code == 500
    assert "no more paint" in answer.text


def test_a_restored_bench_leaves_tasks_alone(bench: Bench, http: httpx.Client) -> None:
    bench.end_tasks(Stage.FAILED, "no more paint")
    bench.restore()
    place = made_by(http, QUEUED)

    assert http.get(place["response_url"]).status_code == 200


def test_what_calls_nothing_is_no_call_of_the_subject(bench: Bench, http: httpx.Client) -> None:
    asks = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
    http.request("OPTIONS", MODEL, headers=asks)
    http.head("/fal")
    made_by(http)

    assert [each.operation for each in bench.entries] == ["generate"]
