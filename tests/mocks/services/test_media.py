"""What the addresses in answers lead to, and for how long."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.images.draw import render
from imagine_harness.mocks.images.picture import Picture, Weight
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.media import MediaStore, Medium

Ask = Callable[..., httpx.Response]
References = Callable[[str, Any], list[str]]


def test_a_url_lives_as_long_as_its_ttl(
    ask: Ask, app: App, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    app.services.clock.hold()
    [element] = ask("runware.task", {"ttl": 60}).json()["data"]

    app.services.clock.advance(59)
    assert client.get(element["imageURL"]).status_code == 200
    app.services.clock.advance(1)
    assert_refused(client.get(element["imageURL"]), "runware", 404)


def test_a_url_without_a_ttl_outlives_a_day(ask: Ask, app: App, client: httpx.Client) -> None:
    [element] = ask("runware.task").json()["data"]

    app.services.clock.advance(86_400)
    assert client.get(element["imageURL"]).status_code == 200


LIFETIMES = [
    ("lumenfall", "hour", 3_600),
    ("lumenfall", "week", 7 * 86_400),
    ("lumenfall", "month", 30 * 86_400),
    ("xai", "day", 86_400),
    ("xai", "hour", 3_600),
    ("fal", "week", 7 * 86_400),
]


@pytest.mark.parametrize(("provider", "choice", "seconds"), LIFETIMES)
def test_an_address_is_good_for_as_long_as_the_provider_says(
    provider: str,
    choice: str,
    seconds: int,
    client_of: Callable[[App], httpx.Client],
    plain: Callable[..., httpx.Request],
    references: References,
) -> None:
    app = App(Settings(seed=1, readings={f"{provider}.media-lifetime": choice}))
    client, operation = client_of(app), f"{provider}.generate"
    app.services.clock.hold()
    [url] = references(operation, client.send(plain(operation)).json())

    app.services.clock.advance(seconds - 1)
    assert client.get(url).status_code == 200
    app.services.clock.advance(1)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(("provider", "seconds"), [("lumenfall", 3_600), ("xai", 86_400)])
def test_addresses_that_are_said_to_be_temporary_are_so_by_default(
    provider: str,
    seconds: int,
    app: App,
    ask: Ask,
    client: httpx.Client,
    references: References,
) -> None:
    app.services.clock.hold()
    operation = f"{provider}.generate"
    [url] = references(operation, ask(operation).json())

    app.services.clock.advance(seconds)
    assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    "operation", ["cloudflare.generate", "runware.task", "fal.generate", "uniall.generate"]
)
def test_others_are_good_for_ever(
    operation: str, app: App, ask: Ask, client: httpx.Client, references: References
) -> None:
    app.services.clock.hold()
    [url] = references(operation, ask(operation).json())

    app.services.clock.advance(366 * 86_400)
    assert client.get(url).status_code == 200


def test_what_a_call_asks_for_comes_before_what_the_provider_says(
    client_of: Callable[[App], httpx.Client], plain: Callable[..., httpx.Request]
) -> None:
    app = App(Settings(seed=1, readings={"fal.media-lifetime": "week"}))
    client = client_of(app)
    app.services.clock.hold()
    urls = []
    for seconds in (60, 10**12):
        wish = {"X-Fal-Object-Lifecycle-Preference": f'{{"expiration_duration_seconds":{seconds}}}'}
        urls.append(client.send(plain("fal.generate", headers=wish)).json()["images"][0]["url"])

    app.services.clock.advance(60)
    assert [client.get(url).status_code for url in urls] == [404, 200]
    app.services.clock.advance(366 * 86_400)
    assert client.get(urls[1]).status_code == 200


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


def uploaded(length: int) -> Medium:
    return Medium("", None, 1, 1, "image/png", data=bytes(length))


@pytest.fixture
def media() -> MediaStore:
    """Room for five media of 100 kB."""
    return MediaStore(Clock(), memory=Memory(2_500_000))


def test_the_oldest_make_room_for_many_bytes_from_outside(media: MediaStore) -> None:
    for name in "abcdef":
        media.add(name, uploaded(100_000))

    assert [name for name in "abcdef" if media.get(name) is None] == ["a"]
    media.take("b")
    media.add("c", uploaded(100_000))
    media.add("g", uploaded(100_000))

    assert [name for name in "abcdefg" if media.get(name)] == ["c", "d", "e", "f", "g"]


def test_a_file_larger_than_all_the_room_is_kept_alone(media: MediaStore) -> None:
    for name in "ab":
        media.add(name, uploaded(700_000))

    assert [name for name in "ab" if media.get(name)] == ["b"]


def test_what_has_expired_is_known_to_have_been_there_without_its_bytes() -> None:
    clock, memory = Clock(), Memory()
    clock.hold()
    media = MediaStore(clock, memory=memory)
    media.add("a", Medium("mine", clock.now() + 60, 1, 1, "image/png", data=bytes(300_000)))
    clock.advance(60)

    assert (media.get("a"), media.gone("a"), media.gone("b")) == (None, "mine", None)
    assert memory.as_json()["kinds"]["media"]["bytes"] < 10_000
    media.reset("mine")
    assert media.gone("a") is None


def test_once_some_made_room_any_may_have_been_there() -> None:
    media = MediaStore(Clock(), memory=Memory(10_000_000))
    for name in "ab":
        media.add(name, Medium("mine", None, 1, 1, "image/png", data=bytes(5_000_000)))

    assert (media.get("a"), media.gone("a"), media.gone("c")) == (None, "", "")


CARRIERS: list[tuple[str, dict[str, Any]]] = [
    ("fal.generate", {"output_format": "png"}),
    ("fal.generate", {"output_format": "png", "sync_mode": True}),
    ("lumenfall.generate", {"output_format": "png", "response_format": "b64_json"}),
    ("runware.task", {"outputFormat": "PNG", "outputType": "dataURI"}),
    ("runware.task", {"outputFormat": "PNG", "outputType": "base64Data"}),
]


def test_a_heavy_picture_comes_in_every_carrier_with_the_same_bytes_for_the_same_seed(
    plain: Callable[..., httpx.Request],
    client_of: Callable[[App], httpx.Client],
    references: References,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("imagine_harness.mocks.services.media.render", lru_cache(1)(render))
    came: dict[str, set[bytes]] = {}
    for operation, asked in CARRIERS:
        client = client_of(App(Settings(seed=3, pictures=Weight.HEAVY)))
        answer = client.send(plain(operation, asked))
        [reference] = references(operation, answer.json())
        is_address = reference.startswith("http")
        came.setdefault(operation, set()).add(
            client.get(reference).content
            if is_address
            else base64.b64decode(reference.rpartition(",")[2])
        )

    assert {operation: len(several) for operation, several in came.items()} == {
        "fal.generate": 1,
        "lumenfall.generate": 1,
        "runware.task": 1,
    }
    assert all(1_000_000 <= len(each) <= 2_500_000 for (each,) in came.values())


def test_prompts_and_test_ids_count_as_well(media: MediaStore) -> None:
    long = "x" * 100_000
    for name in "abc":
        picture = Picture("acme", "sketch-1", long, 16, 16, 1, "png")
        media.add(name, Medium(long, None, 16, 16, "image/png", picture))

    assert [name for name in "abc" if media.get(name)] == ["b", "c"]
