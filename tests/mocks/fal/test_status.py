"""Where a request is, asked once or listened to, and what stands at its result."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.tasks import Mode

Ask = Callable[..., httpx.Response]
URLS = {"response_url", "status_url", "cancel_url"}
KEY = {"Authorization": "Key a:b"}


def test_the_states_and_their_keys_as_the_clock_moves(submit: Ask, asked: Ask, app: App) -> None:
    app.services.clock.hold()
    request_id = submit().json()["request_id"]

    told = []
    for wait in (0, 1, 1):
        app.services.clock.advance(wait)
        told.append(asked(request_id))

    waiting, running, done = (each.json() for each in told)
    common = {"status", "request_id", *URLS}
    assert [each.status_code for each in told] == [202, 202, 200]
    assert [each["status"] for each in (waiting, running, done)] == [
        "IN_QUEUE",
        "IN_PROGRESS",
        "COMPLETED",
    ]
    assert waiting.keys() == common | {"queue_position"}
    assert running.keys() == common | {"logs"}
    assert done.keys() == common | {"logs", "metrics"}
    assert running["logs"] is done["logs"] is None
    assert 0 < done["metrics"]["inference_time"] < 2
    assert {each.headers["x-fal-request-id"] for each in told} == {request_id}


@pytest.mark.parametrize("flag", ["1", "true", "True"])
def test_logs_come_when_they_are_asked_for(flag: str, submit: Ask, asked: Ask, app: App) -> None:
    app.services.clock.hold()
    request_id = submit().json()["request_id"]
    app.services.clock.advance(1)
    running = asked(request_id, logs=flag).json()["logs"]
    app.services.clock.advance(1)
    done = asked(request_id, logs=flag).json()["logs"]

    assert len(done) > len(running) >= 1
    assert done[: len(running)] == running
    for entry in done:
        assert entry.keys() == {"message", "level", "source", "timestamp"}
        assert entry["level"] in {"STDERR", "STDOUT", "ERROR", "INFO", "WARN", "DEBUG"}
        assert entry["source"] == "USER"


@pytest.mark.parametrize("flag", ["0", "false", ""])
def test_logs_stay_away_when_they_are_not(flag: str, submit: Ask, asked: Ask, app: App) -> None:
    request_id = submit().json()["request_id"]
    app.services.clock.advance(2)

    assert asked(request_id, logs=flag).json()["logs"] is None


@pytest.mark.parametrize("what", ["", "/response", "/status", "/status/stream"])
@pytest.mark.parametrize("request_id", ["nobody", "00000000-0000-4000-8000-000000000000", "%0d%0a"])
def test_an_unknown_request_is_not_found(what: str, request_id: str, asked: Ask) -> None:
    answer = asked(request_id, what)

    assert answer.status_code == 404
    assert answer.json() == {"status": "NOT_FOUND"}


@pytest.mark.parametrize("reading", ["400", "500"])
def test_a_result_before_the_end_is_refused_in_the_words_that_sdks_compare(
    reading: str, submit: Ask, asked: Ask, reread: Callable[..., None]
) -> None:
    reread(unfinished_status=reading)
    answer = asked(submit().json()["request_id"], "")

    assert answer.status_code == int(reading)
    assert answer.json() == {"detail": "Request is still in progress"}


def test_a_result_is_the_models_own_answer_the_same_each_time(
    submit: Ask, asked: Ask, app: App, client: httpx.Client, decoded: Callable[[bytes], Any]
) -> None:
    request_id = submit({"num_images": 2, "output_format": "png"}).json()["request_id"]
    app.services.clock.advance(2)

    first, second = asked(request_id, ""), asked(request_id, "")

    assert first.status_code == 200
    assert first.json() == second.json()
    assert first.json().keys() == {"images", "revised_prompt"}
    assert first.headers["x-fal-request-id"] == request_id
    assert first.headers["x-fal-billable-units"] == "2"
    for image in first.json()["images"]:
        assert image.keys() == {"url"}
        assert decoded(client.get(image["url"]).content)[0] == "PNG"


@pytest.mark.parametrize(
    ("body", "headers", "kept"),
    [
        ({}, {}, 3600),
        ({"sync_mode": True}, {}, 360),
        ({"resolution": "2K"}, {}, 3600),
        ({"sync_mode": True}, {"X-Fal-Store-IO": "1"}, None),
        ({"sync_mode": True}, {"X-Fal-Store-IO": "0"}, 360),
    ],
)
def test_a_result_is_kept_for_an_hour_a_large_one_for_minutes(
    body: dict[str, Any],
    headers: dict[str, str],
    kept: int | None,
    submit: Ask,
    asked: Ask,
    app: App,
) -> None:
    app.services.clock.hold()
    request_id = submit(body, headers=headers).json()["request_id"]
    app.services.clock.advance(2)

    app.services.clock.advance((kept or 100_000) - 5)
    before = asked(request_id, ""), asked(request_id)
    app.services.clock.advance(10)
    after = asked(request_id, ""), asked(request_id)

    assert {each.status_code for each in before} <= {200, 422}
    if kept is None:
        assert {each.status_code for each in after} == {200}
    else:
        assert {each.status_code for each in after} == {404}
        assert after[0].json() == {"status": "NOT_FOUND"}


def test_pictures_are_served_for_as_long_as_the_request_says(
    submit: Ask, asked: Ask, app: App, client: httpx.Client, ask: Ask
) -> None:
    app.services.clock.hold()
    wish = {"X-Fal-Object-Lifecycle-Preference": '{"expiration_duration_seconds": 60}'}
    request_id = submit(headers=wish).json()["request_id"]
    app.services.clock.advance(2)
    queued = asked(request_id, "").json()["images"][0]["url"]
    direct = ask("fal.generate", headers=wish).json()["images"][0]["url"]
    unlimited = ask("fal.generate").json()["images"][0]["url"]

    app.services.clock.advance(59)
    assert [client.get(each).status_code for each in (queued, direct, unlimited)] == [200] * 3
    app.services.clock.advance(2)
    assert [client.get(each).status_code for each in (queued, direct, unlimited)] == [404, 404, 200]


REQUEST_ERRORS = {
    "request_timeout": 504,
    "startup_timeout": 504,
    "runner_scheduling_failure": 503,
    "runner_connection_timeout": 503,
    "runner_disconnected": 503,
    "runner_connection_refused": 503,
    "runner_connection_error": 503,
    "runner_incomplete_response": 502,
    "runner_server_error": 500,
    "client_disconnected": 499,
    "client_cancelled": 499,
    "bad_request": 400,
    "internal_error": 500,
}
MODEL_ERRORS = {
    "internal_server_error": 500,
    "generation_timeout": 504,
    "downstream_service_error": 400,
    "downstream_service_unavailable": 500,
    "content_policy_violation": 422,
    "no_media_generated": 422,
    "image_too_small": 422,
    "image_too_large": 422,
    "image_load_error": 422,
    "file_download_error": 422,
    "face_detection_error": 422,
    "file_too_large": 422,
    "feature_not_supported": 422,
    "image_aspect_ratio_error": 422,
}


@pytest.mark.parametrize("part", ["error", "fail"])
@pytest.mark.parametrize(("kind", "code"), REQUEST_ERRORS.items())
def test_request_errors_come_by_name_at_once_or_at_the_result(
    part: str, kind: str, code: int, submit: Ask, asked: Ask, app: App
) -> None:
    fault = {"X-Harness-Fault": f"{part}={kind.replace('_', '-')}"}
    answer = submit(headers=fault)
    if part == "fail":
        app.services.clock.advance(2)
        request_id = answer.json()["request_id"]
        told, answer = asked(request_id).json(), asked(request_id, "")
        assert (told["status"], told["error_type"]) == ("COMPLETED", kind)
        assert told["error"] == f"Invalid status code: {code}"

    assert answer.status_code == code
    assert answer.json().keys() == {"detail", "error_type"}
    assert answer.json()["error_type"] == answer.headers["x-fal-error-type"] == kind
    assert ("x-fal-needs-retry" in answer.headers) == (code in (503, 504))


@pytest.mark.parametrize("part", ["error", "fail"])
@pytest.mark.parametrize(("kind", "code"), MODEL_ERRORS.items())
def test_model_errors_come_by_name_at_once_or_at_the_result(
    part: str, kind: str, code: int, submit: Ask, asked: Ask, app: App
) -> None:
    fault = {"X-Harness-Fault": f"{part}={kind.replace('_', '-')}"}
    answer = submit(headers=fault)
    if part == "fail":
        app.services.clock.advance(2)
        request_id = answer.json()["request_id"]
        assert asked(request_id).json()["error_type"] == kind
        answer = asked(request_id, "")

    assert answer.status_code == code
    [problem] = answer.json()["detail"]
    assert problem["type"] == kind
    assert problem["loc"][0] == "body"
    assert type(problem["msg"]) is str
    assert problem["url"].endswith(f"#{kind}")
    assert "x-fal-error-type" not in answer.headers


def test_a_task_that_fails_without_a_name_is_an_internal_error_of_the_model(
    submit: Ask, asked: Ask, app: App, client: httpx.Client
) -> None:
    request_id = submit().json()["request_id"]
    client.post(f"/__admin/tasks/{request_id}", json={"action": "fail", "error": "out of paint"})

    answer = asked(request_id, "")

    assert answer.status_code == 500
    assert answer.json() == {
        "detail": [{"type": "internal_server_error", "loc": ["body"], "msg": "out of paint"}]
    }


@pytest.mark.parametrize("name", ["exhausted-balance", "wrong-scope"])
def test_account_errors_come_by_name(name: str, submit: Ask) -> None:
    answer = submit(headers={"X-Harness-Fault": f"error={name}"})

    assert answer.status_code == 403
    assert answer.json().keys() == {"detail"}
    assert type(answer.json()["detail"]) is str


@pytest.mark.parametrize("value", ["1", "true"])
def test_a_temporary_failure_asks_to_be_tried_again_in_the_word_of_the_reading(
    value: str, ask: Ask, reread: Callable[..., None]
) -> None:
    reread(needs_retry_value=value)
    fault = {"X-Harness-Fault": "error=runner-disconnected"}

    assert ask("fal.generate", headers=fault).headers["x-fal-needs-retry"] == value


def test_a_synchronous_run_says_its_request_and_its_units(ask: Ask) -> None:
    first, second = ask("fal.generate", {"num_images": 3}), ask("fal.generate")

    assert first.headers["x-fal-billable-units"] == "3"
    assert first.headers["x-fal-request-id"] != second.headers["x-fal-request-id"]


def events(lines: Iterator[str]) -> Iterator[Any]:
    """What a stream says: states, and its comments as texts."""
    for line in lines:
        if line.startswith("data: "):
            yield json.loads(line.removeprefix("data: "))
        elif line:
            yield line


@pytest.fixture
def streamed(base_url: str, app: App) -> Iterator[Callable[..., tuple[str, Iterator[Any]]]]:
    """Submit over a socket and listen: the request's id, and what the stream says."""
    app.services.clock.hold()
    there = f"{base_url}/fal/queue/xai/grok-imagine-image"
    with httpx.Client(headers=KEY, timeout=10) as http:
        opened: list[httpx.Response] = []

        def listened(query: str = "") -> tuple[str, Iterator[Any]]:
            request_id = http.post(there, json={"prompt": "a"}).json()["request_id"]
            where = f"{there}/requests/{request_id}/status/stream{query}"
            answer = http.send(http.build_request("GET", where), stream=True)
            opened.append(answer)
            assert answer.status_code == 200
            assert answer.headers["content-type"] == "text/event-stream"
            return request_id, events(answer.iter_lines())

        yield listened
        for each in opened:
            each.close()


def test_a_stream_tells_every_change_and_ends(
    streamed: Callable[..., tuple[str, Iterator[Any]]], app: App
) -> None:
    request_id, said = streamed("?logs=1")

    first = next(said)
    app.services.clock.advance(1)
    second = next(said)
    app.services.clock.advance(1)
    third = next(said)

    told = [first, second, third]
    assert [each["status"] for each in told] == ["IN_QUEUE", "IN_PROGRESS", "COMPLETED"]
    assert {each["request_id"] for each in told} == {request_id}
    assert len(second["logs"]) == 1
    assert list(said) == []


def test_a_stream_is_kept_alive_with_comments_every_five_seconds(
    streamed: Callable[..., tuple[str, Iterator[Any]]], app: App
) -> None:
    app.services.tasks.mode = Mode.MANUAL
    request_id, said = streamed()

    assert next(said)["status"] == "IN_QUEUE"
    for _ in range(3):
        app.services.clock.advance(5)
        assert next(said).startswith(":")
    task = app.services.tasks.find(request_id)
    assert task is not None
    app.services.tasks.force(task, task.end)
    app.services.clock.advance(1)

    assert next(said)["status"] == "COMPLETED"
    assert list(said) == []


def test_a_stream_ends_when_its_request_is_forgotten(
    streamed: Callable[..., tuple[str, Iterator[Any]]], app: App
) -> None:
    _, said = streamed()
    next(said)

    app.reset()
    app.services.clock.advance(1)

    assert list(said) == []


def test_a_stream_that_nobody_listens_to_any_more_ends(app: App, base_url: str) -> None:
    app.services.clock.hold()
    there = f"{base_url}/fal/queue/xai/grok-imagine-image"
    with httpx.Client(headers=KEY, timeout=10) as http:
        where = http.post(there, json={"prompt": "a"}).json()["status_url"]
        with http.stream("GET", f"{where}/stream") as answer:
            next(answer.iter_lines())
        for _ in range(1000):
            http.get(where)
            if any(each.operation == "queue-stream" for each in app.services.journal):
                break

    assert [each.operation for each in app.services.journal].count("queue-stream") == 1
