"""The heads of requests: how large and how slow they may be, and what may trail a body."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Coroutine, Iterable
from typing import Any

import pytest
from uvicorn.server import ServerState

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.protocols.wire import HttpProtocol
from imagine_harness.mocks.server import server

LARGEST = 65_536
MOST = 128
FIRST = b"POST /fal HTTP/1.1\r\n"
END = b"\r\n\r\n"
WEBSOCKET = (
    *(b"Host: a", b"Upgrade: websocket", b"Connection: Upgrade"),
    *(b"Sec-WebSocket-Version: 13", b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="),
)


class Transport(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False

    def write(self, data: Any) -> None:
        self.written += data

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        pass

    def resume_reading(self) -> None:
        pass


class Task:
    """Something that was begun."""

    def add_done_callback(self, act: object) -> None:
        pass


class Timer:
    """Something that is planned, until it is called off."""

    def __init__(self, seconds: float, act: Callable[[], None]) -> None:
        self.seconds = seconds
        self.act = act
        self.is_on = True

    def cancel(self) -> None:
        self.is_on = False


class Loop:
    """An event loop that does nothing by itself."""

    def __init__(self) -> None:
        self.timers: list[Timer] = []
        self.started = 0

    def call_later(self, seconds: float, act: Callable[[], None]) -> Timer:
        self.timers.append(Timer(seconds, act))
        return self.timers[-1]

    def create_task(self, work: Coroutine[Any, Any, None], **_: Any) -> Task:
        work.close()
        self.started += 1
        return Task()


class Line:
    """One connection to the mocks, and what became of it."""

    def __init__(self, app: App) -> None:
        self.loop = Loop()
        self.transport = Transport()
        config = server(app).config
        config.load()
        made: Any = self.loop
        self.protocol = HttpProtocol(config, ServerState(), {}, made)
        self.protocol.connection_made(self.transport)

    def feed(self, *parts: bytes) -> int:
        """How many bytes were taken until the connection was closed."""
        taken = 0
        for part in parts:
            if self.transport.closed:
                break
            self.protocol.data_received(part)
            taken += len(part)
        return taken

    def refused(self) -> tuple[int, str]:
        """The status and the kind of the answer that closed the connection."""
        head, _, body = self.transport.written.partition(END)
        assert self.transport.closed
        assert b"Connection: close" in head
        assert b"Content-Type: application/problem+json" in head
        problem = json.loads(body)
        return problem["status"], problem["title"]


@pytest.fixture(scope="module")
def mocks() -> App:
    return App(Settings(seed=1, providers=("fal",)))


@pytest.fixture
def line(mocks: App) -> Line:
    return Line(mocks)


def head(*lines: bytes, first: bytes = FIRST) -> bytes:
    return first + b"".join(line + b"\r\n" for line in lines) + b"\r\n"


def cut(data: bytes, size: int) -> Iterable[bytes]:
    return [data[at : at + size] for at in range(0, len(data), size)]


LARGE = {
    "a header": head(b"X-A: " + b"a" * 70_000),
    "headers": head(*(b"X-%d: " % number + b"a" * 1_000 for number in range(70))),
    "a path": head(first=b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\n"),
    "a name": head(b"X" * 70_000 + b": a"),
}
SIZES = [1, 1_000, 65_536, 1_000_000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", LARGE)
def test_a_head_that_is_too_large_is_refused(name: str, size: int, line: Line) -> None:
    line.feed(*cut(LARGE[name], size))

    assert line.refused() == (431, "head too large")
    assert line.loop.started == 0


@pytest.mark.parametrize("size", SIZES)
def test_a_head_may_be_as_large_as_that(size: int, line: Line) -> None:
    line.feed(*cut(head(b"X-A: " + b"a" * (LARGEST - 100)), size))

    assert (line.transport.written, line.loop.started) == (b"", 1)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(("count", "started"), [(MOST, 1), (MOST + 1, 0)])
def test_a_head_has_a_number_of_headers(count: int, started: int, size: int, line: Line) -> None:
    line.feed(*cut(head(*(b"X: a" for _ in range(count))), size))

    assert line.loop.started == started
    assert started or line.refused() == (431, "head too large")


ENDLESS = {
    "a method": (b"", b"POST"),
    "a path": (b"GET /", b"a" * 1_000),
    "a name": (FIRST, b"X" * 1_000),
    "a value": (FIRST + b"X: ", b"a" * 1_000),
    "headers": (FIRST, b"X-A: a\r\n" * 10),
    "empty lines": (b"", b"\r\n" * 500),
    "trailers": (head(b"Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\n", b"X: a\r\n"),
    "a trailer": (head(b"Transfer-Encoding: chunked") + b"1\r\na\r\n0\r\nX: ", b"a" * 1_000),
    "an extension": (head(b"Transfer-Encoding: chunked") + b"1;", b"a" * 1_000),
}


@pytest.mark.parametrize("name", ENDLESS)
def test_whatever_never_ends_is_cut_off(name: str, line: Line) -> None:
    start, more = ENDLESS[name]

    assert line.feed(start, *[more] * 2_000) < 80_000
    status, _ = line.refused()
    assert status in (400, 431)


@pytest.mark.parametrize("size", [1_000, 70_000, 300_000])
def test_a_body_is_no_head_however_large_it_is(size: int, line: Line) -> None:
    body = b"a" * 1_000_000
    line.feed(*cut(head(b"Content-Length: 1000000") + body, size))
    chunk = b"f4240\r\n" + body + b"\r\n"
    line.feed(*cut(head(b"Transfer-Encoding: chunked") + chunk + b"0\r\n\r\n", size))

    assert not line.transport.closed


def test_the_end_of_a_body_does_not_count_for_the_head_behind_it(line: Line) -> None:
    line.feed(head(b"Content-Length: 200000"), b"a" * 200_000 + FIRST + b"X: ", b"a" * 60_000)

    assert not line.transport.closed


def test_what_trails_a_body_is_no_header(line: Line) -> None:
    line.feed(head(b"Transfer-Encoding: chunked", b"A: 1") + b"0\r\nAuthorization: x\r\n\r\n")

    assert not line.transport.closed
    assert dict(line.protocol.cycle.scope["headers"]) == {
        b"transfer-encoding": b"chunked",
        b"a": b"1",
    }


# Slow ones


def test_a_head_that_has_begun_is_not_waited_for_for_ever(line: Line) -> None:
    line.feed(b"P", b"OST / HTTP/1.1\r\nHost: ", b"a")

    [timer] = line.loop.timers
    assert timer.is_on
    assert 5 <= timer.seconds <= 60
    timer.act()
    assert line.refused() == (408, "head too slow")


def test_a_head_that_becomes_whole_is_waited_for_no_longer(line: Line) -> None:
    line.feed(b"POST / HTTP/1.1\r\n", b"Content-Length: 5\r\n\r\n", b"a")

    [timer] = line.loop.timers
    assert not timer.is_on


def test_nobody_waits_for_the_head_of_who_has_left(line: Line) -> None:
    line.feed(b"POST / ")
    line.protocol.connection_lost(None)

    [timer] = line.loop.timers
    assert not timer.is_on


def test_a_head_that_comes_at_once_costs_no_timer(line: Line) -> None:
    line.feed(head(b"Content-Length: 5"), b"hello")

    assert line.loop.timers == []


# Whatever else is no request


@pytest.mark.parametrize(
    "data",
    [
        head(*WEBSOCKET, first=b"CONNECT 127.0.0.1:80 HTTP/1.1\r\n"),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"hello\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET /\xff HTTP/1.1\r\n\r\n",
        head(b"Content-Length: a"),
        head(b"X\x00: a"),
        b"CONNECT example.com:443 HTTP/1.1\r\n\r\n",
    ],
)
def test_what_is_no_request_is_told_so_in_our_words(data: bytes, line: Line) -> None:
    line.feed(data)

    assert line.refused() == (400, "bad request")
    assert line.loop.started == 0


@pytest.mark.parametrize("version", [b"1.0", b"0.9", b"2.0"])
def test_a_websocket_begins_with_one_version_of_http_alone(version: bytes, line: Line) -> None:
    line.feed(head(*WEBSOCKET, first=b"GET /runware/v1 HTTP/" + version + b"\r\n"))

    assert line.refused() == (400, "bad upgrade")


# Idle connections


def test_an_idle_connection_is_kept_for_longer_than_clients_keep_theirs(line: Line) -> None:
    line.feed(head(b"Content-Length: 0"))
    line.protocol.on_response_complete()

    [timer] = line.loop.timers
    assert 60 < timer.seconds < 120
    assert not line.transport.closed


@pytest.mark.parametrize("is_used", [True, False])
def test_who_stops_waits_for_no_idle_connection(is_used: bool, line: Line) -> None:
    if is_used:
        line.feed(head(b"Content-Length: 0"))
        line.protocol.cycle.response_complete = True
        line.protocol.on_response_complete()

    line.protocol.shutdown()

    assert line.transport.closed
