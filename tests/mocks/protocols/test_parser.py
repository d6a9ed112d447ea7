"""Requests that offer another protocol beside HTTP/1.1, over sockets and from real clients."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
from collections.abc import Iterator
from http.client import parse_headers
from pathlib import Path
from typing import BinaryIO

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

BODY = b'{"prompt": "a tin robot"}'
CHUNKED = b"5\r\n%s\r\n1;a=b\r\n%s\r\n%x\r\n%s\r\n0\r\nX: y\r\n\r\n" % (
    BODY[:5],
    BODY[5:6],
    len(BODY) - 6,
    BODY[6:],
)
KEY = b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="
OFFERS = {
    "h2c": b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQ",
    "small letters": b"connection: http2-settings,upgrade\r\nupgrade: H2C\r\nhttp2-settings: AA",
    "a list": b"Connection: Upgrade\r\nUpgrade: h2c, TLS/1.0",
    "several": b"Connection: Upgrade\r\nUpgrade: h2c\r\nUpgrade: IRC/6.9",
    "TLS": b"Connection: Upgrade\r\nUpgrade: TLS/1.0",
    "WebSocket with another method": b"Connection: Upgrade\r\nUpgrade: websocket\r\n" + KEY,
}


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[App, int]]:
    app = App(Settings(seed=1, providers=("fal",)))
    with serving(app) as url:
        yield app, int(url.rpartition(":")[2])


def request(offer: bytes, body: bytes, *, length: int | None = None, more: bytes = b"") -> bytes:
    size = b"Transfer-Encoding: chunked" if length is None else b"Content-Length: %d" % length
    return (
        b"POST /fal/xai/grok-imagine-image?a=%20b HTTP/1.1\r\nHost: a\r\nAuthorization: Key a:b\r\n"
        b"Content-Type: application/json\r\n" + offer + b"\r\n" + more + size + b"\r\n\r\n" + body
    )


def statuses(port: int, parts: list[bytes], count: int) -> list[int]:
    """The statuses of so many answers on one connection."""
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for part in parts:
            line.sendall(part)
        came = line.makefile("rb")
        return [answered(came) for _ in range(count)]


def answered(came: BinaryIO) -> int:
    """The status of the next answer, which is read to its end."""
    status = int(came.readline().split()[1])
    came.read(int(parse_headers(came)["Content-Length"]))
    return status


def latest(app: App, count: int) -> list[Exchange]:
    return list(app.services.journal)[-count:]


def in_one(data: bytes) -> list[bytes]:
    return [data]


def byte_by_byte(data: bytes) -> list[bytes]:
    return [data[at : at + 1] for at in range(len(data))]


def behind_the_head(data: bytes) -> list[bytes]:
    head, end, rest = data.partition(b"\r\n\r\n")
    return [head + end, rest]


CUTS = [in_one, behind_the_head, byte_by_byte]


@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("length", [len(BODY), None])
@pytest.mark.parametrize("offer", OFFERS)
def test_an_offer_is_ignored_and_its_request_is_whole(
    offer: str, length: int | None, cut: object, served: tuple[App, int]
) -> None:
    app, port = served
    assert callable(cut)
    sent = request(OFFERS[offer], CHUNKED if length is None else BODY, length=length)

    assert statuses(port, cut(sent * 2), 2) == [200, 200]
    for each in latest(app, 2):
        assert (each.request.method, each.request.path, each.request.query) == (
            "POST",
            "/xai/grok-imagine-image",
            "a=%20b",
        )
        assert each.request.body == BODY
        assert (each.request.headers[b"authorization"], each.verdict.kind) == (
            b"Key a:b",
            "conforms",
        )


@pytest.mark.parametrize("cut", CUTS)
def test_the_connection_goes_on_behind_an_offer_as_it_began(
    cut: object, served: tuple[App, int]
) -> None:
    app, port = served
    assert callable(cut)
    plain = request(b"X-A: 1", BODY, length=len(BODY))
    offered = request(OFFERS["h2c"], CHUNKED)
    bare = b"GET /fal/queue HTTP/1.1\r\nHost: a\r\n" + OFFERS["h2c"] + b"\r\n\r\n"

    assert statuses(port, cut(plain + offered + bare + plain), 4) == [200, 200, 401, 200]
    assert [each.request.body for each in latest(app, 4)] == [BODY, BODY, b"", BODY]


def test_who_expects_to_be_told_to_go_on_is_told_so_beside_an_offer(
    served: tuple[App, int],
) -> None:
    _, port = served
    waits = request(OFFERS["h2c"], b"", length=len(BODY), more=b"Expect: 100-continue\r\n")
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(waits)
        told = line.recv(25)
        line.sendall(BODY)
        status = answered(line.makefile("rb"))

    assert told == b"HTTP/1.1 100 Continue\r\n\r\n"
    assert status == 200


def test_who_offers_and_wants_to_end_is_let_go(served: tuple[App, int]) -> None:
    _, port = served
    offer = b"Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AA"
    with socket.create_connection(("127.0.0.1", port), 10) as line:
        line.sendall(request(offer, BODY, length=len(BODY)))
        came = b"".join(iter(lambda: line.recv(65_536), b""))

    assert came.startswith(b"HTTP/1.1 200 ")


def test_a_broken_body_behind_an_offer_is_no_request(served: tuple[App, int]) -> None:
    _, port = served

    assert statuses(port, [request(OFFERS["h2c"], b"zz\r\n")], 1) == [400]


def test_many_offers_at_once_are_all_answered(served: tuple[App, int]) -> None:
    app, port = served
    one = request(OFFERS["h2c"], BODY, length=len(BODY))

    assert statuses(port, [one * 300], 300) == [200] * 300
    assert {each.request.body for each in latest(app, 300)} == {BODY}


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_curl_with_http2_is_answered(served: tuple[App, int]) -> None:
    app, port = served
    done = subprocess.run(
        [
            *("curl", "--silent", "--http2", f"http://127.0.0.1:{port}/fal/xai/grok-imagine-image"),
            *("--header", "Authorization: Key a:b", "--header", "Content-Type: application/json"),
            *("--data-binary", BODY.decode()),
        ],
        capture_output=True,
        timeout=30,
        check=True,
    )

    assert len(json.loads(done.stdout)["images"]) == 1
    assert latest(app, 1)[0].request.body == BODY


JAVA = """
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.io.ByteArrayInputStream;

public class Caller {
    public static void main(String[] given) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (int turn = 0; turn < 4; turn++) {
            var body = turn % 2 == 0
                ? BodyPublishers.ofString(given[1])
                : BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(given[1].getBytes()));
            HttpRequest request = HttpRequest.newBuilder(URI.create(given[0]))
                .header("Authorization", "Key a:b")
                .header("Content-Type", "application/json")
                .POST(body)
                .build();
            System.out.println(client.send(request, BodyHandlers.ofString()).statusCode());
        }
    }
}
"""


@pytest.mark.campaign
@pytest.mark.skipif(shutil.which("java") is None, reason="no Java is installed")
def test_the_client_of_the_jdk_is_answered(served: tuple[App, int], tmp_path: Path) -> None:
    app, port = served
    source = tmp_path / "Caller.java"
    source.write_text(JAVA, encoding="utf-8")
    address = f"http://127.0.0.1:{port}/fal/xai/grok-imagine-image"
    done = subprocess.run(
        ["java", str(source), address, BODY.decode()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )

    assert done.stdout.split() == ["200"] * 4
    assert [each.request.body for each in latest(app, 4)] == [BODY] * 4
