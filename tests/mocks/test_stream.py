"""Answers that come bit by bit: whole, in order, and for no longer than somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from mocks import stream as module
from mocks.call import Answer
from mocks.stream import streamed

ANSWER = Answer(None, 202, content_type=b"text/event-stream")


class Listener:
    """The other side of one answer: what was sent to it, and when it goes."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.gone = asyncio.Event()

    async def send(self, message: Any) -> None:
        self.sent.append(message)

    async def receive(self) -> Any:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    @property
    def parts(self) -> list[bytes]:
        return [each["body"] for each in self.sent[1:]]


async def words(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def test_a_stream_is_sent_part_by_part_and_ends(runner: asyncio.Runner) -> None:
    async def main() -> tuple[Listener, bytes]:
        listener = Listener()
        parts = words(b"a", b"b", b"c")
        headers = [(b"x-a", b"1")]
        noted = await streamed(listener.send, listener.receive, ANSWER, parts, headers)
        return listener, noted

    listener, noted = runner.run(main())

    assert noted == b"abc"
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


def test_an_empty_stream_is_an_empty_answer(runner: asyncio.Runner) -> None:
    async def main() -> list[bytes]:
        listener = Listener()
        await streamed(listener.send, listener.receive, ANSWER, words(), [])
        return listener.parts

    assert runner.run(main()) == [b""]


def test_a_stream_ends_at_once_when_nobody_listens_any_more(runner: asyncio.Runner) -> None:
    closed: list[str] = []

    async def endless() -> AsyncIterator[bytes]:
        try:
            yield b"a"
            await asyncio.Event().wait()
        finally:
            closed.append("closed")

    async def main() -> tuple[list[bytes], bytes]:
        listener = Listener()
        sending = asyncio.ensure_future(
            streamed(listener.send, listener.receive, ANSWER, endless(), [])
        )
        while not listener.parts:
            await asyncio.sleep(0)
        listener.gone.set()
        return listener.parts, await asyncio.wait_for(sending, 10)

    assert runner.run(main()) == ([b"a"], b"a")
    assert closed == ["closed"]


def test_who_has_gone_before_gets_nothing_more(runner: asyncio.Runner) -> None:
    async def main() -> list[bytes]:
        listener = Listener()

        async def leaves() -> AsyncIterator[bytes]:
            yield b"a"
            listener.gone.set()
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            yield b"b"
            yield b"c"

        await streamed(listener.send, listener.receive, ANSWER, leaves(), [])
        return listener.parts

    assert b"c" not in runner.run(main())


def test_a_stream_that_fails_is_not_ended_as_if_it_were_whole(runner: asyncio.Runner) -> None:
    async def fails() -> AsyncIterator[bytes]:
        yield b"a"
        raise ValueError("out of paper")

    async def main() -> list[bytes]:
        listener = Listener()
        with pytest.raises(ValueError, match="out of paper"):
            await streamed(listener.send, listener.receive, ANSWER, fails(), [])
        return listener.parts

    assert runner.run(main()) == [b"a"]


def test_a_long_stream_is_noted_in_part(
    runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_NOTE", 5)

    async def main() -> tuple[list[bytes], bytes]:
        listener = Listener()
        parts = words(*[b"abc"] * 100)
        noted = await streamed(listener.send, listener.receive, ANSWER, parts, [])
        return listener.parts, noted

    sent, noted = runner.run(main())

    assert len(b"".join(sent)) == 300
    assert noted == b"abcab"
