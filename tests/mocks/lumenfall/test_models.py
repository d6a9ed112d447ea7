"""The models that Lumenfall lists, through the openai SDK and by plain HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import httpx
import pytest

if TYPE_CHECKING:
    import openai
else:
    openai = pytest.importorskip("openai", reason="the openai SDK is not installed")

Sdk = Callable[..., "openai.OpenAI"]

KEY = {"Authorization": "Bearer lmnfl_a.b"}
MODELS = "/lumenfall/openai/v1/models"


def test_the_openai_sdk_lists_the_models(sdk: Sdk) -> None:
    [listed] = list(sdk().models.list())

    assert (listed.id, listed.object, listed.owned_by) == ("grok-imagine-image", "model", "xai")
    assert type(listed.created) is int


def test_the_openai_sdk_retrieves_one_model(sdk: Sdk) -> None:
    client = sdk()
    found: Any = client.models.retrieve("grok-imagine-image")

    assert [found.to_dict()] == [each.to_dict() for each in client.models.list()]
    assert found.name == "Grok Imagine Image"
    assert found.capabilities == ["text-to-image", "image-edit"]
    assert (found.modality, found.starting_price) == ("image", 0.02)


@pytest.mark.parametrize("name", ["grok", "GROK-IMAGINE-IMAGE", "xai/grok-imagine-image", "a/b/c"])
def test_an_unknown_model_is_not_found_by_the_openai_sdk(name: str, sdk: Sdk) -> None:
    with pytest.raises(openai.NotFoundError) as caught:
        sdk().models.retrieve(name)

    assert caught.value.code == "MODEL_NOT_FOUND"
    assert name in caught.value.message


def test_the_list_wants_a_key(client: httpx.Client, assert_refused: Callable[..., None]) -> None:
    assert_refused(client.get(MODELS), "lumenfall", 401)


def test_the_list_is_only_read(client: httpx.Client, assert_refused: Callable[..., None]) -> None:
    refused = client.post(MODELS, headers=KEY, json={})

    assert_refused(refused, "lumenfall", 405)
    assert refused.headers["allow"] == "GET"
