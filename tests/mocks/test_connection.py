"""A WebSocket where every frame is a call: answered, noted and broken as one over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from mocks.app import App, Settings
from mocks.connection import Closed, Connection
from mocks.server import serving

BODY = json.dumps({"model": "grok-imagine-image", "prompt": "a lighthouse"})
PATH = "/uniall/v1/images/generations"


async def answers(connection: Connection) -> None:
    """Answers each frame as the call that it would be over HTTP."""
    while True:
        done = await connection.answered(connection.call(await connection.frame()))
        await connection.deliver(done, [done.body])


async def echoes(connection: Connection) -> None:
    """Sends each frame back, and ends with the first empty one."""
    while frame := await connection.frame():
        await connection.send(frame)
    await connection.close(1001)


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, providers=("uniall",)))


@pytest.fixture(scope="module")
def address(app: App) -> Iterator[str]:
    with serving(app) as url:
        yield url.replace("http", "ws", 1)


Speak = Callable[..., Any]


@pytest.fixture
def speak(app: App, address: str) -> Iterator[Speak]:
    """Connect to a provider that serves its connections in a given way."""
    mock = app.mocks["uniall"]
    before = mock.dialect

    @contextmanager
    def connected(socket: Any, **headers: str) -> Iterator[ClientConnection]:
        mock.dialect = replace(before, socket=socket)
        sent = {"Authorization": "Bearer sk-a", **headers}
        with connect(address + PATH, additional_headers=sent, proxy=None) as connection:
            yield connection

    yield connected
    mock.dialect = before
    app.reset()


def test_a_frame_is_answered_and_noted_as_a_call(speak: Speak, app: App, address: str) -> None:
    with speak(answers) as connection:
        for _ in range(2):
            connection.send(BODY)
            body = json.loads(connection.recv(timeout=10))
            assert body["data"][0]["url"].startswith(address.replace("ws", "http", 1))

    noted = list(app.shared.journal)
    assert [(each.method, each.path, each.operation, each.verdict) for each in noted] == [
        ("POST", "/v1/images/generations", "generate", "conforms")
    ] * 2


def test_a_frame_is_refused_as_a_call(speak: Speak, app: App) -> None:
    with speak(answers) as connection:
        connection.send(json.dumps({"model": "grok-imagine-image"}))
        assert "error" in json.loads(connection.recv(timeout=10))
        connection.send("no json")
        assert "error" in json.loads(connection.recv(timeout=10))
        connection.send(BODY)
        assert "data" in json.loads(connection.recv(timeout=10))

    assert [each.verdict for each in app.shared.journal] == ["violates", "refused", "conforms"]


def test_a_connection_belongs_to_its_test(speak: Speak, app: App) -> None:
    with speak(answers, **{"X-Harness-Test": "a"}) as connection:
        connection.send(BODY)
        connection.recv(timeout=10)

    assert [each.test for each in app.shared.journal] == ["a"]
    assert app.shared.store.of("a").calls == {"uniall.generate": 1}


@pytest.mark.parametrize("frame", ["text", "with ümlauts \U0001f600", b"\xff\x00", "x" * 100_000])
def test_a_frame_comes_as_it_was_sent(frame: str | bytes, speak: Speak) -> None:
    with speak(echoes) as connection:
        connection.send(frame)
        assert connection.recv(timeout=10) == frame


def test_a_connection_is_ended_in_good_order(speak: Speak) -> None:
    with speak(echoes) as connection:
        connection.send("")
        with pytest.raises(ConnectionClosed) as caught:
            connection.recv(timeout=10)

    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1001


def test_who_goes_is_noticed_and_is_no_failure(speak: Speak, caplog: Any) -> None:
    seen: list[str] = []

    async def waits(connection: Connection) -> None:
        try:
            await connection.frame()
        except Closed:
            seen.append("closed")
            raise

    with speak(waits):
        pass
    with speak(echoes) as connection:  # by now the one before is over
        connection.send("a")
        connection.recv(timeout=10)

    assert seen == ["closed"]
    assert caplog.records == []


@contextmanager
def faulty(speak: Speak, fault: str) -> Iterator[ClientConnection]:
    with speak(answers, **{"X-Harness-Fault": fault}) as connection:
        connection.send(BODY)
        yield connection


def test_a_reset_breaks_the_connection(speak: Speak, app: App) -> None:
    with faulty(speak, "reset") as connection, pytest.raises(ConnectionClosedError):
        connection.recv(timeout=10)

    [noted] = app.shared.journal
    assert (noted.verdict, noted.fault) == ("fault", "reset")


def test_a_truncated_frame_is_the_last(speak: Speak) -> None:
    with faulty(speak, "truncate=10") as connection:
        assert len(connection.recv(timeout=10)) == 10
        with pytest.raises(ConnectionClosedError):
            connection.recv(timeout=10)


def test_an_empty_answer_is_no_frame(speak: Speak) -> None:
    with faulty(speak, "empty") as connection, pytest.raises(TimeoutError):
        connection.recv(timeout=0.1)


@pytest.mark.parametrize(
    ("fault", "told"), [("status=429", "error"), ("html", "<html>"), ("fewer=1", '"data":[]')]
)
def test_any_other_fault_spoils_the_frame(fault: str, told: str, speak: Speak) -> None:
    with faulty(speak, fault) as connection:
        answer = connection.recv(timeout=10)

    assert told in (answer if isinstance(answer, str) else answer.decode("utf-8", "replace"))


def test_a_slow_frame_waits_on_the_clock(speak: Speak, app: App) -> None:
    clock = app.shared.clock
    clock.hold()
    try:
        with faulty(speak, "slow=1") as connection:
            with pytest.raises(TimeoutError):
                connection.recv(timeout=0.1)
            clock.advance(10_000)
            assert "data" in json.loads(connection.recv(timeout=10))
    finally:
        clock.release()


def test_a_fault_that_means_nothing_ends_the_connection(speak: Speak) -> None:
    with faulty(speak, "bogus") as connection, pytest.raises(ConnectionClosed) as caught:
        connection.recv(timeout=10)

    assert caught.value.rcvd is not None
    assert caught.value.rcvd.code == 1008
