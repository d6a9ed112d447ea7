"""A server that stops: what is under way ends in order in time, or as a closed connection."""

from __future__ import annotations

import asyncio
import json
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from imagine_harness.mocks import server
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

PATH = "/fal/xai/grok-imagine-image"
HELD = {"Authorization": "Key a:b", "X-Harness-Fault": "delay=60"}
LONGEST = 10
"""Seconds after which what does not happen has failed."""


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch) -> App:
    """Mocks whose clock stands still, and whose server soon loses its patience."""
    monkeypatch.setattr(server, "GRACE", 0.3)
    made = App(Settings(seed=1))
    made.services.clock.hold()
    return made


def until(done: Callable[[], bool]) -> None:
    limit = time.monotonic() + LONGEST
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.005)


def asked(address: str, path: str, body: object, headers: Mapping[str, str]) -> socket.socket:
    """A connection on which a call is under way."""
    data = json.dumps(body).encode()
    place = urlsplit(address)
    known = {"Host": place.netloc, "Content-Type": "application/json", "Content-Length": len(data)}
    head = {**known, **headers}
    lines = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in head.items())]
    made = socket.create_connection((place.hostname, place.port), timeout=LONGEST)
    made.sendall("\r\n".join([*lines, "", ""]).encode() + data)
    return made


def whole(connection: socket.socket) -> bytes:
    """All that still comes over a connection, until it is closed."""
    came = b""
    with suppress(ConnectionResetError):
        while part := connection.recv(65536):
            came += part
    return came


def test_an_answer_that_does_not_end_in_time_is_a_closed_connection(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as address:
        delayed = asked(address, PATH, {"prompt": "x"}, HELD)
        slow = asked(address, PATH, {"prompt": "x"}, {**HELD, "X-Harness-Fault": "slow=1"})
        waiting = asked(address, "/__admin/webhooks", {"action": "wait", "count": 1}, {})
        until(lambda: len(app.services.journal.unfinished) == 2)
    with delayed, slow, waiting:
        assert whole(delayed) == b""
        assert whole(slow).endswith(b"\r\n\r\n{")
        assert whole(waiting) == b""

    noted = list(app.services.journal)
    assert [(each.response.status, each.response.body) for each in noted] == [(0, b""), (200, b"{")]
    assert all((each.ending or "").startswith("server stopped after ") for each in noted)
    assert caplog.records == []


def test_who_forces_the_end_waits_for_nobody_and_sees_no_failure(
    app: App, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "GRACE", 600)
    running = server.server(app)
    listening = server.bound("127.0.0.1", 0)
    address = f"http://127.0.0.1:{listening.getsockname()[1]}"

    async def main() -> bytes:
        serving_ = asyncio.ensure_future(running.serve([listening]))
        with await asyncio.to_thread(asked, address, PATH, {"prompt": "x"}, HELD) as delayed:
            while not app.services.journal.unfinished:
                await asyncio.sleep(0.005)
            running.should_exit = running.force_exit = True
            await serving_
            return await asyncio.to_thread(whole, delayed)

    assert asyncio.run(main()) == b""
    assert [(each.ending or "")[:14] for each in app.services.journal] == ["server stopped"]
    assert caplog.records == []


def test_an_answer_that_ends_in_time_ends_in_order(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as address:
        delayed = asked(address, PATH, {"prompt": "x"}, HELD)
        until(lambda: len(app.services.journal.unfinished) == 1)
        assert app.on_shutdown is not None
        app.on_shutdown()
        until(lambda: not listens(address))
        app.services.clock.advance(60)
        with delayed:
            answer = whole(delayed)

    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"}")
    assert [(each.response.status, each.ending) for each in app.services.journal] == [(200, None)]
    assert caplog.records == []


def listens(address: str) -> bool:
    place = urlsplit(address)
    with suppress(ConnectionError), socket.create_connection((place.hostname, place.port)):
        return True
    return False


def test_a_connection_over_websocket_is_closed_in_good_order(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as address:
        url = f"{address.replace('http', 'ws')}/runware/v1"
        fault = {"X-Harness-Fault": "delay=60"}
        with connect(url, additional_headers=fault, proxy=None) as connection:
            connection.send(json.dumps([{"taskType": "authentication", "apiKey": "k"}]))
            until(lambda: len(app.services.journal.unfinished) == 1)
            assert app.on_shutdown is not None
            app.on_shutdown()
            with pytest.raises(ConnectionClosed) as caught:
                connection.recv(timeout=LONGEST)

    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1012
    [noted] = app.services.journal
    assert (noted.ending or "").startswith("server stopped after ")
    assert caplog.records == []


def test_a_client_that_leaves_is_noticed_over_a_socket(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    with serving(app) as address:
        body = {"prompt": "x" * 3_000_000}
        with asked(address, PATH, body, HELD):
            until(lambda: len(app.services.journal.unfinished) == 1)
        until(lambda: not app.services.journal.unfinished)
        left = asked(address, PATH, {"prompt": "x"}, {**HELD, "Content-Length": "100"})
        left.close()
        until(lambda: len(app.services.journal) == 2)

    noted = list(app.services.journal)
    assert [each.verdict.kind for each in noted] == ["fault", "unjudged"]
    assert all((each.ending or "").startswith("client left after ") for each in noted)
    assert caplog.records == []
