"""Pictures as the gateway's page promises them, whatever a provider made."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.judge.input_images import BrokenImage
from imagine_harness.mocks.lumenfall.conversion import converted

if TYPE_CHECKING:
    from tests.mocks.lumenfall.conftest import Gateway

Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]
Picture = Callable[..., bytes]


def promised(width: int, height: int, format: str, quality: int | None = None) -> ExpectedAnswer:
    return ExpectedAnswer(1, width, height, format, "url", quality)


def test_a_picture_that_is_as_promised_keeps_its_bytes(picture: Picture) -> None:
    data = picture(64, 48, "JPEG")

    assert converted(data, promised(64, 48, "jpeg")) is data


@pytest.mark.parametrize("format", ["png", "jpeg", "gif", "webp", "avif"])
@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP"])
def test_another_format_and_size(
    format: str, kind: str, picture: Picture, decoded: Decoded
) -> None:
    made = converted(picture(64, 48, kind), promised(70, 40, format))

    assert decoded(made) == (format.upper(), (70, 40))


def test_a_picture_is_cut_around_its_middle_and_not_pressed() -> None:
    canvas = Image.new("RGB", (300, 100), (255, 0, 0))
    canvas.paste((0, 0, 255), (100, 0, 200, 100))
    data = BytesIO()
    canvas.save(data, "PNG")

    made = converted(data.getvalue(), promised(50, 50, "png"))

    with Image.open(BytesIO(made)) as image:
        assert {image.getpixel((x, 25)) for x in (2, 25, 47)} == {(0, 0, 255)}


@pytest.mark.parametrize("format", ["jpeg", "webp", "avif"])
def test_compression_is_obeyed(format: str, decoded: Decoded) -> None:
    noise = BytesIO()
    Image.effect_noise((128, 128), 80).save(noise, format)

    small, large = [converted(noise.getvalue(), promised(128, 128, format, q)) for q in (1, 400)]

    assert len(small) < len(large)
    assert decoded(small) == decoded(large) == (format.upper(), (128, 128))


@pytest.mark.parametrize(("format", "mode"), [("png", "RGBA"), ("webp", "RGBA"), ("jpeg", "RGB")])
def test_what_shines_through_is_kept_where_the_format_can(format: str, mode: str) -> None:
    data = BytesIO()
    Image.new("RGBA", (20, 20), (1, 2, 3, 100)).save(data, "PNG")

    with Image.open(BytesIO(converted(data.getvalue(), promised(10, 10, format)))) as image:
        assert image.mode == mode


@pytest.mark.parametrize("data", [b"", b"text", b"\x89PNG\r\n\x1a\n"])
def test_what_is_no_picture_is_an_error(data: bytes) -> None:
    with pytest.raises(BrokenImage):
        converted(data, promised(64, 48, "jpeg"))


@pytest.mark.parametrize("carrier", ["url", "b64_json"])
@pytest.mark.parametrize("model", ["fal/grok-imagine-image", "xai/grok-imagine-image"])
@pytest.mark.parametrize("sync", [False, True])
def test_a_carrier_and_a_format_are_honoured_whatever_the_provider_has(
    carrier: str, model: str, sync: bool, gateway: Callable[..., Gateway], decoded: Decoded
) -> None:
    front = gateway()

    answer = front.ask(
        model=model, response_format=carrier, output_format="avif", size="16:9", sync_mode=sync
    )
    [image] = answer.json()["data"]
    assert image.keys() == {carrier, "revised_prompt"}
    [data] = front.images(model=model, response_format=carrier, output_format="gif", n=1)

    assert decoded(data) == ("GIF", (1024, 1024))
    if carrier == "url":
        assert image["url"].startswith("http://127.0.0.1:4010/lumenfall/media/")
        fetched = front.client.get(image["url"])
        assert fetched.headers["content-type"] == "image/avif"
        assert decoded(fetched.content) == ("AVIF", (1365, 768))
