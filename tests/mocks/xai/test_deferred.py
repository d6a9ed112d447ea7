"""Deferred requests: an id, 202 until the end, then the pictures or the failure, for a day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
BEARER = {"Authorization": "Bearer xai-a"}
DAY = 24 * 60 * 60
OPERATIONS = pytest.mark.parametrize("operation", ["xai.generate", "xai.edit"])


def poll(client: httpx.Client, request_id: str) -> httpx.Response:
    return client.get(f"/xai/v1/images/{request_id}", headers=BEARER)


@pytest.fixture
def defer(ask: Ask, app: App) -> Callable[..., str]:
    """Submit a deferred generation on a held clock; its id."""

    def submitted(given: dict[str, Any] | None = None, fault: str | None = None) -> str:
        app.services.clock.hold()
        headers = {"X-Harness-Fault": fault} if fault else {}
        answer = ask("xai.generate", {"deferred": True, **(given or {})}, headers=headers)
        assert answer.status_code == 200, answer.text
        request_id: str = answer.json()["request_id"]
        return request_id

    return submitted


Defer = Callable[..., str]


@OPERATIONS
def test_a_deferred_request_is_answered_with_its_id_alone(operation: str, ask: Ask) -> None:
    answer = ask(operation, {"deferred": True})

    assert answer.status_code == 200
    assert list(answer.json()) == ["request_id"]


@OPERATIONS
def test_it_is_pending_until_it_is_done(
    operation: str,
    ask: Ask,
    app: App,
    client: httpx.Client,
    fetch: Callable[[str], bytes],
    decoded: Callable[[bytes], tuple[str, tuple[int, int]]],
) -> None:
    app.services.clock.hold()
    given = {"deferred": True, "n": 2, "aspect_ratio": "16:9"}
    request_id = ask(operation, given).json()["request_id"]

    queued = poll(client, request_id)
    app.services.clock.advance(1)
    running = poll(client, request_id)
    app.services.clock.advance(1)
    done = poll(client, request_id)

    for pending in (queued, running):
        assert pending.status_code == 202
        assert pending.json() == {"request_id": request_id, "status": "pending"}
    body = done.json()
    assert done.status_code == 200
    assert (body["request_id"], body["status"]) == (request_id, "done")
    assert "error" not in body
    # Two pictures of 2 cents; that of an edit has one input picture of 0.2 cents each.
    cost = {"xai.generate": 400_000_000, "xai.edit": 440_000_000}[operation]
    assert body["usage"] == {"cost_in_usd_ticks": cost}
    for item in body["data"]:
        assert item["mime_type"] == "image/jpeg"
        assert decoded(fetch(item["url"])) == ("JPEG", (1408, 768))
    assert len(body["data"]) == 2
    assert poll(client, request_id).json() == body


def test_a_pending_answer_may_have_no_body(defer: Defer, app: App, client: httpx.Client) -> None:
    app.read({"xai.pending-body": "empty"})

    answer = poll(client, defer())

    assert (answer.status_code, answer.content) == (202, b"")


@pytest.mark.parametrize(
    ("fault", "code", "told"),
    [
        ("fail", "internal_error", "the task failed"),
        ("fail=moderated", "invalid_argument", "Generated image rejected by content moderation."),
        ("fail=no-credits", "permission_denied", "Your team has used all available credits."),
        ("fail=status-503", "service_unavailable", "The model is at capacity, try again later."),
        ("fail=rate-limited", "internal_error", "Too many requests."),
    ],
)
def test_a_failure_is_a_body_and_no_http_error(
    fault: str, code: str, told: str, defer: Defer, app: App, client: httpx.Client
) -> None:
    request_id = defer(fault=fault)
    app.services.clock.advance(2)

    answer = poll(client, request_id)

    assert answer.status_code == 200
    body = answer.json()
    billed = {"usage": {"cost_in_usd_ticks": 200_000_000}} if fault == "fail=moderated" else {}
    assert body == {
        "request_id": request_id,
        "status": "failed",
        "error": {"code": code, "message": told},
        **billed,
    }


def test_it_fails_by_hand_with_the_reason_that_was_given(
    defer: Defer, client: httpx.Client
) -> None:
    request_id = defer()
    client.post(f"/__admin/tasks/{request_id}", json={"action": "fail", "error": "out of paint"})

    error = poll(client, request_id).json()["error"]

    assert error == {"code": "internal_error", "message": "out of paint"}


def test_a_result_is_kept_for_a_day(
    defer: Defer, app: App, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    request_id = defer()
    app.services.clock.advance(DAY)
    assert poll(client, request_id).json()["status"] == "done"
    app.services.clock.advance(10)

    assert_refused(poll(client, request_id), "xai", 404)
    assert request_id in poll(client, request_id).json()["error"]


@pytest.mark.parametrize("request_id", ["none", "e5b1b4d4-7b6a-4a0e-9c0d-7f3c7d8a1b2c", "a%20b"])
def test_an_unknown_request_is_not_found(
    request_id: str, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    assert_refused(poll(client, request_id), "xai", 404)


@OPERATIONS
def test_only_addresses_can_be_deferred(
    operation: str, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    assert_refused(ask(operation, {"deferred": True, "response_format": "b64_json"}), "xai", 400)
    assert ask(operation, {"deferred": False, "response_format": "b64_json"}).status_code == 200
    assert ask(operation, {"deferred": True, "response_format": "url"}).status_code == 200


@pytest.mark.parametrize(("form", "left"), [("empty", 0), ("placeholder", 2)])
def test_moderation_shows_where_the_result_is(
    form: str, left: int, defer: Defer, app: App, client: httpx.Client
) -> None:
    request_id = defer({"n": 2}, fault=f"moderated={form}")
    app.services.clock.advance(2)

    body = poll(client, request_id).json()

    assert body["status"] == "done"
    assert [item["respect_moderation"] for item in body["data"]] == [False] * left
    assert body["usage"] == {"cost_in_usd_ticks": 400_000_000}
