"""A WebSocket where every frame is a call: answered, noted and broken as one over HTTP."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, NoReturn

import pytest
from websockets.exceptions import ConnectionClosed, ConnectionClosedError
from websockets.sync.client import ClientConnection, connect

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.channel import Channel, ChannelClosed
from imagine_harness.mocks.protocols.fault_effects import LINE
from imagine_harness.mocks.server import serving
from tests.mocks.callers import Speaker, turns

BODY = json.dumps({"model": "grok-imagine-image", "prompt": "a lighthouse"})
PATH = "/uniall/v1/images/generations"


async def answers(connection: Channel) -> None:
    """Answers each frame as the call that it would be over HTTP."""
    while True:
        done = await connection.answered(connection.call(await connection.frame()))
        await connection.deliver(done, [done.body])


async def echoes(connection: Channel) -> None:
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

    noted = list(app.services.journal)
    assert [
        (each.request.method, each.request.path, each.operation, each.verdict.kind)
        for each in noted
    ] == [("POST", "/v1/images/generations", "generate", "conforms")] * 2


def test_a_frame_is_refused_as_a_call(speak: Speak, app: App) -> None:
    with speak(answers) as connection:
        connection.send(json.dumps({"model": "grok-imagine-image"}))
        assert "error" in json.loads(connection.recv(timeout=10))
        connection.send("no json")
        assert "error" in json.loads(connection.recv(timeout=10))
        connection.send(BODY)
        assert "data" in json.loads(connection.recv(timeout=10))

    assert [each.verdict.kind for each in app.services.journal] == [
        "violates",
        "refused",
        "conforms",
    ]


def test_a_connection_belongs_to_its_test(speak: Speak, app: App) -> None:
    with speak(answers, **{"X-Harness-Test": "a"}) as connection:
        connection.send(BODY)
        connection.recv(timeout=10)

    assert [each.test for each in app.services.journal] == ["a"]
    assert app.services.store.of("a").calls == {"uniall.generate": 1}


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

    async def waits(connection: Channel) -> None:
        try:
            await connection.frame()
        except ChannelClosed:
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


@pytest.mark.parametrize("fault", ["reset", "reset stall=0"])
def test_a_reset_breaks_the_connection(fault: str, speak: Speak, app: App) -> None:
    with faulty(speak, fault) as connection, pytest.raises(ConnectionClosedError):
        connection.recv(timeout=10)

    [noted] = app.services.journal
    assert (noted.verdict.kind, noted.verdict.fault) == ("fault", fault)


@pytest.mark.parametrize("fault", ["truncate=10", "stall truncate=10"])
def test_a_truncated_frame_is_the_last(fault: str, speak: Speak) -> None:
    with faulty(speak, fault) as connection:
        assert len(connection.recv(timeout=10)) == 10
        with pytest.raises(ConnectionClosedError):
            connection.recv(timeout=10)


def test_a_frame_that_is_truncated_half_way_is_the_last(speak: Speak, app: App) -> None:
    with faulty(speak, "truncated") as connection:
        came = connection.recv(timeout=10)
        with pytest.raises(ConnectionClosedError):
            connection.recv(timeout=10)

    [noted] = app.services.journal
    assert len(came) == len(noted.response.body) // 2


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
    clock = app.services.clock
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


@pytest.fixture
def held(app: App) -> Iterator[App]:
    """The mocks, whose clock stands still, and whose connections are answered frame by frame."""
    mock, clock = app.mocks["uniall"], app.services.clock
    before = mock.dialect
    mock.dialect = replace(before, socket=answers)
    clock.hold()
    yield app
    clock.release()
    mock.dialect = before
    app.reset()


def waiting(fault: str, *frames: object) -> Speaker:
    headers = {"authorization": "Bearer sk-a", "x_harness_fault": fault}
    return Speaker(PATH, *frames, **headers)


@pytest.mark.parametrize("fault", ["delay=60", "slow=1", "delay=60 reset", "delay=60 truncate=1"])
def test_a_frame_whose_client_leaves_is_noted_at_once(
    fault: str, held: App, runner: asyncio.Runner
) -> None:
    speaker = waiting(fault, json.loads(BODY))

    async def main() -> None:
        speaker.connect(held)
        await turns()
        assert len(held.services.journal.unfinished) == 1
        await speaker.leave()

    runner.run(main())

    [noted] = held.services.journal
    assert (noted.operation, noted.verdict.fault, noted.response.status) == ("generate", fault, 0)
    assert (noted.ending or "").startswith("client left after ")
    assert speaker.serving.exception() is None
    assert speaker.sent == [{"type": "websocket.accept"}]
    assert held.services.journal.unfinished == []


def test_a_stalled_answer_is_no_frame_and_says_who_left(held: App, runner: asyncio.Runner) -> None:
    speaker = waiting("stall=1000000", json.loads(BODY))

    async def main() -> None:
        speaker.connect(held)
        await turns()
        held.services.clock.advance(1_000_000)
        await turns()
        await speaker.leave()

    runner.run(main())

    [noted] = held.services.journal
    assert speaker.sent == [{"type": "websocket.accept"}]
    assert (noted.verdict.fault, noted.response.status, noted.response.body) == (
        "stall=1000000",
        200,
        b"",
    )
    assert (noted.ending or "").startswith("client left after ")
    assert held.services.journal.unfinished == []


def test_a_connection_that_a_stopping_server_closes_says_so(
    held: App, runner: asyncio.Runner
) -> None:
    speaker = waiting("delay=60", json.loads(BODY))

    async def main() -> None:
        line = SimpleNamespace(cut=True, transport=SimpleNamespace(is_closing=lambda: False))
        speaker.connect(held, {LINE: line})
        await turns()
        await speaker.leave()

    runner.run(main())

    [noted] = held.services.journal
    assert (noted.ending or "").startswith("server stopped after ")


def test_who_leaves_before_the_connection_is_there_is_no_failure(
    held: App, runner: asyncio.Runner
) -> None:
    async def gone(message: Any) -> None:
        raise OSError

    speaker = waiting("delay=60", json.loads(BODY))
    speaker.send = gone  # type: ignore[method-assign]

    async def main() -> None:
        speaker.connect(held)
        await asyncio.wait([speaker.serving])

    runner.run(main())

    assert speaker.serving.exception() is None
    assert list(held.services.journal) == []


def test_a_channel_that_fails_is_one_without_a_client(held: App, runner: asyncio.Runner) -> None:
    said: list[Any] = [
        {"type": "websocket.connect"},
        {"type": "websocket.receive", "text": BODY},
        RuntimeError(),
    ]

    async def receive() -> Any:
        message = said.pop(0)
        if isinstance(message, Exception):
            raise message
        return message

    speaker = waiting("delay=60")
    speaker.receive = receive  # type: ignore[method-assign]

    async def main() -> None:
        speaker.connect(held)
        await asyncio.wait_for(asyncio.wait([speaker.serving]), 10)

    runner.run(main())

    [noted] = held.services.journal
    assert (noted.ending or "").startswith("client left after ")


def test_so_many_frames_are_read_ahead_and_no_more(held: App, runner: asyncio.Runner) -> None:
    speaker = waiting("delay=60", *[json.loads(BODY)] * 20)

    async def main() -> int:
        speaker.connect(held)
        await turns()
        left = speaker.unread
        speaker.serving.cancel()
        await asyncio.wait([speaker.serving])
        return left

    # one is answered, four are kept, one waits for its place
    assert runner.run(main()) == 14


def test_a_failure_of_the_harness_is_noted_and_told(held: App, runner: asyncio.Runner) -> None:
    def fails(*_: Any) -> NoReturn:
        raise ValueError("out of paper")

    mock = held.mocks["uniall"]
    mock.dialect = replace(mock.dialect, headers=fails)
    speaker = waiting("delay=60", json.loads(BODY))

    async def main() -> None:
        speaker.connect(held)
        await asyncio.wait([speaker.serving])

    runner.run(main())

    [noted] = held.services.journal
    assert isinstance(speaker.serving.exception(), ValueError)
    assert (noted.ending or "").startswith("harness failed after ")
