"""What the README says of pages in a browser, and of clients that ask for more than usual."""

from __future__ import annotations

import gzip
import socket
from collections.abc import Iterator

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import server, serving
from tests.readme import MOCKS

PATH = "/fal/xai/grok-imagine-image"
ASKS = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
KEY = {"Authorization": "Key a:b", "Content-Type": "application/json"}
BODY = b'{"prompt": "x"}'


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1))


@pytest.fixture(scope="module")
def http(app: App) -> Iterator[httpx.Client]:
    with serving(app) as address, httpx.Client(base_url=address, trust_env=False) as made:
        yield made


def test_a_page_may_call_unless_a_reading_says_otherwise(http: httpx.Client, app: App) -> None:
    asked = http.request("OPTIONS", PATH, headers=ASKS)
    answer = http.post(PATH, headers={**KEY, **ASKS}, content=BODY)

    assert [each.status_code for each in (asked, answer)] == [200, 200]
    assert {each.headers["access-control-allow-origin"] for each in (asked, answer)} == {"*"}
    for name in ("xai.browser-pages", "uniall.request-encoding"):
        assert name in MOCKS.text
        assert "refused" in app.readings[name].choices


def test_a_body_may_be_encoded(http: httpx.Client) -> None:
    headers = {**KEY, "Content-Encoding": "gzip"}

    assert http.post(PATH, headers=headers, content=gzip.compress(BODY)).status_code == 200


def test_a_client_may_offer_http_2_and_keep_its_connection(http: httpx.Client, app: App) -> None:
    request = (
        f"POST {PATH} HTTP/1.1\r\nHost: a\r\nAuthorization: Key a:b\r\nConnection: Upgrade\r\n"
        f"Upgrade: h2c\r\nContent-Type: application/json\r\nContent-Length: {len(BODY)}\r\n\r\n"
    )
    with socket.create_connection((http.base_url.host, http.base_url.port or 0), 10) as line:
        line.sendall(request.encode() + BODY)
        came = line.recv(12)

    assert came == b"HTTP/1.1 200"
    assert "for 75 s" in MOCKS.text
    assert server(app).config.timeout_keep_alive == 75


def test_who_only_looks_in_is_noted_unlike_a_call_of_nobody(http: httpx.Client, app: App) -> None:
    app.reset()
    for path in ("/", "/fal", "/lumenfall/openai/v1", "/favicon.ico"):
        http.get(path)
    http.post("/v1/images/generations", content=BODY)

    assert [each.verdict.kind for each in app.services.journal] == [*["noted"] * 4, "unmatched"]
