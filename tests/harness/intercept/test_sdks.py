"""The vendors' SDKs, with nothing told but a key, in a test that intercepts."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.harness.pytest.handle import MockProviders


@pytest.fixture
def left_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """When the test is over, this process is as it was.

    Connections are closed, too: SDKs leave some of theirs open.
    """
    before, make = socket.getaddrinfo, httpx.Client.__init__
    used: list[httpx.Client] = []

    def noted(client: httpx.Client, *given: Any, **options: Any) -> None:
        make(client, *given, **options)
        used.append(client)

    monkeypatch.setattr(httpx.Client, "__init__", noted)
    yield
    assert socket.getaddrinfo is before
    for client in used:
        client.close()


def test_fal_client_submits_polls_and_uploads(
    left_alone: None, mock_providers: MockProviders
) -> None:
    import fal_client

    mocks = mock_providers(intercept=True, tasks="immediate")
    client = fal_client.SyncClient(key="mock-id:mock-secret")
    picture = client.upload(b"not yet", "image/png")
    made = client.subscribe("xai/grok-imagine-image", arguments={"prompt": "a heron"})

    assert picture.startswith("https://v3b.fal.media/files/")
    assert made["images"][0]["url"].startswith("https://v3b.fal.media/files/")
    mocks["fal"].assert_called("generate", 1)
    assert mocks.refused_hosts == {}


def test_the_sdk_of_runware_speaks_over_its_websocket(
    left_alone: None, mock_providers: MockProviders
) -> None:
    from runware import IImageInference, Runware  # type: ignore[import-untyped]

    mocks = mock_providers(intercept=True)

    async def made() -> str:
        client = Runware(api_key="mock-key")
        await client.connect()
        task = IImageInference(
            positivePrompt="a heron", model="xai:grok-imagine@image", width=1024, height=1024
        )
        [image] = await client.imageInference(task)
        await client.disconnect()
        return str(image.imageURL)

    assert asyncio.run(made()).startswith("https://im.runware.ai/image/")
    mocks["runware"].assert_called("task", 1)


@pytest.mark.campaign  # importing the SDK takes seconds
def test_the_sdk_of_cloudflare_finds_its_own_address(
    left_alone: None, mock_providers: MockProviders
) -> None:
    from cloudflare import Cloudflare

    mocks = mock_providers(intercept=True)
    with Cloudflare(api_token="mock-token") as client:
        made = client.post(
            "/accounts/0123456789abcdef0123456789abcdef/ai/run",
            body={"model": "xai/grok-imagine-image", "input": {"prompt": "a heron"}},
            cast_to=dict[str, object],
        )

    assert "https://examples.aig.cloudflare.com/xai/" in str(made)
    mocks["cloudflare"].assert_called("generate", 1)
