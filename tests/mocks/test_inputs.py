"""Input images: what a reference leads to, and what is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.laws import hold, unnamed

pytestmark = pytest.mark.usefixtures("lasting_app")

Ask = Callable[..., httpx.Response]
Check = Callable[..., None]
Make = Callable[..., bytes]
References = Callable[[str, Any], list[str]]
Body = Callable[[str], dict[str, Any]]
SizeOf = Callable[[str, httpx.Response], tuple[int, int]]


def data_uri(data: bytes, kind: str = "png") -> str:
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


EDITS: list[tuple[str, str, Body]] = [
    ("cloudflare.generate", "image", lambda uri: {"image": {"url": uri}, "aspect_ratio": "auto"}),
    (
        "cloudflare.generate",
        "images",
        lambda uri: {"images": [{"url": uri}], "aspect_ratio": "auto"},
    ),
    ("runware.task", "referenceImages", lambda uri: {"inputs": {"referenceImages": [uri]}}),
    ("fal.edit", "image_urls", lambda uri: {"image_urls": [uri]}),
    ("lumenfall.edit", "image", lambda uri: {"image": uri, "size": "auto"}),
    ("lumenfall.edit", "image", lambda uri: {"image": [uri], "aspect_ratio": "auto"}),
    ("uniall.edit", "image", lambda uri: {"image": uri, "aspect_ratio": "auto"}),
    ("uniall.edit", "image", lambda uri: {"image": uri}),
    ("xai.edit", "image", lambda uri: {"image": {"url": uri}, "aspect_ratio": "auto"}),
    ("xai.edit", "image", lambda uri: {"image": {"url": uri}}),
]


@pytest.mark.parametrize(
    ("given", "observed", "nominal"),
    [
        ((160, 90), (1408, 768), (1365, 768)),
        ((90, 200), (576, 1280), (687, 1526)),
        ((50, 50), (1024, 1024), (1024, 1024)),
        ((301, 200), (1296, 864), (1254, 836)),
    ],
)
def test_without_a_ratio_an_edit_follows_the_first_input_image(
    given: tuple[int, int],
    observed: tuple[int, int],
    nominal: tuple[int, int],
    ask: Ask,
    picture: Make,
    size_of: SizeOf,
) -> None:
    uri = data_uri(picture(*given))

    def check(operation: str, name: str, body: Body) -> None:
        size = size_of(operation, ask(operation, body(uri)))
        assert size == (nominal if operation == "lumenfall.edit" else observed)

    hold(check, unnamed(EDITS))


def test_the_first_of_several_input_images_decides(
    ask: Ask, picture: Make, size_of: SizeOf
) -> None:
    uris = [data_uri(picture(*size)) for size in ((90, 160), (160, 90), (50, 50))]

    assert size_of("fal.edit", ask("fal.edit", {"image_urls": uris})) == (768, 1408)


def test_a_ratio_that_is_asked_for_wins_over_the_input_image(
    ask: Ask, picture: Make, size_of: SizeOf
) -> None:
    given = {"image": {"url": data_uri(picture(160, 90))}, "aspect_ratio": "1:2"}

    assert size_of("xai.edit", ask("xai.edit", given)) == (704, 1408)


@pytest.mark.parametrize(("operation", "name", "body"), EDITS)
def test_a_foreign_address_is_not_fetched_and_counts_as_given(
    operation: str, name: str, body: Body, ask: Ask, size_of: SizeOf
) -> None:
    answer = ask(operation, body("https://unreachable.invalid/picture.png?a=b#c"))

    assert size_of(operation, answer) == (1024, 1024)


@pytest.mark.parametrize(("operation", "name", "body"), EDITS)
def test_the_url_of_an_earlier_result_stands_for_that_picture(
    operation: str, name: str, body: Body, ask: Ask, size_of: SizeOf
) -> None:
    earlier = ask("fal.generate", {"aspect_ratio": "2:1"}).json()["images"][0]["url"]

    size = size_of(operation, ask(operation, body(earlier)))

    assert size in ((1408, 704), (1448, 724))


def test_the_uuid_of_an_earlier_result_stands_for_that_picture(ask: Ask, size_of: SizeOf) -> None:
    asked = {"width": 1248, "height": 576}
    [earlier] = ask("runware.task", asked, without=["resolution"]).json()["data"]

    answer = ask(
        "runware.task",
        {"inputs": {"referenceImages": [earlier["imageUUID"]]}},
        without=["resolution"],
    )

    assert size_of("runware.task", answer) == (1248, 576)


def test_a_uuid_that_nobody_knows_counts_as_given(ask: Ask, size_of: SizeOf) -> None:
    unknown = {"inputs": {"referenceImages": ["39571168-687a-4aec-a253-df7be20bd0d4"]}}

    assert size_of("runware.task", ask("runware.task", unknown)) == (1024, 1024)


def test_bare_base64_is_a_reference_at_runware(ask: Ask, picture: Make, size_of: SizeOf) -> None:
    given = {"inputs": {"referenceImages": [base64.b64encode(picture(90, 160)).decode()]}}

    assert size_of("runware.task", ask("runware.task", given)) == (768, 1408)


BROKEN = {
    "text": b"this is no picture",
    "nothing": b"",
    "a PNG cut short": b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\1\0\0\0\1\x08\0\0\0\0:~\x9bU\0\0",
    "a header alone": b"\xff\xd8\xff\xe0",
}


def assert_refused_everywhere(uri: str, ask: Ask, assert_refused: Check) -> None:
    def check(operation: str, name: str, body: Body) -> None:
        answer = ask(operation, body(uri))

        assert_refused(answer, operation.partition(".")[0], 422 if operation == "fal.edit" else 400)
        assert name in answer.text

    hold(check, unnamed(EDITS))


@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_broken_image_data_is_refused_by_name(data: bytes, ask: Ask, assert_refused: Check) -> None:
    assert_refused_everywhere(data_uri(data), ask, assert_refused)


def test_a_truncated_picture_is_refused_by_name(
    ask: Ask, picture: Make, assert_refused: Check
) -> None:
    whole = picture(300, 200, "JPEG")

    assert_refused_everywhere(data_uri(whole[: len(whole) // 2], "jpeg"), ask, assert_refused)


@pytest.mark.parametrize("operation", ["lumenfall.edit", "uniall.edit"])
@pytest.mark.parametrize("data", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_file_is_refused_by_name(
    operation: str,
    data: bytes,
    client: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Check,
) -> None:
    request = plain(operation)

    answer = client.post(
        request.url,
        headers={"Authorization": request.headers["Authorization"]},
        data={"model": "grok-imagine-image", "prompt": "x"},
        files={"image": ("a.png", data, "image/png")},
    )

    assert_refused(answer, operation.partition(".")[0], 400)
    assert answer.json()["error"]["param"] == "image"


BAD_REFERENCES = [
    "http://[",
    "https://[::1",
    "http://a\u2100b/",
    "https://%%%",
    "HTTPS://A:99999999/",
]


@pytest.mark.parametrize("reference", BAD_REFERENCES)
def test_an_address_that_nobody_can_take_apart_breaks_nothing(
    reference: str, ask: Ask, assert_refused: Check
) -> None:
    def check(operation: str, name: str, body: Body) -> None:
        answer = ask(operation, body(reference))

        if answer.status_code != 200:
            assert_refused(answer, operation.partition(".")[0])

    hold(check, unnamed(EDITS))


INPUT_FORMATS = [
    ("lumenfall.edit", {"PNG": 200, "JPEG": 200, "WEBP": 200, "GIF": 400, "BMP": 400, "TIFF": 400}),
    ("xai.edit", {"PNG": 200, "JPEG": 200, "WEBP": 200, "GIF": 400, "BMP": 400, "AVIF": 400}),
    ("fal.edit", {"PNG": 200, "JPEG": 200, "WEBP": 200, "GIF": 200}),
    ("uniall.edit", {"PNG": 200, "JPEG": 200, "WEBP": 200, "GIF": 200}),
    ("cloudflare.generate", {"PNG": 200, "JPEG": 200, "WEBP": 200, "GIF": 200}),
    ("runware.task", {"PNG": 200, "JPEG": 200, "WEBP": 200}),
]


@pytest.mark.parametrize(
    ("operation", "kind", "status"),
    [(each, kind, status) for each, kinds in INPUT_FORMATS for kind, status in kinds.items()],
)
def test_an_input_image_has_one_of_the_listed_formats(
    operation: str,
    kind: str,
    status: int,
    ask: Ask,
    picture: Make,
    assert_refused: Check,
) -> None:
    body = next(body for each, _, body in EDITS if each == operation)

    answer = ask(operation, body(data_uri(picture(kind=kind), kind.lower())))

    if status == 200:
        assert answer.status_code == 200, answer.text
    else:
        assert_refused(answer, operation.partition(".")[0], status)
        assert kind.lower() in answer.text


def test_a_result_of_a_format_that_is_not_taken_is_refused_as_an_input_too(
    ask: Ask, assert_refused: Check
) -> None:
    earlier = ask("lumenfall.generate", {"output_format": "gif"}).json()["data"][0]["url"]

    assert_refused(ask("lumenfall.edit", {"image": earlier}), "lumenfall", 400)
