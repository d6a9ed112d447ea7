"""xAI's lists of models, with prices."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from imagine_harness.mocks.app import App

BEARER = {"Authorization": "Bearer xai-a"}
ID = "grok-imagine-image"
BRIEF = {
    "id": ID,
    "aliases": [],
    "context_length": 1024,
    "created": 1_769_472_000,
    "object": "model",
    "owned_by": "xai",
    "image_price": 200_000_000,
}
FULL = {
    "id": ID,
    "fingerprint": "fp_ca78641a52",
    "max_prompt_length": 1024,
    "created": 1_769_472_000,
    "object": "model",
    "owned_by": "xai",
    "version": "1.0.0",
    "input_modalities": ["text", "image"],
    "output_modalities": ["image"],
    "image_price": 200_000_000,
    "aliases": [],
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("models", {"object": "list", "data": [BRIEF]}),
        (f"models/{ID}", BRIEF),
        ("image-generation-models", {"models": [FULL]}),
        (f"image-generation-models/{ID}", FULL),
    ],
)
def test_the_models_are_told_as_documented(
    path: str, body: dict[str, object], client: httpx.Client
) -> None:
    answer = client.get(f"/xai/v1/{path}", headers=BEARER)

    assert answer.status_code == 200
    assert answer.json() == body


@pytest.mark.parametrize("path", ["models", "image-generation-models"])
def test_an_unknown_model_is_not_found(
    path: str, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    answer = client.get(f"/xai/v1/{path}/grok-9", headers=BEARER)

    assert_refused(answer, "xai", 404)
    assert "grok-9" in answer.json()["error"]


@pytest.mark.parametrize("path", ["models", "image-generation-models", f"models/{ID}"])
def test_the_lists_want_a_key(
    path: str, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    assert_refused(client.get(f"/xai/v1/{path}"), "xai", 401)


@pytest.mark.parametrize(("choice", "price"), [("ticks", 200_000_000), ("cents", 2)])
def test_a_price_is_in_the_unit_of_the_reading(
    choice: str, price: int, app: App, client: httpx.Client
) -> None:
    app.read({"xai.image-price": choice})

    listed = client.get("/xai/v1/models", headers=BEARER).json()["data"]
    one = client.get(f"/xai/v1/image-generation-models/{ID}", headers=BEARER).json()

    assert [each["image_price"] for each in listed] == [one["image_price"]] == [price]
