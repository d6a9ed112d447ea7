"""Input images: where each provider takes them, and which it cannot take."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.mocks.lumenfall.conftest import Behind, Gateway

Make = Callable[..., "Gateway"]
Picture = Callable[..., bytes]

FAL = "fal/grok-imagine-image"
XAI = "xai/grok-imagine-image"


def data_uri(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@pytest.mark.parametrize("given", ["url", "data", "several", "file", "own"])
@pytest.mark.parametrize("model", [FAL, XAI])
def test_input_images_come_in_the_form_that_a_provider_takes(
    model: str, given: str, gateway: Make, behind: Behind, picture: Picture
) -> None:
    front, png = gateway(), data_uri(picture())
    link = "https://example.com/a.png"
    images: dict[str, Any] = {"url": link, "data": png, "several": [link, png], "file": None}
    images["file"] = data_uri(picture(), "octet-stream")
    if given == "own":
        images["own"] = front.ask().json()["data"][0]["url"]
        behind.app.reset()

    assert front.ask("edit", model=model, image=images[given]).status_code == 200

    [(_, body)] = behind.bodies()
    assert [each.verdict.kind for each in behind.heard()] == ["conforms"]
    expected = {"url": [link], "data": [png], "several": [link, png], "file": [png]}
    if model == FAL:
        reached = body["image_urls"]
    else:
        reached = [each["url"] for each in body.get("images", [body.get("image")])]
        assert ("images" in body) is (given == "several")
    if given == "own":
        assert [each[:15] for each in reached] == ["data:image/jpeg"]
    else:
        assert reached == expected[given]


def test_a_form_with_several_files(gateway: Make, behind: Behind, picture: Picture) -> None:
    front = gateway()
    files = [("image[]", ("a.png", picture(kind="PNG"))), ("image[]", ("b", picture(kind="WEBP")))]
    form = {"model": FAL, "prompt": "at night", "n": "2"}

    answer = front.client.post("/lumenfall/openai/v1/images/edits", data=form, files=files)

    assert answer.status_code == 200
    [(_, body)] = behind.bodies()
    assert body["image_urls"] == [data_uri(picture()), data_uri(picture(kind="WEBP"), "webp")]
    assert body["num_images"] == 2


def test_the_images_of_one_provider_are_not_for_another(
    gateway: Make, behind: Behind, picture: Picture
) -> None:
    images = [{"url": data_uri(picture())}]

    assert gateway().ask("edit", images=images).headers["x-lumenfall-provider"] == "xai"
    assert behind.bodies()[0][1]["images"] == images
    refused = gateway().refusal("edit", images=images, model=FAL)

    assert refused[:2] == (400, "INVALID_REQUEST")
    assert "'image'" in refused[2]
    assert len(behind.heard()) == 1


@pytest.mark.parametrize("model", [FAL, XAI, "grok-imagine-image"])
def test_more_images_than_any_provider_takes_are_refused_early(
    model: str, gateway: Make, behind: Behind
) -> None:
    refused = gateway().refusal("edit", model=model, image=["https://example.com/a.png"] * 4)

    assert refused[:2] == (400, "INVALID_REQUEST")
    assert "at most 3 input images" in refused[2]
    assert behind.heard() == []


def test_a_broken_image_among_very_many_is_no_failure_of_ours(
    gateway: Make, behind: Behind
) -> None:
    images = ["https://example.com/a.png"] * 64 + ["data:image/octet-stream;base64,AAAA"]

    assert gateway().refusal("edit", image=images)[:2] == (400, "INVALID_REQUEST")
    assert behind.heard() == []
