"""The unmodified openai SDK against UniAll: models, several files, every error on record."""

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
RECORDED = sorted(load.provider("uniall").errors)
NAMES = [when.removeprefix("fault:") for when in RECORDED]
CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    429: "RateLimitError",
    500: "InternalServerError",
    503: "InternalServerError",
}


@pytest.fixture
def sdk(base_url: str) -> Iterator[openai.OpenAI]:
    with openai.OpenAI(base_url=f"{base_url}/uniall/v1", api_key="sk-a", max_retries=0) as made:
        yield made


def test_the_sdk_lists_the_models(sdk: openai.OpenAI) -> None:
    found = list(sdk.models.list())

    assert [(each.id, each.owned_by, each.created) for each in found] == [
        ("grok-imagine-image", "uniall", 0),
        ("grok-imagine-image-quality", "uniall", 0),
    ]


def test_the_sdk_edits_several_files(
    sdk: openai.OpenAI,
    picture: Callable[..., bytes],
    decoded: Callable[[bytes], tuple[str, tuple[int, int]]],
    app: App,
) -> None:
    files = [(f"{each}.png", picture(320, 180), "image/png") for each in range(3)]

    answer: Any = sdk.images.edit(
        model=MODEL, prompt="combine", image=files, extra_body={"aspect_ratio": "auto"}
    )

    assert decoded(httpx.get(answer.data[0].url).content) == ("JPEG", (1408, 768))
    [*_, noted] = [each for each in app.services.journal if each.operation == "edit"]
    assert noted.verdict.kind == "conforms"


def test_every_error_on_record_becomes_an_exception_of_its_status(sdk: openai.OpenAI) -> None:
    for name in NAMES:
        with pytest.raises(openai.APIStatusError) as caught:
            sdk.images.generate(
                model=MODEL, prompt="x", extra_headers={"X-Harness-Fault": f"error={name}"}
            )
        status = caught.value.status_code
        assert type(caught.value).__name__ == CLASSES.get(status, "APIStatusError"), name
        assert caught.value.type is not None, name
        assert "(request id: " in caught.value.message, name


@pytest.mark.parametrize(
    ("name", "error", "code"),
    [
        ("prompt-blocked", "BadRequestError", "prompt_blocked"),
        ("bad-response-status-code", "BadRequestError", "bad_response_status_code"),
        ("access-denied", "PermissionDeniedError", "access_denied"),
        ("insufficient-user-quota", "PermissionDeniedError", "insufficient_user_quota"),
        ("no-channel", "InternalServerError", "model_not_found"),
    ],
)
def test_the_exception_has_the_code_of_the_error(
    name: str, error: str, code: str, sdk: openai.OpenAI
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk.images.generate(
            model=MODEL, prompt="x", extra_headers={"X-Harness-Fault": f"error={name}"}
        )

    assert (type(caught.value).__name__, caught.value.code) == (error, code)


def test_a_task_that_failed_is_no_exception(sdk: openai.OpenAI, app: App) -> None:
    options: Any = {"headers": {"X-Harness-Fault": "fail=prompt-blocked"}}
    body = {"model": MODEL, "prompt": "x"}
    submitted: Any = sdk.post("/images/tasks", body=body, cast_to=object, options=options)
    app.services.clock.advance(5)

    queried: Any = sdk.get(f"/images/tasks/{submitted['task_id']}", cast_to=object)

    assert queried["code"] == "success"
    assert queried["data"]["error"]["code"] == "prompt_blocked"


def test_an_unknown_task_is_a_bad_request(sdk: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        sdk.get("/images/tasks/task_none", cast_to=object)

    assert caught.value.body == {
        "code": "task_not_exist",
        "message": "task_not_exist",
        "data": None,
    }
