"""Interception in process: every library, however its client was made, and nothing afterwards."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import ssl
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any, Literal

import aiohttp
import httpx
import pytest
import requests
import urllib3
import websockets
from websockets.sync.client import connect

from imagine_harness.harness.pytest.handle import MockProviders
from imagine_harness.harness.pytest.mock_session import MockSession
from imagine_harness.mocks.errors import MockError

URL = "https://fal.run/xai/grok-imagine-image"
SOCKET = "wss://ws-api.runware.ai/v1"
BODY = {"prompt": "a heron"}
KEY = {"Authorization": "Key a:b"}
LOGIN = json.dumps([{"taskType": "authentication", "apiKey": "a"}])


@pytest.fixture(scope="module")
def early() -> Iterator[dict[str, Any]]:
    """Clients that were made before anything was intercepted."""
    with (
        httpx.Client(trust_env=False) as one,
        httpx.Client(trust_env=True) as other,
        urllib3.PoolManager() as pool,
    ):
        yield {"httpx": one, "httpx-trusting": other, "urllib3": pool}


@pytest.fixture
def mocks(mock_session: MockSession, early: dict[str, Any]) -> Iterator[MockProviders]:
    mock_session.begin()
    yield MockProviders(mock_session)(intercept=True)
    mock_session.end()


def by_httpx(_: Any) -> Any:
    return httpx.post(URL, json=BODY, headers=KEY).json()


def by_httpx_without_the_environment(_: Any) -> Any:
    return httpx.post(URL, json=BODY, headers=KEY, trust_env=False).json()


def by_httpx_from_before(early: Any) -> Any:
    return early["httpx"].post(URL, json=BODY, headers=KEY).json()


def by_httpx_from_before_with_the_environment(early: Any) -> Any:
    return early["httpx-trusting"].post(URL, json=BODY, headers=KEY).json()


def by_httpx_in_a_loop(_: Any) -> Any:
    async def made() -> Any:
        async with httpx.AsyncClient() as client:
            return (await client.post(URL, json=BODY, headers=KEY)).json()

    return asyncio.run(made())


def by_requests(_: Any) -> Any:
    with requests.Session() as session:
        return session.post(URL, json=BODY, headers=KEY).json()


def by_requests_without_the_environment(_: Any) -> Any:
    with requests.Session() as session:
        session.trust_env = False
        return session.post(URL, json=BODY, headers=KEY).json()


def by_urllib3(_: Any) -> Any:
    with urllib3.PoolManager() as pool:
        return pool.request("POST", URL, json=BODY, headers=KEY).json()


def by_urllib3_from_before(early: Any) -> Any:
    return early["urllib3"].request("POST", URL, json=BODY, headers=KEY).json()


def by_the_standard_library(_: Any) -> Any:
    headers = {**KEY, "Content-Type": "application/json"}
    asked = urllib.request.Request(URL, json.dumps(BODY).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return json.load(answer)


def by_aiohttp(_: Any, *, trust_env: bool = False) -> Any:
    async def made() -> Any:
        async with (
            aiohttp.ClientSession(trust_env=trust_env) as session,
            session.post(URL, json=BODY, headers=KEY) as answer,
        ):
            return await answer.json()

    return asyncio.run(made())


def by_aiohttp_with_the_environment(early: Any) -> Any:
    return by_aiohttp(early, trust_env=True)


WAYS: list[Callable[[Any], Any]] = [
    by_httpx,
    by_httpx_without_the_environment,
    by_httpx_from_before,
    by_httpx_from_before_with_the_environment,
    by_httpx_in_a_loop,
    by_requests,
    by_requests_without_the_environment,
    by_urllib3,
    by_urllib3_from_before,
    by_the_standard_library,
    by_aiohttp,
    by_aiohttp_with_the_environment,
]


@pytest.mark.parametrize("way", [pytest.param(each, id=each.__name__) for each in WAYS])
def test_a_client_reaches_the_mock_under_its_real_address(
    mocks: MockProviders, early: dict[str, Any], way: Callable[[Any], Any]
) -> None:
    made = way(early)

    assert made["images"][0]["url"].startswith("https://v3b.fal.media/files/")
    assert [entry.operation for entry in mocks["fal"].journal] == ["generate"]


@pytest.mark.parametrize("proxy", [True, None])
def test_a_websocket_reaches_the_mock(mocks: MockProviders, proxy: Literal[True] | None) -> None:
    async def answered() -> str | bytes:
        async with websockets.connect(SOCKET, proxy=proxy) as line:
            await line.send(LOGIN)
            return await line.recv()

    with connect(SOCKET, proxy=proxy) as line:
        line.send(LOGIN)
        assert "connectionSessionUUID" in str(line.recv(timeout=5))
    assert "connectionSessionUUID" in str(asyncio.run(answered()))


@pytest.mark.parametrize("trust_env", [True, False])
def test_any_other_host_is_refused_and_listed(mocks: MockProviders, trust_env: bool) -> None:
    with (
        httpx.Client(trust_env=trust_env) as client,
        pytest.raises(httpx.TransportError, match=r"--allow example\.com"),
    ):
        client.get("https://example.com/")

    assert mocks.refused_hosts == {"example.com": 1}


def test_a_host_can_be_allowed_for_one_test(mock_session: MockSession) -> None:
    mock_session.begin()
    try:
        mocks = MockProviders(mock_session)(intercept=True, allow="192.0.2.1")
        assert socket.getaddrinfo("192.0.2.1", 443)[0][4] == ("192.0.2.1", 443)
        mocks(intercept=True)
        with pytest.raises(socket.gaierror, match="refused"):
            socket.getaddrinfo("192.0.2.1", 443)
    finally:
        mock_session.end()


def test_a_host_on_record_cannot_be_allowed(mock_session: MockSession) -> None:
    mock_session.begin()
    with pytest.raises(MockError, match=r"fal\.run is on record"):
        MockProviders(mock_session)(intercept=True, allow="fal.run")

    assert "HTTPS_PROXY" not in os.environ
    assert mock_session.interception is None


@pytest.mark.parametrize(
    "host", [None, "localhost", "127.0.0.1", b"127.0.0.1", "0.0.0.0", socket.gethostname()]
)
def test_this_machine_is_reached_as_ever(mocks: MockProviders, host: Any) -> None:
    assert socket.getaddrinfo(host, 80)[0][4][1] == 80


@pytest.mark.parametrize("host", ["fal.run", "FAL.run", b"fal.run"])
def test_a_host_on_record_is_this_machine(mocks: MockProviders, host: Any) -> None:
    interception = mocks._session.interception
    assert interception is not None
    ports: list[tuple[int | str, int]] = [
        (443, interception.direct),
        (8443, interception.direct),
        (80, interception.door),
        ("http", interception.door),
    ]
    for port, there in ports:
        address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][4]
        assert address == ("127.0.0.1", there)


def test_nothing_is_left_of_it_after_the_test(
    mock_session: MockSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_PROXY", "mine")
    monkeypatch.setenv("WSS_PROXY", "mine")
    monkeypatch.delenv("HTTPS_PROXY", raising=False)
    before = (
        dict(os.environ),
        socket.getaddrinfo,
        ssl.SSLContext.wrap_socket,
        ssl.SSLContext.wrap_bio,
    )
    mock_session.begin()
    MockProviders(mock_session)(intercept=True)
    assert os.environ["NO_PROXY"] != "mine"
    assert "WSS_PROXY" not in os.environ
    assert socket.getaddrinfo is not before[1]

    mock_session.end()

    after = (
        dict(os.environ),
        socket.getaddrinfo,
        ssl.SSLContext.wrap_socket,
        ssl.SSLContext.wrap_bio,
    )
    assert after == before


def test_options_without_it_end_it(mocks: MockProviders) -> None:
    mocks(seed=2)

    assert mocks.refused_hosts == {}
    assert mocks._session.interception is None
    assert socket.getaddrinfo.__module__ == "socket"


def test_a_client_that_outlives_its_test_finds_the_mock_in_the_next(
    mock_session: MockSession,
) -> None:
    with httpx.Client() as trusting:
        for seed in (1, 2):
            mock_session.begin()
            mocks = MockProviders(mock_session)(intercept=True, seed=seed)
            if seed == 1:
                lasting = httpx.Client()
            assert lasting.post(URL, json=BODY, headers=KEY).status_code == 200
            assert len(mocks["fal"].journal) == 1
            mock_session.end()
        lasting.close()
        assert trusting.is_closed is False
