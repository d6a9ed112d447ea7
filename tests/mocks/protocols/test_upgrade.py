"""Heads that open no WebSocket connection, and frames that nobody can read."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Mapping

import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.protocols.upgrade import objection
from imagine_harness.mocks.server import serving

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
RIGHT = {
    "Host": "127.0.0.1",
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Sec-WebSocket-Key": KEY,
    "Sec-WebSocket-Version": "13",
}


def head(
    other: Mapping[str, str | None] | None = None,
    *more: str,
    method: str = "GET",
    path: str = "/runware/v1",
) -> bytes:
    """The head of an upgrade, in which some headers are others, or missing where None."""
    headers = {**RIGHT, **(other or {})}
    lines = [f"{name}: {value}" for name, value in headers.items() if value is not None]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, *more, "", ""]).encode("latin-1")


MALFORMED = {
    "no key": head({"Sec-WebSocket-Key": None}),
    "an empty key": head({"Sec-WebSocket-Key": ""}),
    "a short key": head({"Sec-WebSocket-Key": "abc"}),
    "a key of other letters": head({"Sec-WebSocket-Key": "\xff\xfe"}),
    "two keys": head({}, f"Sec-WebSocket-Key: {KEY}"),
    "no version": head({"Sec-WebSocket-Version": None}),
    "another version": head({"Sec-WebSocket-Version": "12"}),
    "a version that is none": head({"Sec-WebSocket-Version": "\xff"}),
    "two versions": head({}, "Sec-WebSocket-Version: 13"),
    "a connection of junk": head({"Connection": "upgrade, ;;="}),
    "a connection of other letters": head({"Connection": "upgrade, \xff"}),
    "two upgrades": head({}, "Upgrade: websocket"),
    "an extension of junk": head({}, "Sec-WebSocket-Extensions: ;;;=,"),
    "an extension of other letters": head({}, "Sec-WebSocket-Extensions: \xff"),
    "a protocol of junk": head({}, "Sec-WebSocket-Protocol: ,,\xff"),
    "a body": head({}, "Content-Length: 5") + b"hello",
    "a body in chunks": head({}, "Transfer-Encoding: chunked") + b"5\r\nhello\r\n0\r\n\r\n",
    "a long header": head({}, f"X: {'a' * 9_000}"),
    "a long path": head(path=f"/runware/v1?{'a' * 9_000}"),
}


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with serving(App(Settings(seed=1, providers=("runware",)))) as url:
        yield int(url.rpartition(":")[2])


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), 5)


def whole(line: socket.socket) -> bytes:
    return b"".join(iter(lambda: line.recv(65_536), b""))


def opened(port: int) -> socket.socket:
    """A WebSocket connection."""
    line = connected(port)
    line.sendall(head())
    came = b""
    while b"\r\n\r\n" not in came:
        came += line.recv(1)
    assert came.startswith(b"HTTP/1.1 101 ")
    return line


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_upgrade_is_refused_and_leaves_no_traceback(
    name: str, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(port) as line:
        line.sendall(MALFORMED[name])
        top, _, body = whole(line).partition(b"\r\n\r\n")
    opened(port).close()

    assert top.startswith(b"HTTP/1.1 400 ")
    assert b"\r\nX-Harness-Error: bad-upgrade\r\n" in top
    assert json.loads(body)["status"] == 400
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_a_refusal_says_what_is_wrong_and_no_more_of_it_than_a_line() -> None:
    assert "unsupported request body" in str(objection(MALFORMED["a body"]))
    assert len(str(objection(head({"Sec-WebSocket-Key": "\xff" * 5_000})))) < 300


@pytest.mark.parametrize(
    "right",
    [
        head(),
        head({"Host": None}),
        head({"Connection": "keep-alive, Upgrade"}),
        head({}, "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits"),
        head({}, "Sec-WebSocket-Extensions: x-unknown; a=b"),
        head({}, "Origin: https://example.com"),
        head(path="/runware/v1?a=%ff"),
    ],
)
def test_a_head_that_opens_a_connection_is_objected_to_by_nobody(right: bytes) -> None:
    assert objection(right) is None


FRAMES = {
    "text that is none": b"\x81\x82\0\0\0\0\xff\xfe",
    "text that is none, in two frames": b"\x01\x81\0\0\0\0\xc3\x80\x81\0\0\0\0\xc3",
    "no mask": b"\x81\x02[]",
    "an operation that is none": b"\x83\x80\0\0\0\0",
    "a bit that nobody asked for": b"\xf1\x80\0\0\0\0",
    "a long ping": b"\x89\xfe\x01\x00\0\0\0\0" + b"a" * 256,
    "a close of one byte": b"\x88\x81\0\0\0\0\x03",
    "a close for no reason": b"\x88\x82\0\0\0\0\x00\x01",
    "a close that is no text": b"\x88\x84\0\0\0\0\x03\xe8\xff\xff",
    "the middle of nothing": b"\x80\x80\0\0\0\0",
    "a frame without an end": b"\x81\xff\x7f\xff\xff\xff\xff\xff\xff\xff\0\0\0\0",
}


@pytest.mark.parametrize("name", FRAMES)
def test_a_frame_that_nobody_can_read_closes_in_order_and_leaves_no_traceback(
    name: str, port: int, caplog: pytest.LogCaptureFixture
) -> None:
    with opened(port) as line:
        line.sendall(FRAMES[name])
        came = whole(line)
    opened(port).close()

    assert came[0] == 0x88
    assert int.from_bytes(came[2:4], "big") in (1000, 1002, 1007, 1009)
    assert [record.getMessage() for record in caplog.records if record.exc_info] == []


def test_text_that_comes_in_two_frames_is_text(port: int) -> None:
    with opened(port) as line:
        line.sendall(b'\x01\x83\0\0\0\0["\xc3' + b'\x80\x83\0\0\0\0\xa9"]')
        first = line.recv(1)

    assert first == b"\x81"
