"""A call in a thread of its own ends, is left when it has shown enough, and is stopped."""

from __future__ import annotations

import asyncio
import itertools
import logging
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from imagine_harness.harness.suites.subjects.call_thread import CallThread, captured_log


async def later() -> str:
    await asyncio.sleep(0)
    return "made"


def bit_by_bit() -> Iterator[str]:
    yield "one"
    yield "two"


async def bit_by_bit_later() -> AsyncIterator[str]:
    for part in bit_by_bit():
        yield await asyncio.sleep(0, part)


async def later_bit_by_bit() -> AsyncIterator[str]:
    return bit_by_bit_later()


@pytest.mark.parametrize("make", [bit_by_bit, bit_by_bit_later, later_bit_by_bit])
def test_what_comes_bit_by_bit_is_all_waited_for(make: Callable[[], object]) -> None:
    running = CallThread(make)
    running.wait(10)

    assert (running.returned, running.error) == (["one", "two"], None)


def test_what_never_stops_coming_is_left_in_the_end() -> None:
    running = CallThread(itertools.count)
    running.wait(10)

    assert running.ended
    assert isinstance(running.returned, list)


def test_an_error_on_the_way_is_one_of_the_call() -> None:
    running = CallThread(lambda: (1 / each for each in (1, 0)))
    running.wait(10)

    assert isinstance(running.error, ZeroDivisionError)


@pytest.mark.parametrize("make", [lambda: "made", later])
def test_what_a_call_returns_is_known_when_it_has_ended(make: Callable[[], object]) -> None:
    running = CallThread(make)
    running.wait(10)

    assert (running.ended, running.returned, running.error) == (True, "made", None)


def test_what_a_call_raises_is_known_too() -> None:
    running = CallThread(lambda: 1 / 0)
    running.wait(10)

    assert running.ended
    assert isinstance(running.error, ZeroDivisionError)


def test_a_call_that_leaves_python_has_raised() -> None:
    running = CallThread(lambda: exit(3))
    running.wait(10)

    assert isinstance(running.error, SystemExit)


def asks_for_ever(asked: list[float]) -> None:
    while True:
        asked.append(time.monotonic())
        try:
            time.sleep(0.001)
        except Exception:
            continue


def test_a_call_that_has_shown_enough_is_stopped() -> None:
    asked: list[float] = []
    running = CallThread(lambda: asks_for_ever(asked))
    running.wait(30, lambda: len(asked) > 5)
    running.stop(10)
    number = len(asked)
    threading.Event().wait(0.01)

    assert not running.ended
    assert running.seconds < 10
    assert len(asked) == number > 5


def test_a_deadline_is_kept() -> None:
    running = CallThread(lambda: asks_for_ever([]))
    running.wait(0.05)
    running.stop(10)

    assert not running.ended
    assert running.seconds < 10


def test_only_what_a_new_thread_logs_is_kept() -> None:
    log = logging.getLogger("test_running")
    with captured_log() as lines:
        log.error("by the test itself")
        running = CallThread(lambda: log.debug("by the %s", "call"))
        running.wait(10)
    CallThread(lambda: log.error("too late")).wait(10)

    assert lines == ["by the call"]
