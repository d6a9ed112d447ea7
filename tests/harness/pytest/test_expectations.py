"""What counts against a client, and what a correct one meets too."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from imagine_harness.harness.pytest.handle import Handle, MockProviders

BODY = {"prompt": "a lighthouse"}
MODEL = "/xai/grok-imagine-image"

Send = Callable[..., httpx.Response]


@pytest.fixture
def fal(mock_providers: MockProviders) -> Handle:
    return mock_providers["fal"]


@pytest.fixture
def send(fal: Handle) -> Send:
    def sent(method: str, url: str, body: Mapping[str, Any] | None = None) -> httpx.Response:
        with httpx.Client(headers=fal.headers, trust_env=False) as http:
            return http.request(method, url, json=body)

    return sent


def test_asking_too_early_and_cancelling_too_late_is_no_mistake(fal: Handle, send: Send) -> None:
    fal.clock.hold()
    queued = send("POST", fal.queue_url + MODEL, BODY).json()
    early = send("GET", queued["response_url"])
    fal.clock.advance(5)
    late = send("PUT", queued["cancel_url"])

    assert (early.status_code, late.status_code) == (400, 400)
    fal.assert_conforms()


def test_an_error_that_was_planned_for_a_task_is_no_mistake(fal: Handle, send: Send) -> None:
    fal.faults.add("generate fail=content-policy-violation")
    fal.clock.hold()
    queued = send("POST", fal.queue_url + MODEL, BODY).json()
    fal.clock.advance(5)

    assert send("GET", queued["response_url"]).status_code == 422
    fal.assert_conforms()


@pytest.mark.expect_violation("fal.request-unknown")
def test_asking_about_what_was_never_submitted_is_one(fal: Handle, send: Send) -> None:
    send("GET", f"{fal.queue_url}{MODEL}/requests/nothing/status")

    with pytest.raises(AssertionError, match="request-unknown"):
        fal.assert_conforms()
