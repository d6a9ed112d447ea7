"""UniAll's tasks where they do not succeed: failed, unknown, expired."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
BEARER = {"Authorization": "Bearer sk-a"}
DAY = 24 * 60 * 60


def result(client: httpx.Client, task_id: str) -> httpx.Response:
    return client.get(f"/uniall/v1/images/tasks/{task_id}", headers=BEARER)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ("fail", {"code": "task_failed", "message": "the task failed"}),
        ("fail=prompt-blocked", {"code": "prompt_blocked", "message": "the prompt was blocked"}),
        (
            "fail=bad-response-status-code",
            {"code": "bad_response_status_code", "message": "bad response status code 400"},
        ),
    ],
)
def test_a_failed_task_is_a_successful_query(
    fault: str, error: dict[str, str], ask: Ask, app: App, client: httpx.Client
) -> None:
    submitted = ask("uniall.task", headers={"X-Harness-Fault": fault})
    app.services.clock.advance(5)
    queried = result(client, submitted.json()["task_id"])

    assert (submitted.status_code, submitted.json()["status"]) == (200, "queued")
    assert queried.status_code == 200
    assert queried.json() == {
        "code": "success",
        "message": "",
        "data": {
            "task_id": submitted.json()["task_id"],
            "status": "failed",
            "progress": "100%",
            "result_url": "",
            "metadata": {"task_type": "text2image"},
            "error": error,
        },
    }


def test_a_task_fails_by_hand_with_the_reason_that_was_given(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    app.services.clock.hold()
    task_id = ask("uniall.task").json()["task_id"]
    act = {"action": "fail", "error": "out of paint"}
    assert client.post(f"/__admin/tasks/{task_id}", json=act).status_code == 200

    error = result(client, task_id).json()["data"]["error"]

    assert error == {"code": "task_failed", "message": "out of paint"}


def test_a_stuck_task_never_ends(ask: Ask, app: App, client: httpx.Client) -> None:
    task_id = ask("uniall.task", headers={"X-Harness-Fault": "stuck"}).json()["task_id"]
    app.services.clock.advance(30 * DAY)

    data = result(client, task_id).json()["data"]

    assert (data["status"], data["result_url"]) == ("processing", "")


@pytest.mark.parametrize(("choice", "status"), [("bad-request", 400), ("not-found", 404)])
def test_an_unknown_task_is_refused_as_the_reading_has_it(
    choice: str,
    status: int,
    app: App,
    client: httpx.Client,
    assert_refused: Callable[..., None],
) -> None:
    app.read({"uniall.unknown-task": choice})

    answer = result(client, "task_none")

    assert_refused(answer, "uniall", status)
    assert answer.json() == {"code": "task_not_exist", "message": "task_not_exist", "data": None}


def test_a_task_and_its_pictures_are_known_for_a_day(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    app.services.clock.hold()
    task_id = ask("uniall.task").json()["task_id"]
    app.services.clock.advance(2)
    [url] = result(client, task_id).json()["data"]["metadata"]["result_urls"]

    app.services.clock.advance(DAY - 10)
    assert result(client, task_id).json()["data"]["result_url"] == url
    assert client.get(url).status_code == 200
    app.services.clock.advance(20)

    assert result(client, task_id).json()["code"] == "task_not_exist"
    assert client.get(url).status_code == 404


@pytest.mark.parametrize("word", ["processing", "in_progress", "running"])
def test_a_running_task_is_called_as_the_reading_has_it(
    word: str, ask: Ask, app: App, client: httpx.Client
) -> None:
    app.read({"uniall.running-word": word.replace("_", "-")})
    app.services.clock.hold()
    task_id = ask("uniall.task").json()["task_id"]
    app.services.clock.advance(1)

    data: dict[str, Any] = result(client, task_id).json()["data"]

    assert data["status"] == word
