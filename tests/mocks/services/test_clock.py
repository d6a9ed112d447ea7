"""The one clock: real at first, then wherever a test puts it."""

from __future__ import annotations

import asyncio
import time

import pytest

from imagine_harness.mocks.services.clock import Clock


def test_the_clock_starts_at_the_real_time_and_runs() -> None:
    before = time.time()
    clock = Clock()
    first, second = clock.now(), clock.now()

    assert before - 0.1 <= first <= second <= time.time() + 0.1
    assert (clock.held, clock.speed) == (False, 1.0)


def test_a_held_clock_stands_still_until_it_is_moved() -> None:
    clock = Clock()
    clock.hold()
    stood = clock.now()

    assert clock.held
    assert clock.now() == stood
    clock.advance(90.5)
    assert clock.now() == stood + 90.5


def test_a_running_clock_can_be_moved_too() -> None:
    clock = Clock()
    before = clock.now()
    clock.advance(3_600)

    assert 3_600 <= clock.now() - before < 3_610
    assert not clock.held


def test_a_released_clock_goes_on_from_where_it_stood() -> None:
    clock = Clock()
    clock.hold()
    clock.advance(1_000)
    stood = clock.now()
    clock.release()

    assert stood <= clock.now() < stood + 10
    assert not clock.held


def test_holding_twice_changes_nothing() -> None:
    clock = Clock()
    clock.hold()
    stood = clock.now()
    clock.hold()

    assert clock.now() == stood


@pytest.mark.parametrize("speed", [0.5, 1_000_000])
def test_speed_scales_what_passes(speed: float) -> None:
    clock = Clock(speed)
    real, began = time.monotonic(), clock.now()
    while time.monotonic() == real:
        pass
    passed, took = clock.now() - began, time.monotonic() - real

    assert clock.speed == speed
    assert 0 < passed <= took * speed * 1.5 + 1


def test_changing_the_speed_does_not_move_the_clock() -> None:
    clock = Clock()
    clock.hold()
    stood = clock.now()
    clock.set_speed(1_000_000)

    assert clock.now() == stood
    assert clock.held
    assert clock.speed == 1_000_000


def test_a_change_of_speed_counts_from_then_on() -> None:
    clock = Clock()
    before = clock.now()
    clock.set_speed(0.001)

    assert before <= clock.now() < before + 5


def test_a_sleeper_wakes_when_the_clock_is_moved(runner: asyncio.Runner) -> None:
    clock = Clock()
    clock.hold()
    woken: list[float] = []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append(seconds)

    async def told() -> list[list[float]]:
        tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (60.0, 3_600.0, 0.0)]
        seen = []
        for move in (0, 59, 1, 4_000):
            clock.advance(move)
            for _ in range(6):
                await asyncio.sleep(0.005)
            seen.append(list(woken))
        await asyncio.gather(*tasks)
        return seen

    assert runner.run(told()) == [[0.0], [0.0], [0.0, 60.0], [0.0, 60.0, 3_600.0]]


def test_a_sleeper_wakes_early_on_a_fast_clock(runner: asyncio.Runner) -> None:
    clock = Clock(1_000_000)
    began = time.monotonic()

    runner.run(clock.sleep(3_600))

    assert time.monotonic() - began < 5


def test_nobody_sleeps_for_no_time_at_all(runner: asyncio.Runner) -> None:
    clock = Clock()
    clock.hold()

    runner.run(clock.sleep(0))
    runner.run(clock.sleep(-5))
