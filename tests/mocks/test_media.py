"""What the addresses in answers lead to, and for how long."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from mocks.app import App, Settings
from mocks.images.picture import Weight
from mocks.media import Medium

Ask = Callable[..., httpx.Response]
References = Callable[[str, Any], list[str]]


def test_a_url_lives_as_long_as_its_ttl(
    ask: Ask, app: App, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    app.shared.clock.hold()
    [element] = ask("runware.task", {"ttl": 60}).json()["data"]

    app.shared.clock.advance(59)
    assert client.get(element["imageURL"]).status_code == 200
    app.shared.clock.advance(1)
    assert_refused(client.get(element["imageURL"]), "runware", 404)


def test_a_url_without_a_ttl_outlives_a_day(ask: Ask, app: App, client: httpx.Client) -> None:
    [element] = ask("runware.task").json()["data"]

    app.shared.clock.advance(86_400)
    assert client.get(element["imageURL"]).status_code == 200


MEDIA = [
    ("cloudflare", "/cloudflare/images/xai/none.jpg"),
    ("runware", "/runware/im/image/os/a/ws/2/ii/none.jpg"),
    ("fal", "/fal/cdn/files/b/a/none.jpg"),
    ("lumenfall", "/lumenfall/media/none.jpg"),
    ("uniall", "/uniall/media/none.jpg"),
    ("xai", "/xai/imgen/xai-imgen/none.jpg"),
]


@pytest.mark.parametrize(("provider", "path"), MEDIA)
def test_an_unknown_picture_is_missed_in_the_providers_words(
    provider: str, path: str, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    assert_refused(client.get(path), provider, 404)


@pytest.mark.parametrize(
    "operation",
    [
        "cloudflare.generate",
        "runware.task",
        "fal.generate",
        "lumenfall.edit",
        "uniall.edit",
        "xai.edit",
    ],
)
def test_a_picture_needs_no_credential_and_says_its_length_to_head(
    operation: str, ask: Ask, client: httpx.Client, references: References
) -> None:
    [reference] = references(operation, ask(operation).json())

    got, head = client.get(reference), client.head(reference)

    assert (got.status_code, head.status_code) == (200, 200)
    assert head.content == b""
    assert head.headers == got.headers


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_a_picture_can_only_be_fetched(
    method: str,
    ask: Ask,
    client: httpx.Client,
    assert_refused: Callable[..., None],
    references: References,
) -> None:
    [reference] = references("fal.generate", ask("fal.generate").json())

    assert_refused(client.request(method, reference), "fal", 405)
    assert client.get(reference).status_code == 200


def test_the_oldest_make_room_for_many_bytes_from_outside(app: App) -> None:
    data = bytes(100_000_000)
    media = app.shared.media
    for name in "abcdef":
        media.add(name, Medium("", None, 1, 1, "image/png", data=data))

    assert [name for name in "abcdef" if media.get(name) is None] == ["a"]
    media.take("b")
    media.add("c", Medium("", None, 1, 1, "image/png", data=data))
    media.add("g", Medium("", None, 1, 1, "image/png", data=data))

    assert [name for name in "abcdefg" if media.get(name)] == ["c", "d", "e", "f", "g"]


def test_a_file_larger_than_all_the_room_is_kept_alone(app: App) -> None:
    data = bytes(300_000_000)
    media = app.shared.media
    for name in "ab":
        media.add(name, Medium("", None, 1, 1, "image/png", data=data))

    assert [name for name in "ab" if media.get(name)] == ["b"]


CARRIERS: list[tuple[str, dict[str, Any]]] = [
    ("fal.generate", {"output_format": "png"}),
    ("fal.generate", {"output_format": "png", "sync_mode": True}),
    ("lumenfall.generate", {"output_format": "png", "response_format": "b64_json"}),
    ("runware.task", {"outputFormat": "PNG", "outputType": "dataURI"}),
    ("runware.task", {"outputFormat": "PNG", "outputType": "base64Data"}),
]


@pytest.mark.parametrize(("operation", "asked"), CARRIERS)
def test_a_heavy_picture_comes_in_every_carrier_with_the_same_bytes_for_the_same_seed(
    operation: str,
    asked: dict[str, Any],
    plain: Callable[..., httpx.Request],
    client_of: Callable[[App], httpx.Client],
    references: References,
) -> None:
    came = []
    for _ in range(2):
        client = client_of(App(Settings(seed=3, pictures=Weight.HEAVY)))
        answer = client.send(plain(operation, asked))
        [reference] = references(operation, answer.json())
        is_address = reference.startswith("http")
        came.append(
            client.get(reference).content
            if is_address
            else base64.b64decode(reference.rpartition(",")[2])
        )

    assert came[0] == came[1]
    assert 1_000_000 <= len(came[0]) <= 2_500_000
