"""What is to happen later: nothing due is lost or run twice, whoever moves the clock and where."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Awaitable, Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagine_harness.mocks.services import schedule as module
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.schedule import Schedule

Job = Callable[[], Awaitable[None]]


class Told:
    """A schedule on a held clock, and what ran on it."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.clock.hold()
        self.start = self.clock.now()
        self.schedule = Schedule(self.clock)
        self.ran: list[object] = []

    def at(self, seconds: float, name: object) -> None:
        self.schedule.at(self.start + seconds, self.job(name))

    def job(self, name: object) -> Job:
        async def run() -> None:
            self.ran.append(name)

        return run

    async def settled(self, advance: float = 0) -> list[object]:
        self.clock.advance(advance)
        self.schedule.attach()
        await self.schedule.settle()
        return list(self.ran)


@pytest.fixture
def told() -> Told:
    return Told()


def test_what_is_due_runs_in_the_order_of_time(told: Told, runner: asyncio.Runner) -> None:
    for seconds in (3, 1, 2):
        told.at(seconds, seconds)

    assert runner.run(told.settled()) == []
    assert runner.run(told.settled(1)) == [1]
    assert runner.run(told.settled(10)) == [1, 2, 3]
    assert runner.run(told.settled(10)) == [1, 2, 3]


def test_what_is_due_at_the_same_time_runs_in_the_order_of_its_coming(
    told: Told, runner: asyncio.Runner
) -> None:
    for name in "abc":
        told.at(1, name)

    assert runner.run(told.settled(1)) == ["a", "b", "c"]


def test_what_was_due_in_the_past_runs_at_once(told: Told, runner: asyncio.Runner) -> None:
    told.at(-100, "late")

    assert runner.run(told.settled()) == ["late"]


def test_what_becomes_due_by_a_job_is_waited_for_too(told: Told, runner: asyncio.Runner) -> None:
    async def first() -> None:
        told.ran.append("first")
        told.at(0, "second")

    told.schedule.at(told.start, first)

    assert runner.run(told.settled()) == ["first", "second"]


def test_a_slow_job_holds_up_no_other(told: Told, runner: asyncio.Runner) -> None:
    async def main() -> list[object]:
        free = asyncio.Event()

        async def slow() -> None:
            await free.wait()
            told.ran.append("slow")

        told.schedule.at(told.start, slow)
        told.at(0, "quick")
        settling = asyncio.ensure_future(told.settled())
        while not told.ran:
            await asyncio.sleep(0)
        before = list(told.ran)
        free.set()
        return [before, await settling]

    assert runner.run(main()) == [["quick"], ["quick", "slow"]]


def test_settling_ends_although_a_job_does_not(
    told: Told, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LONGEST_SETTLE", 0.05)

    async def main() -> list[object]:
        free = asyncio.Event()

        async def waits() -> None:
            await free.wait()
            told.ran.append("waited")

        told.schedule.at(told.start, waits)
        before = await told.settled()
        free.set()
        return [before, await told.settled()]

    assert runner.run(main()) == [[], ["waited"]]


def test_a_job_that_fails_is_told_and_stops_no_other(
    told: Told, runner: asyncio.Runner, caplog: pytest.LogCaptureFixture
) -> None:
    async def fails() -> None:
        raise ValueError("out of paper")

    told.schedule.at(told.start, fails)
    told.at(0, "other")

    assert runner.run(told.settled()) == ["other"]
    [record] = caplog.records
    assert (record.name, record.levelno) == ("imagine-harness", logging.ERROR)
    assert record.exc_info
    assert "out of paper" in str(record.exc_info[1])


def test_jobs_run_by_themselves_as_the_clock_is_moved(told: Told, runner: asyncio.Runner) -> None:
    async def main() -> list[list[object]]:
        told.schedule.attach()
        told.at(60, "first")
        told.at(120, "second")
        seen: list[list[object]] = []
        for _ in range(2):
            told.clock.advance(60)
            while len(told.ran) == len(seen):
                await asyncio.sleep(0.001)
            seen.append(list(told.ran))
        return seen

    assert runner.run(main()) == [["first"], ["first", "second"]]


def test_jobs_run_by_themselves_on_a_fast_clock(runner: asyncio.Runner) -> None:
    clock = Clock(1_000_000)
    schedule, ran = Schedule(clock), asyncio.Event()

    async def job() -> None:
        ran.set()

    async def main() -> None:
        schedule.attach()
        schedule.at(clock.now() + 3_600, job)
        await asyncio.wait_for(ran.wait(), 10)

    runner.run(main())


def test_jobs_come_from_other_threads(told: Told, runner: asyncio.Runner) -> None:
    def add(thread: int) -> None:
        for number in range(50):
            told.at(0, (thread, number))

    async def main() -> list[object]:
        told.schedule.attach()
        threads = [threading.Thread(target=add, args=(each,)) for each in range(8)]
        for each in threads:
            each.start()
        while len(told.ran) < 400:
            await asyncio.sleep(0.001)
        for each in threads:
            each.join()
        return await told.settled()

    ran = runner.run(main())

    assert len(ran) == len(set(ran)) == 400


def test_what_is_forgotten_does_not_run(told: Told, runner: asyncio.Runner) -> None:
    told.at(1, "a")
    told.schedule.forget()
    told.at(2, "b")

    assert runner.run(told.settled(5)) == ["b"]


def test_a_schedule_outlives_its_event_loop(told: Told) -> None:
    told.at(0, "a")
    assert asyncio.run(told.settled()) == ["a"]
    told.at(0, "b")
    assert asyncio.run(told.settled()) == ["a", "b"]


def test_a_job_that_is_cut_off_begins_again_on_the_next_loop(told: Told) -> None:
    begun: list[int] = []

    async def job() -> None:
        begun.append(len(begun))
        if len(begun) == 1:
            await asyncio.Event().wait()
        told.ran.append("done")

    async def cut_off() -> None:
        told.schedule.attach()
        while not begun:
            await asyncio.sleep(0)

    told.schedule.at(told.start, job)
    asyncio.run(cut_off())

    assert asyncio.run(told.settled()) == ["done"]
    assert begun == [0, 1]


def test_a_job_that_had_no_time_to_begin_begins_on_the_next_loop(told: Told) -> None:
    async def too_short() -> None:
        told.schedule.attach()
        told.at(0, "a")

    asyncio.run(too_short())

    assert asyncio.run(told.settled()) == ["a"]


def test_a_loop_that_still_runs_keeps_the_jobs(told: Told) -> None:
    """Calls in process beside a server must not take its jobs away."""
    at_home: list[bool] = []
    ready, over = threading.Event(), threading.Event()

    async def serve() -> None:
        told.schedule.attach()
        home = threading.get_ident()

        async def job() -> None:
            at_home.append(threading.get_ident() == home)

        ready.set()
        while not over.is_set():
            await asyncio.sleep(0.001)
        told.schedule.at(told.start, job)
        while not at_home:
            await asyncio.sleep(0.001)

    async def visit() -> None:
        told.schedule.attach()

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    asyncio.run(visit())
    over.set()
    thread.join(10)

    assert at_home == [True]


@given(
    due=st.lists(st.integers(0, 20), max_size=30),
    moves=st.lists(st.integers(0, 5), min_size=1, max_size=10),
)
def test_nothing_is_lost_run_early_or_run_twice(
    due: list[int], moves: list[int], runner: asyncio.Runner
) -> None:
    told = Told()
    for number, seconds in enumerate(due):
        told.at(seconds, (seconds, number))
    passed = 0
    for move in moves:
        passed += move
        ran = runner.run(told.settled(move))

        assert ran == sorted(ran)  # type: ignore[type-var]
        assert set(ran) == {(s, n) for n, s in enumerate(due) if s <= passed}
        assert len(ran) == len(set(ran))
