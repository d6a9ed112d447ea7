"""Tasks and the clock, as the controls move them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
AssertProblem = Callable[..., None]


@pytest.fixture
def task_id(app: App, ask: Ask) -> str:
    app.services.clock.hold()
    return str(ask("uniall.task", headers={"X-Harness-Test": "a"}).json()["task_id"])


def queried(client: httpx.Client, task_id: str) -> httpx.Response:
    return client.get(
        f"/uniall/v1/images/tasks/{task_id}", headers={"Authorization": "Bearer sk-a"}
    )


def test_tasks_are_listed_and_forgotten(task_id: str, app: App, client: httpx.Client) -> None:
    told = {
        "id": task_id,
        "provider": "uniall",
        "operation": "task",
        "test": "a",
        "created": app.services.clock.now(),
        "mode": "timed",
        "stage": "queued",
    }

    assert client.get("/__admin/tasks").json() == [told]
    assert client.get(f"/__admin/tasks/{task_id}").json() == told
    assert client.delete("/__admin/tasks?test=b").json() == {"status": "ok"}
    assert len(client.get("/__admin/tasks").json()) == 1
    assert client.delete("/__admin/tasks?test=a").json() == {"status": "ok"}
    assert client.get("/__admin/tasks").json() == []


def test_a_task_can_be_finished_by_hand(task_id: str, client: httpx.Client) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json={"action": "finish"})

    assert answer.json()["stage"] == "succeeded"
    data = queried(client, task_id).json()["data"]
    assert (data["status"], data["progress"]) == ("succeeded", "100%")
    assert client.get(data["result_url"]).status_code == 200


@pytest.mark.parametrize("error", [{}, {"error": "out of paint"}], ids=["plain", "with a reason"])
def test_a_task_can_be_failed_by_hand(
    task_id: str, error: dict[str, str], client: httpx.Client
) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json={"action": "fail", **error})

    assert answer.json()["stage"] == "failed"
    body = queried(client, task_id).json()
    assert (body["code"], body["data"]["status"]) == ("success", "failed")
    assert body["data"]["progress"] == "100%"
    assert body["data"]["result_url"] == ""
    assert body["data"]["error"]["message"] == error.get("error", "the task failed")
    assert "result_urls" not in body["data"]["metadata"]


def test_a_task_can_be_expired_by_hand(
    task_id: str, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json={"action": "expire"})

    assert answer.json()["stage"] == "expired"
    assert_refused(queried(client, task_id), "uniall", 400)
    assert client.get(f"/__admin/tasks/{task_id}").json()["stage"] == "expired"


BAD_ACTIONS: list[Any] = [
    {},
    {"action": "explode"},
    {"action": None},
    {"action": ["finish"]},
    {"action": {}},
    {"do": "finish"},
]


@pytest.mark.parametrize("asked", BAD_ACTIONS, ids=str)
def test_an_action_that_means_nothing_is_refused(
    asked: Any, task_id: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    answer = client.post(f"/__admin/tasks/{task_id}", json=asked)

    assert_problem(answer, 400, "bad-request", "finish, fail, expire")
    assert client.get(f"/__admin/tasks/{task_id}").json()["stage"] == "queued"


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_task_that_nobody_submitted_is_unknown(
    method: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    answer = client.request(method, "/__admin/tasks/none", json={"action": "finish"})

    assert_problem(answer, 404, "unknown-task", "'none'")


# The clock


def test_the_clock_is_moved_held_and_sped_up(app: App, client: httpx.Client) -> None:
    held = client.post("/__admin/clock", json={"hold": True}).json()
    moved = client.post("/__admin/clock", json={"advance": 90.5}).json()
    fast = client.post("/__admin/clock", json={"speed": 60}).json()

    assert held == {"now": held["now"], "held": True, "speed": 1.0}
    assert moved == {"now": held["now"] + 90.5, "held": True, "speed": 1.0}
    assert fast == {"now": moved["now"], "held": True, "speed": 60.0}
    assert client.get("/__admin/clock").json() == fast
    released = client.post("/__admin/clock", json={"hold": False, "speed": 1}).json()
    assert released["held"] is False
    assert 0 <= released["now"] - fast["now"] < 60


def test_moving_the_clock_moves_tasks(task_id: str, client: httpx.Client) -> None:
    statuses = []
    for seconds in (0, 0.5, 2):
        client.post("/__admin/clock", json={"advance": seconds})
        statuses.append(queried(client, task_id).json()["data"]["status"])

    assert statuses == ["queued", "processing", "succeeded"]


BAD_MOVES: list[tuple[Any, str]] = [
    ({}, "advance"),
    ({"forward": 1}, "advance"),
    ({"advance": "1"}, "'1'"),
    ({"advance": -1}, "not negative"),
    ({"advance": None}, "advance"),
    ({"advance": True}, "advance"),
    ({"advance": 1e300}, "advance"),
    ({"hold": 1}, "true or false"),
    ({"hold": "yes"}, "true or false"),
    ({"speed": "fast"}, "'fast'"),
    ({"speed": -1}, "speed"),
    ({"speed": 0}, "speed"),
    ({"advance": 1, "more": 1}, "advance"),
    ({"hold": True, "advance": "x"}, "advance"),
    ([1], "a JSON object"),
    (5, "a JSON object"),
]


@pytest.mark.parametrize(("asked", "told"), BAD_MOVES, ids=str)
def test_a_move_that_means_nothing_is_refused_and_moves_nothing(
    asked: Any, told: str, app: App, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    before = client.get("/__admin/clock").json()

    assert_problem(client.post("/__admin/clock", json=asked), 400, "bad-request", told)

    after = client.get("/__admin/clock").json()
    assert (after["held"], after["speed"]) == (False, 1.0)
    assert 0 <= after["now"] - before["now"] < 60
