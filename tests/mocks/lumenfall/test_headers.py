"""What Lumenfall's answers carry beside their bodies, and what calls may say there."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]


@pytest.mark.parametrize("operation", ["lumenfall.generate", "lumenfall.edit"])
def test_an_answer_says_who_gave_it(operation: str, ask: Ask) -> None:
    answer = ask(operation)

    assert answer.headers["x-lumenfall-provider"] == "xai"
    assert answer.headers["x-lumenfall-model"] == "grok-imagine-image"


@pytest.mark.parametrize(
    ("given", "headers"),
    [({"size": "banana"}, {}), ({}, {"X-Harness-Fault": "error=all-providers-exhausted"})],
)
def test_a_refusal_says_of_nobody_that_they_answered(
    given: dict[str, str], headers: dict[str, str], ask: Ask
) -> None:
    answer = ask("lumenfall.generate", given, headers=headers)

    assert answer.status_code >= 400
    assert "x-lumenfall-provider" not in answer.headers
    assert answer.headers["x-lumenfall-request-id"].startswith("req_")


def test_every_request_has_an_id_of_its_own(ask: Ask, client: httpx.Client) -> None:
    answers = [ask("lumenfall.generate") for _ in range(3)]
    answers.append(client.get("/lumenfall/v1/balance", headers={"Authorization": "Bearer a"}))
    answers.append(client.get("/lumenfall/nothing"))

    assert len({each.headers["x-lumenfall-request-id"] for each in answers}) == 5


@pytest.mark.parametrize(
    "headers",
    [
        {"X-Lumenfall-Replay": "replay-or-mock", "X-Lumenfall-Replay-Match": "strict"},
        {"X-Lumenfall-Replay": "record", "X-Lumenfall-Replay-Fields": "prompt,size"},
        {"X-Lumenfall-Replay": "mock", "X-Lumenfall-Replay-Recording": "rec_1"},
        {"X-Lumenfall-Replay": "off"},
    ],
)
def test_the_headers_of_the_recorder_are_accepted(
    headers: dict[str, str], app: App, ask: Ask
) -> None:
    assert ask("lumenfall.generate", headers=headers).status_code == 200
    [noted] = app.services.journal
    assert noted.verdict.kind == "conforms"
