"""UniAll's refusals, as its base project words them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]

NAMED = [
    ("prompt-blocked", 400, "new_api_error", "prompt_blocked"),
    ("sensitive-words-detected", 400, "new_api_error", "sensitive_words_detected"),
    ("violation-fee", 400, "new_api_error", "violation_fee.grok.csam"),
    ("insufficient-user-quota", 403, "new_api_error", "insufficient_user_quota"),
    ("pre-consume-token-quota-failed", 403, "new_api_error", "pre_consume_token_quota_failed"),
    ("access-denied", 403, "new_api_error", "access_denied"),
    ("no-channel", 503, "new_api_error", "model_not_found"),
    ("bad-response-status-code", 400, "upstream_error", "bad_response_status_code"),
]
WITH_REQUEST_ID = re.compile(r".+ \(request id: [0-9a-z]{20,}\)")


@pytest.mark.parametrize(("name", "status", "kind", "code"), NAMED)
def test_an_error_that_no_request_causes_is_reached_by_its_name(
    name: str, status: int, kind: str, code: str, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    answer = ask("uniall.generate", headers={"X-Harness-Fault": f"error={name}"})

    assert_refused(answer, "uniall", status)
    error = answer.json()["error"]
    assert (error["type"], error["code"]) == (kind, code)
    assert WITH_REQUEST_ID.fullmatch(error["message"])


@pytest.mark.parametrize(("name", "status", "kind", "code"), NAMED)
def test_on_a_task_route_the_same_error_is_flat(
    name: str, status: int, kind: str, code: str, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    answer = ask("uniall.task", headers={"X-Harness-Fault": f"error={name}"})

    assert_refused(answer, "uniall", status)
    body: dict[str, Any] = answer.json()
    assert body == {"code": code, "message": body["message"], "data": None}
    assert "request id" not in body["message"]


def test_what_failed_upstream_names_the_status_there(ask: Ask) -> None:
    headers = {"X-Harness-Fault": "error=bad-response-status-code"}

    error = ask("uniall.generate", headers=headers).json()["error"]

    assert error["param"] == "400"
    assert error["message"].startswith("bad response status code 400 (request id: ")


def test_every_refusal_has_a_request_id_of_its_own(ask: Ask) -> None:
    messages = {ask("uniall.generate", {"num_images": 9}).json()["error"]["message"] for _ in "ab"}

    assert len(messages) == 2
    assert all(WITH_REQUEST_ID.fullmatch(each) for each in messages)


@pytest.mark.parametrize(("choice", "status"), [("bad-request", 400), ("no-channel", 503)])
def test_an_unknown_model_is_refused_as_the_reading_has_it(
    choice: str, status: int, ask: Ask, app: App, assert_refused: Callable[..., None]
) -> None:
    app.read({"uniall.unknown-model": choice})

    answer = ask("uniall.generate", {"model": "grok-9"})

    assert_refused(answer, "uniall", status)
    assert answer.json()["error"]["code"] == "model_not_found"
    assert "grok-9" in answer.json()["error"]["message"]


@pytest.mark.parametrize(("choice", "status"), [("bad-request", 400), ("no-channel", 503)])
def test_an_error_asked_for_by_name_has_the_status_of_the_reading(
    choice: str, status: int, ask: Ask, app: App
) -> None:
    app.read({"uniall.unknown-model": choice})

    answer = ask("uniall.generate", headers={"X-Harness-Fault": "error=model-unknown"})

    assert answer.status_code == status
