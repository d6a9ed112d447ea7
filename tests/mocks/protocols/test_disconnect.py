"""Clients that leave: whatever waits for them ends, and nothing else does."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from imagine_harness.mocks.protocols.disconnect import ClientLeft, Watch, gone


async def never() -> None:
    await asyncio.Event().wait()


async def at_once() -> None:
    pass


def test_a_block_ends_when_the_client_leaves(runner: asyncio.Runner) -> None:
    async def main() -> int:
        with pytest.raises(ClientLeft), Watch(at_once):
            await never()
        task = asyncio.current_task()
        assert task is not None
        return task.cancelling()

    assert runner.run(main()) == 0


def test_a_block_goes_on_while_the_client_is_there(runner: asyncio.Runner) -> None:
    async def main() -> str:
        with Watch(never):
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            return "whole"

    assert runner.run(main()) == "whole"


def test_who_cancels_a_block_is_not_taken_for_the_client(runner: asyncio.Runner) -> None:
    async def main() -> None:
        async def block() -> None:
            with Watch(never):
                await never()

        task = asyncio.ensure_future(block())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    runner.run(main())


def test_a_block_that_fails_tells_why(runner: asyncio.Runner) -> None:
    async def main() -> None:
        with Watch(never):
            await asyncio.sleep(0)
            raise ValueError("out of paper")

    with pytest.raises(ValueError, match="out of paper"):
        runner.run(main())


def test_nobody_is_watched_until_something_is_waited_for(runner: asyncio.Runner) -> None:
    asked: list[str] = []

    async def looked() -> None:
        asked.append("looked")

    async def main() -> None:
        with Watch(looked):
            pass
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    runner.run(main())

    assert asked == []


@pytest.mark.parametrize("ending", [{"type": "http.disconnect"}, OSError("broken")])
def test_a_client_is_gone_when_it_says_so_or_cannot_be_heard(
    ending: Any, runner: asyncio.Runner
) -> None:
    said = [{"type": "http.request"}, {"type": "http.request"}, ending]

    async def receive() -> Any:
        message = said.pop(0)
        if isinstance(message, Exception):
            raise message
        return message

    runner.run(gone(receive))

    assert said == []
