"""The unmodified openai SDK against xAI: models, deferred requests, every error on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App

if TYPE_CHECKING:
    import openai
else:
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

MODEL = "grok-imagine-image"
NAMES = [when.removeprefix("fault:") for when in sorted(load.provider("xai").errors)]
CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    422: "UnprocessableEntityError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "InternalServerError",
}


@pytest.fixture
def sdk(base_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{base_url}/xai/v1", api_key="xai-a", max_retries=0) as made:
        yield made


def test_the_sdk_lists_the_models(sdk: openai.OpenAI) -> None:
    listed: list[Any] = list(sdk.models.list())

    [found] = listed
    assert (found.id, found.object, found.owned_by) == (MODEL, "model", "xai")
    assert found.image_price == 200_000_000
    assert sdk.models.retrieve(MODEL) == found


def test_an_unknown_model_is_not_found(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError):
        sdk.models.retrieve("grok-9")


def test_every_error_on_record_becomes_an_exception_of_its_status(sdk: openai.OpenAI) -> None:
    for name in NAMES:
        with pytest.raises(openai.APIStatusError) as caught:
            sdk.images.generate(
                model=MODEL, prompt="x", extra_headers={"X-Harness-Fault": f"error={name}"}
            )
        status = caught.value.status_code
        assert type(caught.value).__name__ == CLASSES.get(status, "APIStatusError"), name
        assert caught.value.response.json()["error"], name


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("incorrect-api-key", "BadRequestError"),
        ("moderated", "BadRequestError"),
        ("credential-missing", "AuthenticationError"),
        ("no-credits", "PermissionDeniedError"),
        ("status-404", "NotFoundError"),
        ("content-type", "APIStatusError"),
        ("status-422", "UnprocessableEntityError"),
        ("rate-limited", "RateLimitError"),
    ],
)
def test_a_named_error_becomes_its_typed_exception(
    name: str, error: str, sdk: openai.OpenAI
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk.images.generate(
            model=MODEL, prompt="x", extra_headers={"X-Harness-Fault": f"error={name}"}
        )

    assert type(caught.value).__name__ == error


def test_a_refusal_in_plain_text_becomes_an_exception_too(sdk: openai.OpenAI, app: App) -> None:
    app.read({"xai.type-errors": "plain-text"})
    wrong: Any = "two"

    with pytest.raises(openai.UnprocessableEntityError) as caught:
        sdk.images.generate(model=MODEL, prompt="x", n=wrong)

    assert caught.value.response.text.startswith("Failed to deserialize the JSON body")


def test_the_sdk_follows_a_deferred_request(
    sdk: openai.OpenAI, app: App, decoded: Callable[[bytes], tuple[str, tuple[int, int]]]
) -> None:
    app.services.clock.hold()
    body = {"model": MODEL, "prompt": "x", "deferred": True}
    submitted: Any = sdk.post("/images/generations", body=body, cast_to=object)
    path = f"/images/{submitted['request_id']}"

    pending: Any = sdk.get(path, cast_to=object)
    app.services.clock.advance(2)
    done: Any = sdk.get(path, cast_to=object)

    assert (pending["status"], done["status"]) == ("pending", "done")
    assert decoded(httpx.get(done["data"][0]["url"]).content) == ("JPEG", (1024, 1024))
    app.services.clock.advance(25 * 60 * 60)
    with pytest.raises(openai.NotFoundError):
        sdk.get(path, cast_to=object)


def test_an_answer_that_moderation_emptied_is_no_exception(sdk: openai.OpenAI) -> None:
    answer = sdk.images.generate(
        model=MODEL, prompt="x", extra_headers={"X-Harness-Fault": "moderated=empty"}
    )

    assert answer.data == []
