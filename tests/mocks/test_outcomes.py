"""Accepted requests keep their promise: that many pictures, of that size, format and carrier."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mocks.app import App, Settings
from tests.mocks.tables import failing

Ask = Callable[..., httpx.Response]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]
References = Callable[[str, Any], list[str]]
SizeOf = Callable[[str, httpx.Response], tuple[int, int]]
ClientOf = Callable[[App], httpx.Client]
Pictures = Callable[..., list[bytes]]


@pytest.fixture
def app(lasting_app: App) -> App:
    """The same for all of these, to which nothing has happened yet."""
    lasting_app.reset()
    return lasting_app


# What was observed of xAI, which stands wherever a page gives a ratio and no pixels.
OBSERVED_1K = {
    "1:1": (1024, 1024),
    "3:4": (896, 1280),
    "4:3": (1280, 896),
    "9:16": (768, 1408),
    "16:9": (1408, 768),
    "2:3": (864, 1296),
    "3:2": (1296, 864),
    "9:19.5": (576, 1248),
    "19.5:9": (1248, 576),
    "9:20": (576, 1280),
    "20:9": (1280, 576),
    "1:2": (704, 1408),
    "2:1": (1408, 704),
}
OBSERVED_2K = {
    "1:1": (2048, 2048),
    "3:4": (1712, 2432),
    "4:3": (2432, 1712),
    "9:16": (1504, 2768),
    "16:9": (2768, 1504),
    "2:3": (1664, 2496),
    "3:2": (2496, 1664),
    "9:19.5": (1152, 2496),
    "19.5:9": (2496, 1152),
    "9:20": (1152, 2560),
    "20:9": (2560, 1152),
    "1:2": (1408, 2816),
    "2:1": (2816, 1408),
}
# From Lumenfall's page: both tables, as they stand.
NOMINAL = [
    ("1508x696", "19.5:9", "1K"),
    ("1183x887", "4:3", "1K"),
    ("1527x687", "20:9", "1K"),
    ("696x1507", "9:19.5", "1K"),
    ("1024x1024", "1:1", "1K"),
    ("887x1182", "3:4", "1K"),
    ("687x1526", "9:20", "1K"),
    ("724x1448", "1:2", "1K"),
    ("1448x724", "2:1", "1K"),
    ("836x1254", "2:3", "1K"),
    ("1254x836", "3:2", "1K"),
    ("768x1365", "9:16", "1K"),
    ("1365x768", "16:9", "1K"),
    ("1392x3015", "9:19.5", "2K"),
    ("1774x2365", "3:4", "2K"),
    ("2365x1774", "4:3", "2K"),
    ("1374x3053", "9:20", "2K"),
    ("3053x1374", "20:9", "2K"),
    ("1536x2731", "9:16", "2K"),
    ("2731x1536", "16:9", "2K"),
    ("2048x2048", "1:1", "2K"),
    ("1448x2896", "1:2", "2K"),
    ("2896x1448", "2:1", "2K"),
    ("1672x2508", "2:3", "2K"),
    ("2508x1672", "3:2", "2K"),
    ("3014x1391", "19.5:9", "2K"),
]
TYPES = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp", "GIF": "image/gif"}
EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif", "AVIF": "avif"}


@pytest.mark.parametrize(("tier", "sizes"), [("1k", OBSERVED_1K), ("2k", OBSERVED_2K)])
def test_a_ratio_and_a_tier_give_the_size_that_was_observed(
    tier: str, sizes: dict[str, tuple[int, int]], ask: Ask, size_of: SizeOf
) -> None:
    def check(ratio: str, size: tuple[int, int]) -> None:
        answer = ask("fal.generate", {"aspect_ratio": ratio, "resolution": tier})
        assert size_of("fal.generate", answer) == size

    assert failing(check, sizes.items()) == []


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

    assert failing(check, OBSERVED_1K.values()) == []


def test_both_ways_to_name_a_listed_size_give_its_pixels(ask: Ask, size_of: SizeOf) -> None:
    def check(size: str, ratio: str, tier: str) -> None:
        by_pixels = ask("lumenfall.generate", {"size": size})
        by_ratio = ask("lumenfall.generate", {"aspect_ratio": ratio, "resolution": tier})

        listed = tuple(map(int, size.split("x")))
        assert size_of("lumenfall.generate", by_pixels) == listed
        assert size_of("lumenfall.generate", by_ratio) == listed

    assert failing(check, NOMINAL) == []


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

    assert failing(check, NEAREST) == []


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

    assert failing(check, sizes.items()) == []


@pytest.mark.campaign
def test_every_picture_of_a_listed_size_has_it(pictures: Pictures, decoded: Decoded) -> None:
    def check(size: str, ratio: str, tier: str) -> None:
        [made] = pictures("lumenfall.generate", {"aspect_ratio": ratio, "resolution": tier})
        assert decoded(made) == ("JPEG", tuple(map(int, size.split("x"))))

    assert failing(check, NOMINAL) == []


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


@pytest.mark.parametrize("compression", [-5, 0, 101, 10**12])
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
