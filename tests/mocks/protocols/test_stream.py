"""Answers that come bit by bit: whole, in order, and noted as they were sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from imagine_harness.contracts.exchange import Exchange, Request
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.app import App
from imagine_harness.mocks.note import Note
from imagine_harness.mocks.protocols.stream import streamed

ANSWER = Answer(None, 202, content_type=b"text/event-stream")


class Listener:
    """The other side of one answer: what was sent to it, and what of it was noted by then."""

    def __init__(self, app: App) -> None:
        journal = app.services.journal
        request = Request("GET", "/", "", {}, b"")
        self.sent: list[Any] = []
        self.note = Note(journal, Exchange(request, id="1", provider="fal"), 0.0)
        [self.noted] = journal

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    @property
    def parts(self) -> list[bytes]:
        return [each["body"] for each in self.sent[1:]]


async def words(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


@pytest.fixture
def listener(app: App) -> Listener:
    return Listener(app)


def test_a_stream_is_sent_part_by_part_and_ends(listener: Listener, runner: asyncio.Runner) -> None:
    parts = words(b"a", b"b", b"c")
    runner.run(streamed(listener.send, ANSWER, parts, [(b"x-a", b"1")], listener.note))

    assert (listener.noted.response.status, listener.noted.response.body) == (202, b"abc")
    assert listener.sent[0] == {
        "type": "http.response.start",
        "status": 202,
        "headers": [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            (b"x-a", b"1"),
        ],
    }
    assert listener.parts == [b"a", b"b", b"c", b""]
    assert [each.get("more_body", False) for each in listener.sent[1:]] == [True, True, True, False]


def test_it_is_noted_by_the_time_that_a_client_knows_that_it_is_whole(
    listener: Listener, app: App, runner: asyncio.Runner
) -> None:
    over: list[int] = []

    async def send(message: Any) -> None:
        over.append(len(app.services.journal.unfinished))

    runner.run(streamed(send, ANSWER, words(b"a", b"b"), [], listener.note))

    assert over == [1, 1, 1, 0]


def test_an_empty_stream_is_an_empty_answer(listener: Listener, runner: asyncio.Runner) -> None:
    runner.run(streamed(listener.send, ANSWER, words(), [], listener.note))

    assert listener.parts == [b""]


def test_a_stream_ends_when_nobody_listens_any_more(
    listener: Listener, runner: asyncio.Runner
) -> None:
    closed: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            yield b"a"
            await asyncio.Event().wait()
        finally:
            closed.append("closed")

    async def main() -> None:
        sending = asyncio.ensure_future(
            streamed(listener.send, ANSWER, endless(), [], listener.note)
        )
        while not listener.parts:
            await asyncio.sleep(0)
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending

    runner.run(main())

    assert listener.parts == [b"a"]
    assert closed == ["closed"]


def test_a_stream_that_fails_is_not_ended_as_if_it_were_whole(
    listener: Listener, app: App, runner: asyncio.Runner
) -> None:
    async def fails() -> AsyncIterator[bytes]:
        yield b"a"
        raise ValueError("out of paper")

    with pytest.raises(ValueError, match="out of paper"):
        runner.run(streamed(listener.send, ANSWER, fails(), [], listener.note))

    assert listener.parts == [b"a"]
    assert app.services.journal.unfinished == [listener.noted]


def test_a_long_stream_is_noted_in_part(listener: Listener, runner: asyncio.Runner) -> None:
    parts = words(*[b"x" * 100_000] * 3)
    runner.run(streamed(listener.send, ANSWER, parts, [], listener.note))

    assert len(b"".join(listener.parts)) == 300_000
    assert len(listener.noted.response.body) == 262_144
