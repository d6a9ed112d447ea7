"""The same seed gives the same run; another one, another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx

from mocks.app import App, Settings

UUID = "00000000-0000-4000-9000-000000000001"
ClientOf = Callable[[App], httpx.Client]


def run(client: httpx.Client, plain: Callable[..., httpx.Request]) -> list[Any]:
    asked = [
        plain("fal.generate", {"num_images": 3}),
        plain("runware.task", {"numberResults": 2, "taskUUID": UUID}),
        plain("xai.generate", {"n": 2}),
        plain("cloudflare.generate"),
        plain("uniall.task"),
        plain("fal.generate", {"sync_mode": True}),
        plain("fal.generate", {"num_images": 9}),
    ]
    return [client.send(each) for each in asked]


def told(answers: list[httpx.Response]) -> list[Any]:
    return [
        (each.status_code, each.headers.get("x-fal-request-id"), each.json()) for each in answers
    ]


def test_the_same_seed_gives_the_same_run(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    one, other, third = (
        told(run(client_of(App(Settings(seed=seed))), plain)) for seed in (5, 5, 6)
    )

    assert one == other
    assert one != third


def test_the_same_seed_gives_the_same_bytes(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    clients = [client_of(App(Settings(seed=5))) for _ in range(2)]
    urls = [each.send(plain("fal.generate")).json()["images"][0]["url"] for each in clients]

    one, other = (each.get(url).content for each, url in zip(clients, urls, strict=True))

    assert one == other


def test_a_reset_begins_the_run_anew(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    app = App(Settings(seed=5))
    client = client_of(app)

    one = told(run(client, plain))
    app.reset()
    other = told(run(client, plain))

    assert one == other


def test_runs_without_a_seed_differ(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    apps = [App(), App()]

    one, other = (told(run(client_of(each), plain)) for each in apps)

    assert one != other
    assert apps[0].seed != apps[1].seed
