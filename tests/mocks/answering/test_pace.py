"""Turns for others, counted."""

from __future__ import annotations

import asyncio
import threading

from imagine_harness.mocks.answering.pace import aside, turn


def test_others_have_a_turn_now_and_then() -> None:
    async def turns(pieces: int) -> int:
        taken = 0

        async def others() -> None:
            nonlocal taken
            while True:
                taken += 1
                await asyncio.sleep(0)

        waiting = asyncio.ensure_future(others())
        for number in range(pieces):
            await turn(number)
        waiting.cancel()
        return taken

    assert asyncio.run(turns(3)) == 0
    assert asyncio.run(turns(1_000)) >= 30


def test_much_is_done_beside_the_loop_and_little_at_once() -> None:
    async def where(size: int) -> int:
        return await aside(size, threading.get_ident)

    assert asyncio.run(where(1_000)) == threading.get_ident()
    assert asyncio.run(where(10_000_000)) != threading.get_ident()
