"""Spoilt requests and frames by the ten thousand: no failure, no traceback, no long silence."""

from __future__ import annotations

import random
import socket
from collections import Counter
from contextlib import suppress

import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from tests.fuzzed.changes import Sent
from tests.fuzzed.frames import frames
from tests.fuzzed.requests import Seen, request
from tests.fuzzed.running import errors, ran
from tests.fuzzed.values import broken

SEED = 9
LONGEST_SILENCE = 1.0
"""Seconds for which nobody may be kept waiting by the request of another."""


def test_a_few_spoilt_requests_and_frames_are_answered() -> None:
    run = ran(1, 160, 40)

    assert run.failed == []
    assert run.told["200"] > 10
    assert run.told["frame"] > 10


@pytest.mark.campaign
def test_spoilt_requests_and_frames_are_answered_and_keep_nobody_waiting() -> None:
    run = ran(SEED, 60_000, 20_000)

    print(f"seed {SEED}, silence {run.silence}, told {dict(run.told)}")  # noqa: T201
    assert run.failed == []
    assert run.silence[0] < LONGEST_SILENCE


def raw(draw: random.Random, sent: Sent) -> bytes:
    """A request as the bytes of a connection, a tenth of them broken."""
    head = f"{sent.method} ".encode() + sent.path.encode()
    lines = [head + b"?" + sent.query + b" HTTP/1.1", *(b"%b: %b" % each for each in sent.headers)]
    lines += [b"content-length: %d" % len(sent.body), b"connection: close"]
    if draw.random() < 0.1:
        lines += [b"upgrade: websocket", b"sec-websocket-version: 13", b"sec-websocket-key: x"]
    data = b"\r\n".join([*lines, b"", sent.body])
    return broken(draw, data) if draw.random() < 0.3 else data


def upgraded(draw: random.Random) -> bytes:
    """A connection over WebSocket, with bytes in place of some of its frames."""
    head = (
        b"GET /runware/v1 HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\n"
        b"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
        b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    )
    said = [each if isinstance(each, bytes) else each.encode() for each in frames(draw, 3)]
    sizes = [len(each).to_bytes(8, "big") for each in said]
    masked = [b"\x81\xff" + n + bytes(4) + each for n, each in zip(sizes, said, strict=True)]
    data = b"".join(masked)
    return head + (broken(draw, data) if draw.random() < 0.7 else data)


def answered(base_url: str, data: bytes) -> bytes:
    """What comes back for the bytes of a connection."""
    host, _, port = base_url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=2) as line, suppress(OSError):
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while part := line.recv(65_536):
            heard += part
        return heard
    return b""


@pytest.mark.campaign
@pytest.mark.parametrize("number", range(3))
def test_broken_bytes_of_a_connection_are_no_failure(number: int) -> None:
    draw = random.Random(f"{SEED}.raw.{number}")
    told: Counter[bytes] = Counter()
    with errors() as logged, serving(App(Settings(seed=1))) as base_url:
        for _ in range(200):
            data = upgraded(draw) if draw.random() < 0.3 else raw(draw, request(draw, Seen()))
            status = answered(base_url, data)[9:12]
            told[status] += 1
            assert not status.startswith(b"5") or b"x-harness-fault" in data, data[:3_000]
            assert logged == [], data[:3_000]

    assert told[b"200"] > 5
    assert told[b"101"] > 30
