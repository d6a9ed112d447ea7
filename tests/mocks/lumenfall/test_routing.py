"""The prefix of a model that forces one provider."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.app import App

if TYPE_CHECKING:
    import openai
else:
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

Sdk = Callable[..., "openai.OpenAI"]


@pytest.mark.parametrize("prefix", ["xai", "fal"])
def test_a_prefix_of_the_pool_is_taken_and_noted(
    prefix: str, app: App, ask: Callable[..., httpx.Response]
) -> None:
    answer = ask("lumenfall.generate", {"model": f"{prefix}/grok-imagine-image"})

    assert answer.status_code == 200
    assert answer.headers["x-lumenfall-provider"] == prefix
    [noted] = app.services.journal
    [warned] = noted.verdict.violations
    assert (noted.verdict.kind, warned.rule) == ("warns", "lumenfall.generate.model-prefix")


@pytest.mark.parametrize("operation", ["generate", "edit"])
@pytest.mark.parametrize("prefix", ["xai", "fal"])
def test_a_prefix_can_be_unknown(prefix: str, operation: str, sdk: Sdk) -> None:
    client = sdk(provider_prefix="refused")
    body: dict[str, Any] = {"model": f"{prefix}/grok-imagine-image", "prompt": "x"}
    path = {"generate": "/images/generations", "edit": "/images/edits"}[operation]

    with pytest.raises(openai.NotFoundError) as caught:
        client.post(path, body={**body, "image": "https://example.com/a.png"}, cast_to=object)

    assert caught.value.code == "MODEL_NOT_FOUND"
    assert body["model"] in caught.value.message


@pytest.mark.parametrize("model", ["google/grok-imagine-image", "xai/grok", "/grok-imagine-image"])
def test_another_prefix_is_not_found(model: str, sdk: Sdk) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        sdk().images.generate(model=model, prompt="x")

    assert caught.value.code == "MODEL_NOT_FOUND"
