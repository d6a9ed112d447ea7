"""The proxy: what it brings to the mocks, what it lets through, what it refuses, byte by byte."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from imagine_harness.harness.intercept.authority import Authority
from imagine_harness.harness.intercept.hosts import Hosts
from imagine_harness.harness.intercept.proxy import Proxy, run_proxy
from imagine_harness.mocks.server import bound
from tests.harness.intercept.sockets import (
    ProxyUnderTest,
    echo,
    exchanged,
    server,
    until,
    whole,
)

LARGEST_HEAD = 65_536
MANY = bytes(range(256)) * 8_000


@pytest.fixture(scope="module")
def door() -> Iterator[socket.socket]:
    """In place of the mocks' door, somebody who sends everything back."""
    with server(echo) as listening:
        yield listening


@pytest.fixture(scope="module")
def running(
    tmp_path_factory: pytest.TempPathFactory, door: socket.socket
) -> Iterator[ProxyUnderTest]:
    folder: Path = tmp_path_factory.mktemp("proxy")
    hosts = Hosts(["fal.run", "api.x.ai"])
    authority = Authority(folder, hosts.mocked)
    with bound("127.0.0.1", 0) as one, bound("127.0.0.1", 0) as other:
        ports = one.getsockname()[1], other.getsockname()[1]
        with run_proxy(Proxy(authority, hosts, door.getsockname()), one, other):
            yield ProxyUnderTest(authority, hosts, ports)


@pytest.fixture
def proxy(running: ProxyUnderTest) -> ProxyUnderTest:
    running.hosts.begin(())
    return running


def settle(proxy: ProxyUnderTest) -> None:
    """Give the proxy some rounds of its loop, to note what became of a client that left."""
    for _ in range(20):
        with proxy.tunnel("fal.run:80") as line:
            exchanged(line, b"x")


@pytest.mark.parametrize("host", ["fal.run", "API.x.ai"])
def test_what_is_said_to_a_host_on_record_comes_to_the_door_without_its_cover(
    proxy: ProxyUnderTest, host: str
) -> None:
    with (
        proxy.tunnel(f"{host}:443") as raw,
        proxy.trusting.wrap_socket(raw, server_hostname=host) as line,
    ):
        assert exchanged(line, MANY) == MANY
        assert exchanged(line, b"and again") == b"and again"


def test_port_80_of_a_host_on_record_has_no_cover(proxy: ProxyUnderTest) -> None:
    with proxy.tunnel("fal.run:80") as line:
        assert exchanged(line, MANY) == MANY


def test_a_client_that_knows_of_no_proxy_is_answered_as_by_the_host_itself(
    proxy: ProxyUnderTest,
) -> None:
    raw = socket.create_connection(("127.0.0.1", proxy.direct), 5)
    with raw, proxy.trusting.wrap_socket(raw, server_hostname="api.x.ai") as line:
        assert exchanged(line, MANY) == MANY


def test_a_client_that_knows_of_no_proxy_and_wants_somebody_else_is_refused(
    proxy: ProxyUnderTest,
) -> None:
    raw = socket.create_connection(("127.0.0.1", proxy.direct), 5)
    with raw, pytest.raises(ssl.SSLError, match=r"EOF|UNRECOGNIZED"):
        proxy.trusting.wrap_socket(raw, server_hostname="example.com")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_whole_address_of_a_host_on_record_is_asked_at_the_door(
    proxy: ProxyUnderTest, scheme: str
) -> None:
    body = b"prompt"
    with proxy.line() as line:
        asked = f"POST {scheme}://fal.run/a?b HTTP/1.1\r\nHost: x\r\nContent-Length: 6\r\n\r\n"
        line.sendall(asked.encode() + body)
        came = until(line, body)

    assert came.startswith(b"POST /a?b HTTP/1.1\r\nHost: fal.run\r\nConnection: close\r\n")


@pytest.mark.parametrize(
    "asked",
    [
        "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com\r\n\r\n",
        "GET http://example.com/ HTTP/1.1\r\nHost: fal.run\r\n\r\n",
        "GET https://example.com/ HTTP/1.1\r\nHost: fal.run\r\n\r\n",
    ],
)
def test_any_other_host_is_refused_by_name_and_noted(proxy: ProxyUnderTest, asked: str) -> None:
    first, body = proxy.asked(asked)

    assert first.startswith("HTTP/1.1 403 ")
    for said in (first, body["detail"]):
        assert "refused to connect to example.com" in said
        assert "--allow example.com" in said
    assert proxy.hosts.refused == {"example.com": 1}


def test_a_host_that_is_allowed_but_not_there_is_told_from_one_that_is_refused(
    proxy: ProxyUnderTest,
) -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
    proxy.hosts.begin(["0.0.0.0"])

    first, body = proxy.asked(f"CONNECT 0.0.0.0:{port} HTTP/1.0\r\n\r\n")

    assert first.startswith("HTTP/1.1 502 ")
    assert f"0.0.0.0:{port} is allowed but cannot be reached" in body["detail"]
    assert proxy.hosts.refused == {}


def test_an_allowed_host_gets_every_byte_untouched(
    proxy: ProxyUnderTest, door: socket.socket
) -> None:
    proxy.hosts.begin(["0.0.0.0"])
    with proxy.tunnel(f"0.0.0.0:{door.getsockname()[1]}") as line:
        line.sendall(b"\x16\x03\x01 whatever")
        line.shutdown(socket.SHUT_WR)

        assert whole(line) == b"\x16\x03\x01 whatever"


def test_this_machine_is_let_through(proxy: ProxyUnderTest) -> None:
    def told(line: socket.socket) -> None:
        line.sendall(until(line, b"\r\n\r\n"))

    with server(told) as listening, proxy.line() as line:
        port = listening.getsockname()[1]
        line.sendall(f"GET http://127.0.0.1:{port}/x HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        came = whole(line)

    assert (
        came == f"GET /x HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode()
    )


def test_a_server_that_breaks_off_breaks_off_for_its_client(proxy: ProxyUnderTest) -> None:
    def cut(line: socket.socket) -> None:
        line.sendall(b"half of")

    with server(cut) as listening, proxy.tunnel(f"localhost:{listening.getsockname()[1]}") as line:
        assert whole(line) == b"half of"


def test_a_head_that_is_too_long_is_refused(proxy: ProxyUnderTest) -> None:
    start = b"CONNECT fal.run:443 HTTP/1.1\r\nHost: fal.run\r\nX: "

    first, body = proxy.asked(start + b"x" * LARGEST_HEAD)
    assert first.startswith("HTTP/1.1 431 ")
    assert str(LARGEST_HEAD) in body["detail"]

    with proxy.line() as line:
        line.sendall(start + b"x" * (LARGEST_HEAD - len(start) - 4) + b"\r\n\r\n")
        assert until(line, b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")


def test_a_head_that_does_not_become_whole_is_not_waited_for_for_ever(
    proxy: ProxyUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagine_harness.harness.intercept.proxy.SLOWEST_HEAD", 0.01)

    first, body = proxy.asked("CONNECT fal.run:443 HTTP/1.1\r\nX: ")

    assert first.startswith("HTTP/1.1 408 ")
    assert body["title"] == "head too slow"


def test_who_takes_the_proxy_for_a_server_is_told_what_it_is(proxy: ProxyUnderTest) -> None:
    first, body = proxy.asked("GET /xai/v1 HTTP/1.1\r\nHost: fal.run\r\n\r\n")

    assert first.startswith("HTTP/1.1 400 ")
    assert "this is a proxy" in body["detail"]


def test_a_client_that_does_not_trust_the_authority_is_noted(proxy: ProxyUnderTest) -> None:
    strangers = ssl.create_default_context()
    with proxy.tunnel("fal.run:443") as raw, pytest.raises(ssl.SSLCertVerificationError):
        strangers.wrap_socket(raw, server_hostname="fal.run")
    settle(proxy)

    assert proxy.hosts.untrusting == {"fal.run": 1}


def test_a_client_that_leaves_without_a_word_at_the_certificate_is_noted_too(
    proxy: ProxyUnderTest,
) -> None:
    coming, going = ssl.MemoryBIO(), ssl.MemoryBIO()
    greeting = proxy.trusting.wrap_bio(coming, going, server_hostname="api.x.ai")
    with pytest.raises(ssl.SSLWantReadError):
        greeting.do_handshake()
    with proxy.tunnel("api.x.ai:443") as raw:
        raw.sendall(going.read())
        assert raw.recv(65_536)
    settle(proxy)

    assert proxy.hosts.untrusting == {"api.x.ai": 1}


def test_lines_that_are_still_open_do_not_keep_the_proxy_running(
    tmp_path: Path, door: socket.socket
) -> None:
    hosts = Hosts(["fal.run"])
    authority = Authority(tmp_path, hosts.mocked)
    with bound("127.0.0.1", 0) as one, bound("127.0.0.1", 0) as other:
        ports = one.getsockname()[1], other.getsockname()[1]
        with run_proxy(Proxy(authority, hosts, door.getsockname()), one, other):
            place = ProxyUnderTest(authority, hosts, ports)
            raw = place.tunnel("fal.run:443")
            line = place.trusting.wrap_socket(raw, server_hostname="fal.run")
            exchanged(line, b"x")

        with line, suppress(ConnectionError):
            assert line.recv(1) == b""
