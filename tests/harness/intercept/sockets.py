"""Servers and clients on bare sockets, and a proxy to speak to by them."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from imagine_harness.harness.intercept.authority import Authority
from imagine_harness.harness.intercept.hosts import Hosts
from imagine_harness.mocks.server import bound


def answering(listening: socket.socket, respond: Callable[[socket.socket], None]) -> None:
    """Answer each connection in a thread of its own, until the socket is closed."""

    def one(line: socket.socket) -> None:
        with line, suppress(OSError):
            respond(line)

    with suppress(OSError):
        while True:
            threading.Thread(target=one, args=(listening.accept()[0],), daemon=True).start()


@contextmanager
def server(respond: Callable[[socket.socket], None]) -> Iterator[socket.socket]:
    with bound("127.0.0.1", 0) as listening:
        threading.Thread(target=answering, args=(listening, respond), daemon=True).start()
        yield listening
        listening.shutdown(socket.SHUT_RDWR)


def echo(line: socket.socket) -> None:
    """Send back whatever comes, until nothing more does."""
    while part := line.recv(65_536):
        line.sendall(part)


class ProxyUnderTest:
    """A proxy, and how to speak to it."""

    def __init__(self, authority: Authority, hosts: Hosts, ports: tuple[int, int]) -> None:
        self.hosts = hosts
        self.port, self.direct = ports
        self.trusting = ssl.create_default_context(cadata=authority.certificate)

    def line(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), 5)

    def asked(self, text: str | bytes) -> tuple[str, dict[str, Any]]:
        """The first line of the proxy's own answer, and its body."""
        with self.line() as line:
            line.sendall(text.encode() if isinstance(text, str) else text)
            first, _, rest = whole(line).partition(b"\r\n")
        return first.decode(), json.loads(rest.partition(b"\r\n\r\n")[2])

    def tunnel(self, target: str) -> socket.socket:
        line = self.line()
        line.sendall(f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
        assert until(line, b"\r\n\r\n").startswith(b"HTTP/1.1 200 ")
        return line


def whole(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(65_536), b""))


def until(line: socket.socket, end: bytes) -> bytes:
    read = b""
    while not read.endswith(end):
        read += line.recv(1)
    return read


def exactly(line: socket.socket, length: int) -> bytes:
    read = bytearray()
    while len(read) < length:
        part = line.recv(65_536)
        assert part, f"{len(read)} of {length} bytes came"
        read += part
    return bytes(read)


def exchanged(line: socket.socket, data: bytes) -> bytes:
    """What comes back of some data, which is sent part by part."""
    came = bytearray()
    for start in range(0, len(data), 100_000):
        part = data[start : start + 100_000]
        line.sendall(part)
        came += exactly(line, len(part))
    return bytes(came)
