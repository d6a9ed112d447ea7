"""Accepted requests keep their promise: that many pictures, of that size, format and carrier."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from tests.laws import hold, unnamed
from tests.mocks.sizes import NOMINAL, OBSERVED_1K, OBSERVED_2K

pytestmark = pytest.mark.usefixtures("lasting_app")

Ask = Callable[..., httpx.Response]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]
References = Callable[[str, Any], list[str]]
SizeOf = Callable[[str, httpx.Response], tuple[int, int]]
ClientOf = Callable[[App], httpx.Client]
Pictures = Callable[..., list[bytes]]


TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}


@pytest.mark.parametrize(("tier", "sizes"), [("1k", OBSERVED_1K), ("2k", OBSERVED_2K)])
def test_a_ratio_and_a_tier_give_the_size_that_was_observed(
    tier: str, sizes: dict[str, tuple[int, int]], ask: Ask, size_of: SizeOf
) -> None:
    def check(ratio: str, size: tuple[int, int]) -> None:
        answer = ask("fal.generate", {"aspect_ratio": ratio, "resolution": tier})
        assert size_of("fal.generate", answer) == size

    hold(check, unnamed(sizes.items()))


@pytest.mark.parametrize("operation", ["cloudflare.generate", "uniall.generate", "xai.generate"])
@pytest.mark.parametrize(
    ("given", "size"),
    [
        ({}, (1024, 1024)),
        ({"aspect_ratio": "9:16"}, (768, 1408)),
        ({"resolution": "2k"}, (2048, 2048)),
        ({"aspect_ratio": "4:3", "resolution": "2k"}, (2432, 1712)),
    ],
    ids=["nothing", "ratio", "tier", "both"],
)
def test_the_observed_sizes_stand_for_every_provider_without_pixels(
    operation: str, given: dict[str, Any], size: tuple[int, int], ask: Ask, size_of: SizeOf
) -> None:
    assert size_of(operation, ask(operation, given)) == size


def test_listed_pixels_are_promised_exactly(ask: Ask, size_of: SizeOf) -> None:
    def check(width: int, height: int) -> None:
        asked = {"width": width, "height": height}
        answer = ask("runware.task", asked, without=["resolution"])
        assert size_of("runware.task", answer) == (width, height)

    hold(check, unnamed(OBSERVED_1K.values()))


def test_both_ways_to_name_a_listed_size_give_its_pixels(ask: Ask, size_of: SizeOf) -> None:
    def check(size: str, ratio: str, tier: str) -> None:
        by_pixels = ask("lumenfall.generate", {"size": size})
        by_ratio = ask("lumenfall.generate", {"aspect_ratio": ratio, "resolution": tier})

        listed = tuple(map(int, size.split("x")))
        assert size_of("lumenfall.generate", by_pixels) == listed
        assert size_of("lumenfall.generate", by_ratio) == listed

    hold(check, unnamed(NOMINAL))


@pytest.mark.parametrize(
    ("operation", "given", "size"),
    [
        ("cloudflare.generate", {"aspect_ratio": "9:16"}, (768, 1408)),
        ("runware.task", {"width": 1248, "height": 576, "resolution": None}, (1248, 576)),
        ("fal.generate", {"aspect_ratio": "16:9", "resolution": "2k"}, (2768, 1504)),
        ("lumenfall.generate", {"size": "1365x768"}, (1365, 768)),
        ("uniall.generate", {"aspect_ratio": "4:3"}, (1280, 896)),
        ("xai.generate", {"aspect_ratio": "1:2"}, (704, 1408)),
    ],
)
def test_the_picture_that_comes_has_the_promised_size(
    operation: str,
    given: dict[str, Any],
    size: tuple[int, int],
    pictures: Pictures,
    decoded: Decoded,
) -> None:
    unwanted = [name for name, value in given.items() if value is None]
    wanted = {name: value for name, value in given.items() if value is not None}

    [made] = pictures(operation, wanted, without=unwanted)

    assert decoded(made) == ("JPEG", size)


NEAREST: tuple[tuple[dict[str, str], tuple[int, int]], ...] = (
    ({}, (1024, 1024)),
    ({"size": "auto"}, (1024, 1024)),
    ({"aspect_ratio": "auto", "resolution": "auto"}, (1024, 1024)),
    ({"size": "16:9"}, (1365, 768)),
    ({"size": "16:9", "resolution": "2K"}, (2731, 1536)),
    ({"size": "1024x1024", "aspect_ratio": "16:9", "resolution": "2K"}, (1024, 1024)),
    ({"size": "2731x1536", "aspect_ratio": "1:1", "resolution": "1K"}, (2731, 1536)),
    ({"size": "1792x1024"}, (1365, 768)),
    ({"size": "1024x1792"}, (768, 1365)),
    ({"size": "1x1"}, (1024, 1024)),
    ({"size": "9000x9000"}, (2048, 2048)),
    ({"aspect_ratio": "7:1"}, (1527, 687)),
    ({"aspect_ratio": "21:9"}, (1527, 687)),
    ({"aspect_ratio": "5:4"}, (1183, 887)),
    ({"aspect_ratio": "4:5"}, (887, 1182)),
    ({"aspect_ratio": "16:10"}, (1254, 836)),
    ({"aspect_ratio": "1:3"}, (687, 1526)),
    ({"resolution": "4K"}, (2048, 2048)),
    ({"resolution": "0.5K"}, (1024, 1024)),
    ({"resolution": "0.25"}, (1024, 1024)),
    ({"resolution": "1"}, (1024, 1024)),
    ({"resolution": "2k"}, (2048, 2048)),
)


def test_any_size_is_mapped_to_the_nearest_listed_one(ask: Ask, size_of: SizeOf) -> None:
    def check(given: dict[str, str], size: tuple[int, int]) -> None:
        assert size_of("lumenfall.generate", ask("lumenfall.generate", given)) == size

    hold(check, unnamed(NEAREST))


FORMATS = [
    ("fal.generate", {"output_format": "jpeg"}, "JPEG"),
    ("fal.generate", {"output_format": "png"}, "PNG"),
    ("fal.edit", {"output_format": "webp"}, "WEBP"),
    ("runware.task", {}, "JPEG"),
    ("runware.task", {"outputFormat": "PNG"}, "PNG"),
    ("runware.task", {"outputFormat": "WEBP"}, "WEBP"),
    ("lumenfall.generate", {"output_format": "png"}, "PNG"),
    ("lumenfall.generate", {"output_format": "gif"}, "GIF"),
    ("lumenfall.generate", {"output_format": "avif"}, "AVIF"),
    ("lumenfall.edit", {"output_format": "webp"}, "WEBP"),
    ("uniall.generate", {"output_format": "png"}, "PNG"),
    ("uniall.edit", {"output_format": "webp"}, "WEBP"),
    ("cloudflare.generate-by-path", {}, "JPEG"),
    ("xai.edit", {}, "JPEG"),
]


@pytest.mark.parametrize(("operation", "given", "kind"), FORMATS)
def test_a_url_serves_the_format_that_was_asked_for(
    operation: str,
    given: dict[str, Any],
    kind: str,
    ask: Ask,
    client: httpx.Client,
    decoded: Decoded,
    references: References,
) -> None:
    [reference] = references(operation, ask(operation, given).json())

    served = client.get(reference)

    assert served.headers["content-type"] == TYPES.get(kind, f"image/{kind.lower()}")
    assert served.headers["content-length"] == str(len(served.content))
    assert reference.endswith(f".{EXTENSIONS[kind]}")
    assert decoded(served.content) == (kind, (1024, 1024))


@pytest.mark.campaign
@pytest.mark.parametrize(("tier", "sizes"), [("1k", OBSERVED_1K), ("2k", OBSERVED_2K)])
def test_every_picture_has_the_size_that_was_observed(
    tier: str, sizes: dict[str, tuple[int, int]], pictures: Pictures, decoded: Decoded
) -> None:
    def check(ratio: str, size: tuple[int, int]) -> None:
        [made] = pictures("fal.generate", {"aspect_ratio": ratio, "resolution": tier})
        assert decoded(made) == ("JPEG", size)

    hold(check, unnamed(sizes.items()))


@pytest.mark.campaign
def test_every_picture_of_a_listed_size_has_it(pictures: Pictures, decoded: Decoded) -> None:
    def check(size: str, ratio: str, tier: str) -> None:
        [made] = pictures("lumenfall.generate", {"aspect_ratio": ratio, "resolution": tier})
        assert decoded(made) == ("JPEG", tuple(map(int, size.split("x"))))

    hold(check, unnamed(NOMINAL))


URI = r"data:image/{};base64,[A-Za-z0-9+/]+=*"
RAW = r"[A-Za-z0-9+/]+=*"
CARRIERS = [
    ("cloudflare.generate", {"response_format": "b64_json"}, URI.format("jpeg"), "JPEG"),
    ("runware.task", {"outputType": "base64Data", "outputFormat": "PNG"}, RAW, "PNG"),
    ("runware.task", {"outputType": "dataURI"}, URI.format("jpeg"), "JPEG"),
    ("runware.task", {"outputType": "dataURI", "outputFormat": "WEBP"}, URI.format("webp"), "WEBP"),
    ("fal.generate", {"sync_mode": True, "output_format": "png"}, URI.format("png"), "PNG"),
    ("fal.edit", {"sync_mode": True}, URI.format("jpeg"), "JPEG"),
    ("lumenfall.generate", {"response_format": "b64_json", "output_format": "gif"}, RAW, "GIF"),
    ("lumenfall.generate", {"response_format": "b64_json", "output_format": "avif"}, RAW, "AVIF"),
    ("lumenfall.edit", {"response_format": "b64_json"}, RAW, "JPEG"),
    ("uniall.generate", {"response_format": "b64_json"}, RAW, "JPEG"),
    ("uniall.edit", {"response_format": "b64_json", "output_format": "png"}, RAW, "PNG"),
    ("xai.generate", {"response_format": "b64_json"}, RAW, "JPEG"),
    ("xai.edit", {"response_format": "b64_json"}, RAW, "JPEG"),
]


@pytest.mark.parametrize(("operation", "given", "form", "kind"), CARRIERS)
def test_a_picture_travels_as_it_was_asked_to(
    operation: str,
    given: dict[str, Any],
    form: str,
    kind: str,
    ask: Ask,
    fetch: Callable[[str], bytes],
    decoded: Decoded,
    references: References,
) -> None:
    [reference] = references(operation, ask(operation, given).json())

    assert re.fullmatch(form, reference)
    assert decoded(fetch(reference)) == (kind, (1024, 1024))


COUNTS = [
    ("fal.generate", {}, 1),
    ("fal.generate", {"num_images": 4}, 4),
    ("fal.edit", {"num_images": 3}, 3),
    ("lumenfall.generate", {"n": 3}, 3),
    ("lumenfall.edit", {"n": 12}, 12),
    ("uniall.generate", {}, 1),
    ("uniall.generate", {"n": 2}, 2),
    ("uniall.generate", {"num_images": 3}, 3),
    ("uniall.generate", {"n": 2, "num_images": 4}, 2),
    ("uniall.edit", {"num_images": 4}, 4),
    ("xai.generate", {"n": 10}, 10),
    ("xai.edit", {"n": 2}, 2),
    ("runware.task", {"numberResults": 20}, 20),
    ("cloudflare.generate", {"n": 10}, 1),
]


@pytest.mark.parametrize(("operation", "given", "count"), COUNTS)
def test_as_many_pictures_come_as_were_asked_for_each_at_an_address_of_its_own(
    operation: str, given: dict[str, Any], count: int, ask: Ask, references: References
) -> None:
    found = references(operation, ask(operation, given).json())

    assert len(found) == len(set(found)) == count


@pytest.mark.parametrize(
    ("operation", "given"),
    [
        ("fal.generate", {"num_images": 2}),
        ("lumenfall.generate", {"n": 2}),
        ("uniall.edit", {"n": 2}),
        ("xai.generate", {"n": 2, "response_format": "b64_json"}),
        ("runware.task", {"numberResults": 2, "outputType": "base64Data"}),
    ],
)
def test_the_pictures_of_one_answer_differ(
    operation: str, given: dict[str, Any], pictures: Pictures
) -> None:
    one, other = pictures(operation, given)

    assert one != other


def test_a_url_serves_the_same_picture_each_time(
    pictures: Pictures, ask: Ask, client: httpx.Client, references: References
) -> None:
    [reference] = references("fal.generate", ask("fal.generate").json())

    assert client.get(reference).content == client.get(reference).content


@pytest.mark.parametrize("kind", ["jpeg", "webp", "avif"])
def test_more_compression_quality_takes_more_bytes(kind: str, pictures: Pictures) -> None:
    sizes = [
        len(pictures("lumenfall.generate", {"output_format": kind, "output_compression": each})[0])
        for each in (5, 95)
    ]

    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize(
    "compression",
    [-5, 10**12, *(pytest.param(each, marks=pytest.mark.campaign) for each in (0, 101))],
)
def test_any_compression_makes_a_picture(
    compression: int, pictures: Pictures, decoded: Decoded
) -> None:
    [made] = pictures(
        "lumenfall.generate", {"output_format": "webp", "output_compression": compression}
    )

    assert decoded(made) == ("WEBP", (1024, 1024))


@pytest.mark.parametrize(("count", "inputs"), [(1, 0), (3, 2)])
def test_xai_counts_the_cost_in_ticks_of_which_a_dollar_has_ten_billion(
    count: int, inputs: int, ask: Ask
) -> None:
    images = [{"url": "https://example.com/a.png"}] * inputs

    body = ask("xai.edit", {"n": count, "images": images}, without=["image"]).json()

    assert body["usage"] == {"cost_in_usd_ticks": count * (200_000_000 + inputs * 20_000_000)}
    assert "created" not in body
    assert {each["mime_type"] for each in body["data"]} == {"image/jpeg"}
    assert {each["revised_prompt"] for each in body["data"]} == {""}


def test_a_reading_wraps_the_success_once_more(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, readings={"cloudflare.success-envelope": "v4"})))

    body = client.send(plain("cloudflare.generate")).json()

    assert body.keys() == {"result", "success", "errors", "messages"}
    assert body["result"].keys() == {"state", "result", "gatewayMetadata"}
    assert (body["success"], body["errors"], body["messages"]) == (True, [], [])


def test_a_reading_decides_how_base64_is_written(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    readings = {"cloudflare.base64-form": "raw", "xai.base64-prefix": "data-uri"}
    client = client_of(App(Settings(seed=1, readings=readings)))
    asked = {"response_format": "b64_json"}

    raw = client.send(plain("cloudflare.generate", asked)).json()["result"]["image"]
    prefixed = client.send(plain("xai.generate", asked)).json()["data"][0]["b64_json"]

    assert re.fullmatch(RAW, raw)
    assert re.fullmatch(URI.format("jpeg"), prefixed)


def test_a_reading_fails_a_run_for_more_than_one_image(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, readings={"cloudflare.n-above-one": "failed"})))

    answer = client.send(plain("cloudflare.generate", {"n": 2}))

    assert answer.status_code == 500
    assert [each["code"] for each in answer.json()["errors"]] == [2002]
    assert client.send(plain("cloudflare.generate", {"n": 1})).status_code == 200


def test_a_reading_leaves_the_revised_prompt_out(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, readings={"fal.revised-prompt": "absent"})))

    assert client.send(plain("fal.generate")).json().keys() == {"images"}
