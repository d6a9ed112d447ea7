"""Taking a request on and taking it back: what is answered, and what becomes of the request."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.services.tasks import Mode

Ask = Callable[..., httpx.Response]
BASE = "http://127.0.0.1:4010/fal/queue/xai/grok-imagine-image/requests"


def test_a_submission_is_answered_with_all_that_sdks_read(submit: Ask) -> None:
    answer = submit()

    body = answer.json()
    request_id = body["request_id"]
    assert answer.status_code == 200
    assert body == {
        "status": "IN_QUEUE",
        "request_id": request_id,
        "response_url": f"{BASE}/{request_id}",
        "status_url": f"{BASE}/{request_id}/status",
        "cancel_url": f"{BASE}/{request_id}/cancel",
        "queue_position": 0,
        "logs": None,
        "metrics": {},
    }
    assert answer.headers["x-fal-request-id"] == request_id


def test_the_addresses_of_an_edit_leave_its_sub_path_out(submit: Ask) -> None:
    body = submit({"image_urls": ["https://example.com/a.png"]}, path="/edit").json()

    assert body["status_url"] == f"{BASE}/{body['request_id']}/status"


def test_the_addresses_lead_to_the_host_that_was_asked(client: httpx.Client) -> None:
    answer = client.post(
        "/xai/grok-imagine-image",
        json={"prompt": "a lighthouse"},
        headers={"Authorization": "Key a:b", "Host": "queue.fal.run"},
    )

    found = httpx.URL(answer.json()["status_url"])
    told = client.get(found.raw_path.decode(), headers={"Host": found.host})
    assert found.host == "queue.fal.run"
    assert told.status_code == 401
    assert (
        client.get(
            found.raw_path.decode(), headers={"Host": found.host, "Authorization": "Key a:b"}
        ).json()["request_id"]
        == answer.json()["request_id"]
    )


def test_response_url_has_the_suffix_of_the_reading_and_both_are_served(
    submit: Ask, asked: Ask, reread: Callable[..., None], app: App
) -> None:
    reread(result_suffix="with-response")

    body = submit().json()
    app.services.clock.advance(2)

    request_id = body["request_id"]
    assert body["response_url"] == f"{BASE}/{request_id}/response"
    assert asked(request_id, "/response").json() == asked(request_id, "").json()
    assert asked(request_id, "").status_code == 200


def test_a_fast_model_answers_in_progress_without_a_position_as_a_reading(
    submit: Ask, asked: Ask, reread: Callable[..., None], app: App
) -> None:
    app.services.clock.hold()
    reread(submit_state="in-progress")

    body = submit().json()

    assert body["status"] == "IN_PROGRESS"
    assert "queue_position" not in body
    assert asked(body["request_id"]).json()["status"] == "IN_PROGRESS"


def test_with_a_webhook_the_answer_names_the_gateways_request_too(
    submit: Ask, reread: Callable[..., None]
) -> None:
    full = submit(fal_webhook="https://example.com/hook").json()
    reread(webhook_submit="bare")
    bare = submit(fal_webhook="https://example.com/hook").json()

    assert full["gateway_request_id"] == full["request_id"]
    assert full["status"] == "IN_QUEUE"
    assert bare == {"request_id": bare["request_id"], "gateway_request_id": bare["request_id"]}


def test_positions_count_who_waits_before_in_the_same_test(submit: Ask, asked: Ask) -> None:
    first, second = submit().json(), submit().json()
    edited = submit({"image_urls": ["https://example.com/a.png"]}, path="/edit").json()
    other = submit(headers={"X-Harness-Test": "other"}).json()

    positions = [each["queue_position"] for each in (first, second, edited, other)]
    assert positions == [0, 1, 2, 0]
    assert asked(edited["request_id"]).json()["queue_position"] == 2


@pytest.mark.parametrize(("limit", "codes"), [("1", [200, 429]), ("2", [200, 200, 429])])
def test_a_full_queue_refuses_as_long_as_it_is_full(
    limit: str, codes: list[int], submit: Ask, app: App
) -> None:
    app.services.clock.hold()

    answers = [submit(fal_max_queue_length=limit) for _ in codes]

    assert [each.status_code for each in answers] == codes
    assert answers[-1].json() == {"detail": "Queue limit exceeded"}
    app.services.clock.advance(1)
    assert submit(fal_max_queue_length=limit).status_code == 200


def test_what_is_no_limit_limits_nothing(submit: Ask) -> None:
    submit()

    assert submit(fal_max_queue_length="many").status_code == 200


@pytest.mark.parametrize("value", ["soon", "0.1", "0", "-1", "nan", "inf", ""])
@pytest.mark.parametrize("name", ["X-Fal-Request-Start-Timeout", "X-Fal-Request-Timeout"])
@pytest.mark.parametrize("door", ["/fal", "/fal/queue"])
def test_a_start_timeout_that_means_nothing_is_refused(
    door: str, name: str, value: str, client: httpx.Client
) -> None:
    answer = client.post(
        f"{door}/xai/grok-imagine-image",
        json={"prompt": "a lighthouse"},
        headers={"Authorization": "Key a:b", name: value},
    )

    assert answer.status_code == 400
    assert answer.json()["error_type"] == answer.headers["x-fal-error-type"] == "bad_request"
    assert name.lower() in answer.json()["detail"]


def test_a_request_that_does_not_start_in_time_ends_with_504(
    submit: Ask, asked: Ask, app: App
) -> None:
    app.services.tasks.mode = Mode.MANUAL
    app.services.clock.hold()
    given = {"X-Fal-Request-Start-Timeout": "30", "X-Fal-Request-Timeout": "5"}
    request_id = submit(headers=given).json()["request_id"]

    app.services.clock.advance(29)
    before = asked(request_id)
    app.services.clock.advance(2)
    after, result = asked(request_id), asked(request_id, "")

    assert (before.status_code, before.json()["status"]) == (202, "IN_QUEUE")
    assert (after.status_code, after.json()["status"]) == (200, "COMPLETED")
    assert after.json()["error_type"] == "request_timeout"
    assert after.json()["metrics"] == {}
    assert result.status_code == 504
    assert result.json()["error_type"] == result.headers["x-fal-error-type"] == "request_timeout"
    assert result.headers["x-fal-request-timeout-type"] == "user"
    assert "x-fal-needs-retry" not in result.headers


def test_a_request_that_starts_in_time_is_not_stopped(submit: Ask, asked: Ask, app: App) -> None:
    request_id = submit(headers={"X-Fal-Request-Timeout": "1"}).json()["request_id"]

    app.services.clock.advance(2)

    assert asked(request_id, "").status_code == 200


def test_the_other_headers_are_taken_as_they_come(submit: Ask) -> None:
    given = {
        "X-Fal-Queue-Priority": "urgent",
        "X-Fal-Runner-Hint": "one",
        "X-Fal-No-Retry": "1",
        "X-Fal-Retry-Config": "{}",
        "X-Fal-Store-IO": "0",
        "X-Fal-Object-Lifecycle-Preference": "{not json",
        "x-fal-disable-fallbacks": "true",
    }

    assert submit(headers=given).status_code == 200


def test_an_invalid_body_is_queued_and_refused_at_its_result(
    submit: Ask, asked: Ask, app: App
) -> None:
    app.services.clock.hold()
    body = submit({"resolution": "2K"}).json()
    request_id = body["request_id"]
    states = []
    for wait in (0, 1, 1):
        app.services.clock.advance(wait)
        states.append(asked(request_id).json())
    result = asked(request_id, "")

    assert [each["status"] for each in states] == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    assert states[-1]["error"] == "Invalid status code: 422"
    assert states[-1]["error_type"] == "literal_error"
    assert result.status_code == 422
    assert result.json() == {
        "detail": [
            {
                "type": "literal_error",
                "loc": ["body", "resolution"],
                "msg": "Input should be '1k' or '2k'",
                "input": "2K",
                "ctx": {"expected": "'1k' or '2k'"},
            }
        ]
    }
    assert result.headers["x-fal-billable-units"] == "0"
    [submission] = [each for each in app.services.journal if each.operation == "generate"]
    assert submission.verdict.kind == "violates"


def test_an_invalid_body_is_refused_at_once_as_a_reading(
    submit: Ask, reread: Callable[..., None], app: App
) -> None:
    reread(validation_at="submit")

    answer = submit({"resolution": "2K"})

    assert answer.status_code == 422
    assert answer.json()["detail"][0]["loc"] == ["body", "resolution"]
    assert app.services.tasks.all() == []


def test_a_synchronous_run_refuses_an_invalid_body_at_once(ask: Ask) -> None:
    assert ask("fal.generate", {"resolution": "2K"}).status_code == 422


def test_a_body_that_cannot_be_decoded_is_never_queued(client: httpx.Client, app: App) -> None:
    answer = client.post(
        "/fal/queue/xai/grok-imagine-image",
        content=b"{",
        headers={"Authorization": "Key a:b", "Content-Type": "application/json"},
    )

    assert answer.status_code == 422
    assert app.services.tasks.all() == []


def test_what_waits_is_taken_back_at_once(submit: Ask, cancel: Ask, asked: Ask, app: App) -> None:
    app.services.clock.hold()
    request_id = submit().json()["request_id"]

    answer = cancel(request_id)
    told, result = asked(request_id), asked(request_id, "")

    assert (answer.status_code, answer.json()) == (200, {"status": "OK"})
    assert answer.headers["x-fal-request-id"] == request_id
    assert told.json()["status"] == "COMPLETED"
    assert told.json()["error_type"] == "client_cancelled"
    assert result.status_code == 499
    assert result.json()["error_type"] == result.headers["x-fal-error-type"] == "client_cancelled"


@pytest.mark.parametrize(("reading", "status"), [("stops", 499), ("finishes", 200)])
def test_what_runs_is_told_to_stop(
    reading: str,
    status: int,
    submit: Ask,
    cancel: Ask,
    asked: Ask,
    reread: Callable[..., None],
    app: App,
) -> None:
    app.services.clock.hold()
    reread(cancelled_run=reading)
    request_id = submit().json()["request_id"]
    app.services.clock.advance(1)

    answer = cancel(request_id)
    app.services.clock.advance(1)

    assert (answer.status_code, answer.json()) == (202, {"status": "CANCELLATION_REQUESTED"})
    assert asked(request_id, "").status_code == status


def test_what_has_ended_cannot_be_taken_back(submit: Ask, cancel: Ask, app: App) -> None:
    request_id = submit().json()["request_id"]
    app.services.clock.advance(2)

    answer = cancel(request_id)

    assert (answer.status_code, answer.json()) == (400, {"status": "ALREADY_COMPLETED"})


@pytest.mark.parametrize("wait", [1, 2])
def test_real_traffic_says_a_detail_and_no_status_as_a_reading(
    wait: float, submit: Ask, cancel: Ask, reread: Callable[..., None], app: App
) -> None:
    app.services.clock.hold()
    reread(cancel_refusal="detail")
    request_id = submit().json()["request_id"]
    app.services.clock.advance(wait)

    answer = cancel(request_id)

    assert answer.status_code == 400
    assert answer.json().keys() == {"detail"}


@pytest.mark.parametrize("app_path", ["other/grok-imagine-image", "xai/other"])
def test_another_app_does_not_know_the_request(
    app_path: str, submit: Ask, client: httpx.Client
) -> None:
    request_id = submit().json()["request_id"]
    there = f"/fal/queue/{app_path}/requests/{request_id}"
    key = {"Authorization": "Key a:b"}

    answers: list[Any] = [client.get(there + what, headers=key) for what in ("", "/status")]
    answers.append(client.put(f"{there}/cancel", headers=key))

    assert {each.status_code for each in answers} == {404}
    assert all(each.json() == {"status": "NOT_FOUND"} for each in answers)


def test_an_immediate_request_still_begins_in_the_queue(
    client_of: Callable[[App], httpx.Client],
) -> None:
    client = client_of(App(Settings(seed=1, tasks=Mode.IMMEDIATE)))
    body = client.post(
        "/fal/queue/xai/grok-imagine-image",
        json={"prompt": "a"},
        headers={"Authorization": "Key a:b"},
    ).json()

    told = client.get(body["status_url"], headers={"Authorization": "Key a:b"})

    assert body["status"] == "IN_QUEUE"
    assert (told.status_code, told.json()["status"]) == (200, "COMPLETED")
