"""Mocks behind a container, a proxy or an ingress: where answers lead, and what still is let in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest
from starlette.types import Scope

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.network.public import public
from tests.mocks.callers import Speaker, turns

ClientOf = Callable[[App], httpx.Client]
Plain = Callable[..., httpx.Request]
References = Callable[[str, Any], list[str]]

URL = "https://mocks.example.com/imagine"

GOOD = [
    ("https://example.com", "https://example.com", "example.com", ""),
    ("https://example.com/", "https://example.com", "example.com", ""),
    ("https://Example.com:443/mocks/", "https://example.com", "example.com", "/mocks"),
    ("http://mocks:4010/a/b-c", "http://mocks:4010", "mocks", "/a/b-c"),
    ("http://127.0.0.1:80", "http://127.0.0.1", "127.0.0.1", ""),
    ("http://[::1]:4010", "http://[::1]:4010", "[::1]", ""),
]


@pytest.mark.parametrize(("given", "origin", "host", "prefix"), GOOD)
def test_an_address_is_read(given: str, origin: str, host: str, prefix: str) -> None:
    found = public(given, ["fal"])

    assert (found.origin, found.host, found.prefix) == (origin, host, prefix)
    assert found.url == origin + prefix


BAD = [
    "",
    "mocks:4010",
    "example.com/mocks",
    "ftp://example.com",
    "https://",
    "https://exa mple.com",
    "https://example.com:0",
    "https://example.com:99999",
    "https://example.com:port",
    "https://example.com/?a=b",
    "https://example.com?",
    "https://example.com/#top",
    "https://example.com/a b",
    "https://example.com/%41",
    "https://example.com/a//b",
    "https://[::1",
]


@pytest.mark.parametrize("given", BAD)
def test_what_is_no_address_is_refused_in_one_line(given: str) -> None:
    with pytest.raises(MockError, match=r"public-url expects an address .*, got ") as caught:
        App(Settings(public_url=given))

    assert "\n" not in str(caught.value)


def test_a_refusal_shows_no_secret() -> None:
    with pytest.raises(MockError) as caught:
        public("https://user:topsecret@example.com/?key=topsecret", [])

    assert "topsecret" not in str(caught.value)


@pytest.mark.parametrize("path", ["/fal", "/xai/v1", "/__admin"])
def test_a_prefix_that_is_served_here_is_refused(path: str) -> None:
    with pytest.raises(MockError, match="must not begin with"):
        App(Settings(public_url=f"https://example.com{path}"))


OPERATIONS = ["cloudflare.generate", "runware.task", "fal.generate", "lumenfall.edit", "xai.edit"]


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, public_url=URL))


@pytest.fixture
def behind(app: App, client_of: ClientOf) -> httpx.Client:
    app.reset()
    return client_of(app)


@pytest.mark.parametrize("prefix", ["", "/imagine"])
@pytest.mark.parametrize("operation", OPERATIONS)
def test_addresses_in_answers_lead_where_clients_come_from_and_back(
    operation: str, prefix: str, behind: httpx.Client, plain: Plain, references: References
) -> None:
    request = plain(operation)
    request.url = request.url.copy_with(path=prefix + request.url.path)
    answer = behind.send(request)
    urls = references(operation, answer.json())
    provider = operation.partition(".")[0]

    assert answer.status_code == 200
    assert urls
    for url in urls:
        assert url.startswith(f"{URL}/{provider}/")
        path = httpx.URL(url).path
        for way in (path, path.removeprefix("/imagine")):
            assert behind.get(way).content[:3] in (b"\xff\xd8\xff", b"\x89PN", b"RIF")


@pytest.mark.parametrize("prefix", ["", "/imagine"])
def test_a_queue_is_followed_by_its_own_addresses(prefix: str, behind: httpx.Client) -> None:
    headers = {"Authorization": "Key a:b"}
    queue = f"{prefix}/fal/queue/xai/grok-imagine-image"
    told = behind.post(queue, json={"prompt": "x"}, headers=headers).json()

    for name in ("status_url", "response_url", "cancel_url"):
        assert told[name].startswith(f"{URL}/fal/queue/xai/grok-imagine-image/requests/")
    assert behind.get(httpx.URL(told["status_url"]).path, headers=headers).status_code == 202


def test_frames_lead_there_too(app: App, runner: asyncio.Runner) -> None:
    speaker = Speaker("/imagine/runware/v1", [{"taskType": "authentication", "apiKey": "k"}])
    task = {
        "taskType": "imageInference",
        "taskUUID": "00000000-0000-4000-8000-000000000001",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a lighthouse",
        "resolution": "1K",
    }
    speaker.say([task])

    async def main() -> None:
        speaker.connect(app)
        while len(speaker.sent) < 3:
            await turns()
        await speaker.leave()

    runner.run(main())
    answer = json.loads(speaker.sent[-1]["text"])

    assert answer["data"][0]["imageURL"].startswith(f"{URL}/runware/")


PATHS: list[tuple[str, str]] = [
    ("/imagine/fal/x", "/fal/x"),
    ("/imagine/__admin/health", "/__admin/health"),
    ("/imagine", "/"),
    ("/imagine/", "/"),
    ("/fal/imagine/x", "/fal/imagine/x"),
    ("/imaginefal/x", "/imaginefal/x"),
    ("/imagine/nobody", "/imagine/nobody"),
    ("/imagine/v1/images", "/imagine/v1/images"),
]


@pytest.mark.parametrize(("came", "meant"), PATHS)
def test_the_prefix_is_taken_away_where_it_leads_here(came: str, meant: str) -> None:
    scope: Scope = {"type": "http", "path": came}

    assert public(URL, ["fal"]).inside(scope)["path"] == meant


def test_a_real_host_may_have_paths_like_the_prefix(client_of: ClientOf) -> None:
    """A provider's own path begins with it, and the rest with no provider's name."""
    client = client_of(App(Settings(seed=1, public_url="https://example.com/v1")))
    body = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
    headers = {"Host": "api.x.ai", "Authorization": "Bearer xai-a"}

    assert client.post("/v1/images/generations", json=body, headers=headers).status_code == 200


def test_a_gateway_reaches_the_mocks_of_its_own_server(client_of: ClientOf, plain: Plain) -> None:
    settings = Settings(seed=1, public_url=URL, route={"fal": "here", "xai": "here"})
    answer = client_of(App(settings)).send(plain("lumenfall.generate"))

    assert answer.status_code == 200
    assert answer.json()["data"][0]["url"].startswith(f"{URL}/lumenfall/")


# Who is let in to the controls


def health(url: str, headers: Mapping[str, str], token: str | None = None) -> int:
    """The status of a control that is asked as whatever stands in between would ask it."""
    app = App(Settings(seed=1, providers=("fal",), public_url=url, admin_token=token))

    async def sent() -> int:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            own = {"Authorization": f"Bearer {app.guard.token}"} if token is None else {}
            answer = await client.get("/__admin/health", headers={**own, **headers})
            return answer.status_code

    return asyncio.run(sent())


def test_a_public_address_needs_a_token_even_from_this_machine() -> None:
    assert health(URL, {"Host": "mocks.example.com", "Authorization": "Bearer wrong"}) == 401
    assert health(URL, {"Host": "mocks.example.com"}) == 200


def test_a_public_address_of_this_machine_needs_none() -> None:
    local = "http://localhost:8080/mocks"

    assert health(local, {"Host": "localhost:8080", "Authorization": ""}) == 200
    assert health(local, {"Host": "evil.example", "Authorization": ""}) == 403


@pytest.mark.parametrize(
    ("origin", "status"),
    [("https://mocks.example.com", 200), ("https://evil.example", 403)],
)
@pytest.mark.parametrize("host", ["mocks.example.com", "127.0.0.1:4010"])
def test_our_own_page_is_let_in_whatever_host_is_handed_on(
    host: str, origin: str, status: int
) -> None:
    assert health(URL, {"Host": host, "Origin": origin}) == status


@pytest.mark.parametrize("prefix", ["", "/imagine"])
def test_nothing_is_sent_to_ones_own_public_controls(prefix: str, client_of: ClientOf) -> None:
    app = App(Settings(seed=1, public_url="http://localhost/imagine"))
    client = client_of(app)
    hook = f"http://localhost{prefix}/__admin/shutdown"
    client.post(
        f"/fal/queue/xai/grok-imagine-image?fal_webhook={hook}",
        json={"prompt": "x"},
        headers={"Authorization": "Key a:b"},
    )
    app.services.clock.advance(60)
    client.get("/__admin/health")

    [delivery] = app.services.deliveries.all()
    assert (str(delivery.state), len(delivery.attempts)) == ("refused", 1)
    assert "controls" in (delivery.attempts[0].error or "")
