"""What Lumenfall tells of a call beside its images, where it does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    import openai

Sdk = Callable[..., "openai.OpenAI"]
Make = Callable[..., bytes]


def test_an_answer_has_no_metadata_as_on_the_page(sdk: Sdk) -> None:
    answer = sdk().images.generate(model="grok-imagine-image", prompt="x")

    assert not hasattr(answer, "metadata")


@pytest.mark.parametrize(
    ("model", "provider", "called"),
    [
        ("grok-imagine-image", "xai", "xAI"),
        ("xai/grok-imagine-image", "xai", "xAI"),
        ("fal/grok-imagine-image", "fal", "fal"),
    ],
)
def test_metadata_says_who_made_the_images_and_what_they_cost(
    model: str, provider: str, called: str, sdk: Sdk
) -> None:
    answer: Any = sdk(metadata="present").images.generate(model=model, prompt="x", n=3)

    assert answer.metadata == {
        "model": "grok-imagine-image",
        "executed_model": f"{provider}/grok-imagine-image",
        "provider": provider,
        "provider_name": called,
        "cost": 0.06,
        "cost_currency": "USD",
        "attempts": [],
    }


def test_metadata_is_on_an_edit_too(sdk: Sdk, picture: Make) -> None:
    answer: Any = sdk(metadata="present").images.edit(
        model="grok-imagine-image", prompt="x", image=("a.png", picture(), "image/png")
    )

    assert answer.metadata["cost"] == 0.02
