"""What counts against a client, what a correct one meets too, and what is broken on purpose."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.harness.pytest.handle import Handle, MockProviders

if TYPE_CHECKING:
    from tests.harness.pytest.conftest import Run

pytest_plugins = ["pytester"]

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


def test_a_test_may_break_a_rule_on_purpose(run: Run) -> None:
    result = run("""
@pytest.mark.expect_violation("fal.generate.num_images.maximum")
def test_by_its_id(mock_provider):
    assert ask(mock_provider("fal"), num_images=9).status_code == 422

@pytest.mark.expect_violation("generate.num_images", "generate.resolution")
def test_by_the_start_of_its_id(mock_provider):
    ask(mock_provider("fal"), num_images=9, resolution="4k")

@pytest.mark.expect_violation("route-unknown", "fal.credential-refused")
def test_by_a_refusal(mock_provider):
    ask(mock_provider("fal"), "/elsewhere")
    ask(mock_provider("fal"), headers={"Authorization": "Key invalid"})

def test_by_a_header(mock_provider):
    ask(mock_provider("fal"), num_images=9, headers={"X-Harness-Expect": "fal.generate"})

@pytest.mark.expect_violation
def test_by_any(mock_provider):
    ask(mock_provider("fal"), "/elsewhere", num_images=9)

@pytest.mark.expect_violation("fal.generate.num_images.maximum")
def test_but_no_other(mock_provider):
    ask(mock_provider("fal"), num_images=9, resolution="4k")
""")

    result.assert_outcomes(passed=6, errors=1)
    result.stdout.fnmatch_lines(["1 request does not conform: fal.generate.resolution.enum"])


def test_an_expectation_that_is_not_met_fails(run: Run) -> None:
    result = run("""
pytestmark = pytest.mark.expect_violation("fal.generate.num_images.maximum")

def test_asks(mock_provider):
    ask(mock_provider("fal"))

def test_does_not_ask(mock_provider):
    mock_provider("fal")

@pytest.mark.expect_violation("fal.generate.num_imagse.maximum")
def test_misspells(mock_provider):
    ask(mock_provider("fal"), num_images=9)

def test_is_skipped(mock_provider):
    pytest.skip("today")

@pytest.mark.expect_violation("generate")
def test_says_so_of_the_wrong_request(mock_provider):
    ask(mock_provider("fal"), headers={"X-Harness-Expect": "generate.num_images"})
    ask(mock_provider("fal"), num_images=9)

@pytest.mark.expect_violation(3)
def test_has_no_name(mock_provider):
    pass
""")

    result.assert_outcomes(passed=4, skipped=1, errors=5)
    result.stdout.fnmatch_lines(
        [
            "expected a violation of 'fal.generate.num_images.maximum', none came",
            "expected a violation of 'fal.generate.num_images.maximum', no request came",
            "expected a violation of 'fal.generate.num_imagse.maximum', "
            "only fal.generate.num_images.maximum came; "
            "nothing on record is called so, did you mean 'fal.generate.num_images.maximum'?",
            "X-Harness-Expect promised a violation of 'generate.num_images', none came: POST *",
            "*UsageError: expect_violation takes ids of rules as texts, got 3",
        ]
    )
