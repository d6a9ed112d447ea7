"""What Cloudflare's answers carry beside their bodies, and what calls may say there."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]

IDS = ("cf-ai-req-id", "cf-aig-log-id", "cf-aig-event-id")


def of_gateway(answer: httpx.Response) -> set[str]:
    return {name for name in answer.headers if name.startswith("cf-")}


@pytest.mark.parametrize("operation", ["cloudflare.generate", "cloudflare.generate-by-path"])
def test_an_answer_carries_the_ids_of_the_gateway(operation: str, ask: Ask) -> None:
    answer = ask(operation)

    assert of_gateway(answer) == {*IDS, "cf-aig-step", "cf-aig-cache-status"}
    assert answer.headers["cf-aig-step"] == "0"
    assert answer.headers["cf-aig-cache-status"] == "MISS"


def test_every_call_has_ids_of_its_own(ask: Ask) -> None:
    answers = [ask("cloudflare.generate") for _ in range(3)]

    assert len({each.headers[name] for each in answers for name in IDS}) == 9


def test_what_the_gateway_refuses_carries_them_too(ask: Ask) -> None:
    answer = ask("cloudflare.generate", {"n": 11})

    assert answer.status_code == 400
    assert set(IDS) < of_gateway(answer)


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer invalid"},
        {"Authorization": "nothing"},
        {"X-Harness-Fault": "error=credential-refused"},
    ],
)
def test_what_the_edge_refuses_carries_none(headers: dict[str, str], ask: Ask) -> None:
    answer = ask("cloudflare.generate", headers=headers)

    assert answer.status_code in (400, 401)
    assert of_gateway(answer) == set()


@pytest.mark.parametrize(
    "headers",
    [
        {"cf-aig-gateway-id": "default", "cf-aig-skip-cache": "true", "cf-aig-cache-ttl": "60"},
        {"cf-aig-max-attempts": "5", "cf-aig-retry-delay": "5000", "cf-aig-backoff": "linear"},
        {"cf-aig-metadata": '{"a":1}', "cf-aig-collect-log": "false", "cf-aig-zdr": "true"},
        {"cf-aig-metadata": "no json", "cf-aig-max-attempts": "99", "cf-aig-backoff": "none"},
    ],
)
def test_what_a_call_tells_the_gateway_refuses_nothing(
    headers: dict[str, str], app: App, ask: Ask
) -> None:
    assert ask("cloudflare.generate", headers=headers).status_code == 200
    [noted] = app.services.journal
    assert noted.verdict.kind == "conforms"
