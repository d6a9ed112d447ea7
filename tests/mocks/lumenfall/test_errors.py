"""Every documented error of Lumenfall becomes the openai SDK's typed exception, with its code."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import openai
else:
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

Sdk = Callable[..., "openai.OpenAI"]

# By hand from the vendor's error reference: fault, exception, status, code, type
DOCUMENTED = [
    ("credential-refused", "AuthenticationError", 401, "AUTHENTICATION_FAILED"),
    ("insufficient-balance", "APIStatusError", 402, "INSUFFICIENT_BALANCE"),
    ("body-empty", "BadRequestError", 400, "INVALID_REQUEST"),
    ("content-policy-violation", "BadRequestError", 400, "CONTENT_POLICY_VIOLATION"),
    ("model-not-found", "NotFoundError", 404, "MODEL_NOT_FOUND"),
    ("model-disabled", "NotFoundError", 404, "MODEL_DISABLED"),
    ("rate-limited", "RateLimitError", 429, "RATE_LIMITED"),
    ("all-providers-exhausted", "InternalServerError", 502, "ALL_PROVIDERS_EXHAUSTED"),
    ("upstream-error", "InternalServerError", 502, "UPSTREAM_ERROR"),
    ("internal-error", "InternalServerError", 500, "INTERNAL_ERROR"),
    ("recording-not-found", "NotFoundError", 404, "RECORDING_NOT_FOUND"),
]
KINDS = {401: "authentication_error", 402: "insufficient_quota", 429: "rate_limit_error"}


@pytest.mark.parametrize(("name", "error", "status", "code"), DOCUMENTED)
def test_a_documented_error_becomes_a_typed_exception(
    name: str, error: str, status: int, code: str, sdk: Sdk
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk().images.generate(
            model="grok-imagine-image",
            prompt="x",
            extra_headers={"X-Harness-Fault": f"error={name}"},
        )

    assert type(caught.value).__name__ == error
    assert (caught.value.status_code, caught.value.code) == (status, code)
    kind = "api_error" if status >= 500 else KINDS.get(status, "invalid_request_error")
    assert caught.value.type == kind
    assert caught.value.message
    assert "{" not in caught.value.message


@pytest.mark.parametrize(
    ("status", "error", "code"),
    [
        (400, "BadRequestError", "CONTENT_POLICY_VIOLATION"),
        (402, "APIStatusError", "INSUFFICIENT_BALANCE"),
        (429, "RateLimitError", "RATE_LIMITED"),
        (500, "InternalServerError", "INTERNAL_ERROR"),
        (502, "InternalServerError", "ALL_PROVIDERS_EXHAUSTED"),
    ],
)
def test_a_status_alone_is_the_documented_error_of_that_status(
    status: int, error: str, code: str, sdk: Sdk
) -> None:
    with pytest.raises(openai.APIStatusError) as caught:
        sdk().images.generate(
            model="grok-imagine-image",
            prompt="x",
            extra_headers={"X-Harness-Fault": f"status={status}"},
        )

    assert (type(caught.value).__name__, caught.value.code) == (error, code)


def test_the_status_of_an_upstream_error_varies(sdk: Sdk) -> None:
    with pytest.raises(openai.UnprocessableEntityError) as caught:
        sdk().images.generate(
            model="grok-imagine-image",
            prompt="x",
            extra_headers={"X-Harness-Fault": "error=upstream-error;status=422"},
        )

    assert caught.value.code == "UPSTREAM_ERROR"


def test_a_parameter_that_is_wrong_is_named(sdk: Sdk) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        sdk(prompt_limit="thousand").images.generate(model="grok-imagine-image", prompt="x" * 1001)

    assert (caught.value.code, caught.value.param) == ("INVALID_REQUEST", "prompt")
    assert "Too big: expected string to have <=1000 characters" in caught.value.message
