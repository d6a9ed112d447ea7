"""xAI's error bodies in every shape that was seen, and the errors that no request causes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
FAULT = "X-Harness-Fault"
ARGUMENT = "Client specified an invalid argument"
PERMISSION = "The caller does not have permission to execute the specified operation"
MISSING = "Some requested entity was not found"
WRONG_TYPE = {"n": "two"}
SERDE = "Failed to deserialize the JSON body into the target type: "


@pytest.mark.parametrize(
    ("name", "status", "code", "told"),
    [
        ("incorrect-api-key", 400, ARGUMENT, "Incorrect API key provided: xa***."),
        ("moderated", 400, ARGUMENT, "Generated image rejected by content moderation."),
        ("image-fetch-failed", 400, ARGUMENT, "could not be fetched"),
        ("image-model-on-chat", 400, ARGUMENT, "is an image model and is therefore not available"),
        ("no-credits", 403, PERMISSION, "credits"),
        ("key-blocked", 403, PERMISSION, "blocked"),
        ("usage-guidelines", 403, PERMISSION, "usage guidelines"),
        ("rate-limited", 429, "Some resource has been exhausted", "Too many requests"),
        ("request-unknown", 404, MISSING, "does not exist or its result has expired"),
        ("credential-missing", 401, "unauthenticated", "No credentials"),
    ],
)
def test_an_error_is_reached_by_its_name(
    name: str, status: int, code: str, told: str, ask: Ask
) -> None:
    answer = ask("xai.generate", headers={FAULT: f"error={name}"})

    assert answer.status_code == status
    assert answer.json()["code"] == code
    assert told in answer.json()["error"]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 413, 415, 422, 429, 500, 503])
def test_every_status_has_an_error_of_its_own(
    status: int, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    assert_refused(ask("xai.generate", headers={FAULT: f"status={status}"}), "xai", status)


def test_what_was_refused_after_it_was_made_is_billed(ask: Ask) -> None:
    body = ask("xai.generate", headers={FAULT: "error=moderated"}).json()

    assert body == {
        "code": ARGUMENT,
        "error": "Generated image rejected by content moderation.",
        "usage": {"cost_in_usd_ticks": 200_000_000},
    }


@pytest.mark.parametrize(
    ("given", "code"),
    [({"n": 11}, "invalid-argument"), ({"model": "grok-9"}, "not-found"), (WRONG_TYPE, None)],
)
def test_codes_may_be_in_kebab_case(
    given: dict[str, Any], code: str | None, ask: Ask, app: App
) -> None:
    prose = ask("xai.generate", given)
    app.read({"xai.error-codes": "kebab-case"})
    kebab = ask("xai.generate", given)

    assert " " in prose.json()["code"]
    assert kebab.json()["code"] == (code or "invalid-argument")
    assert kebab.json()["error"] == prose.json()["error"]
    assert kebab.status_code == prose.status_code


def test_a_body_may_have_the_error_alone(ask: Ask, app: App) -> None:
    app.read({"xai.error-body": "error-alone"})

    assert list(ask("xai.generate", {"n": 11}).json()) == ["error"]
    assert list(ask("xai.generate", headers={FAULT: "error=moderated"}).json()) == [
        "error",
        "usage",
    ]


@pytest.mark.parametrize("given", [WRONG_TYPE, {"quality": "hd"}, {"prompt": 7}])
def test_a_field_of_the_wrong_type_may_be_refused_in_plain_text(
    given: dict[str, Any], ask: Ask, app: App
) -> None:
    in_json = ask("xai.generate", given)
    app.read({"xai.type-errors": "plain-text"})
    in_text = ask("xai.generate", given)

    assert (in_json.status_code, in_text.status_code) == (422, 422)
    assert in_text.headers["content-type"] == "text/plain; charset=utf-8"
    assert in_text.text == in_json.json()["error"]
    assert in_text.text.startswith(SERDE)


def test_other_refusals_are_never_in_plain_text(
    ask: Ask, app: App, assert_refused: Callable[..., None]
) -> None:
    app.read({"xai.type-errors": "plain-text"})

    assert_refused(ask("xai.generate", {"n": 11}), "xai", 400)


def test_an_image_as_a_bare_text_is_of_the_wrong_type(ask: Ask) -> None:
    answer = ask("xai.edit", {"image": "https://example.com/a.png"})

    assert answer.status_code == 422
    assert "invalid type: string" in answer.json()["error"]
