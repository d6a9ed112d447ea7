"""Sessions: what a client that comes back is owed, and when a connection is given up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any

import pytest

from imagine_harness.mocks.app import App
from imagine_harness.mocks.runware.sessions import Session
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.store import Store

Task = Callable[..., dict[str, Any]]
Opened = Callable[..., Any]
Disturb = Callable[[str], None]
Until = Callable[[Callable[[], bool]], None]

PING = {"taskType": "ping", "ping": True}
PONG = {"data": [{"taskType": "ping", "pong": True}]}
LONGEST = 10
"""Seconds after which what does not happen has failed."""


@pytest.fixture
def app(live: App) -> App:
    return live


@pytest.fixture
def until() -> Until:
    """Wait for what the server does in its own time."""

    def waited(done: Callable[[], bool]) -> None:
        limit = time.monotonic() + LONGEST
        while not done():
            assert time.monotonic() < limit
            time.sleep(0.005)

    return waited


def test_a_session_is_taken_up_again(opened: Opened) -> None:
    first = opened(login=False)
    session = first.login()
    first.socket.close()

    assert opened(login=False).login(session=session) == session
    assert opened(login=False).login(session="unknown") != session


def lose(client: Any, uuid: str, task: dict[str, Any], app: App, until: Until) -> None:
    """Go away before the answer to a task has come, which is then owed."""
    client.send(task)
    client.send(PING)
    assert client.frame() == PONG
    client.socket.close()
    session = app.services.store.of("").kept.get(f"runware.session.{uuid}")
    until(lambda: session.owed and session.send is None)


def test_what_could_not_be_sent_comes_after_the_session_is_taken_up(
    opened: Opened, image_task: Task, app: App, until: Until, disturb: Disturb
) -> None:
    client = opened(login=False)
    session = client.login()
    app.services.clock.hold()
    disturb("runware.task delay=30 times=1")
    lose(client, session, image_task(1, numberResults=2), app, until)

    again = opened(login=False)
    assert again.login(session=session) == session
    assert [each["taskUUID"][-1] for each in again.frame()["data"]] == ["1", "1"]
    assert again.ask(PING) == PONG


def test_what_is_owed_is_kept_for_two_minutes(
    opened: Opened, image_task: Task, app: App, until: Until, disturb: Disturb
) -> None:
    client = opened(login=False)
    session = client.login()
    app.services.clock.hold()
    disturb("runware.task delay=30 times=1")
    lose(client, session, image_task(1), app, until)
    app.services.clock.advance(120)

    again = opened(login=False)
    assert again.login(session=session) != session
    assert again.ask(PING) == PONG


def test_the_answer_to_a_broken_connection_is_owed(
    opened: Opened, image_task: Task, app: App, disturb: Disturb
) -> None:
    client = opened(login=False)
    session = client.login()
    disturb("runware.task reset times=1")
    client.send(image_task(1))
    assert client.end() is None

    again = opened(login=False)
    again.login(session=session)
    assert again.frame()["data"][0]["taskUUID"][-1] == "1"


def test_a_silent_connection_is_closed_after_two_minutes(opened: Opened, app: App) -> None:
    client = opened()
    app.services.clock.hold()
    app.services.clock.advance(119)
    assert client.ask(PING) == PONG
    app.services.clock.advance(119)
    assert client.ask(PING) == PONG
    app.services.clock.advance(120)

    assert client.end() == 1000


def test_what_is_owed_to_all_sessions_takes_a_bounded_memory() -> None:
    memory = Memory(1_000_000)
    store = Store(1, memory=memory)
    shelf = store.of("a").kept
    sessions = [Session(f"{number}", None, shelf) for number in range(20)]

    async def owing() -> None:
        for each in sessions:
            shelf.add(f"runware.session.{each.uuid}", each)
            await each.deliver([b"x" * 10_000])

    asyncio.run(owing())

    kind = memory.as_json()["kinds"]["kept by providers"]
    assert kind["bytes"] <= kind["most_bytes"]
    assert shelf.get("runware.session.0") is None
    assert shelf.get("runware.session.19").owed == [b"x" * 10_000]


def test_a_session_that_was_forgotten_stays_forgotten() -> None:
    store = Store(1)
    shelf = store.of("a").kept
    session = Session("1", None, shelf)
    shelf.add("runware.session.1", session)
    store.reset("a")

    asyncio.run(session.deliver([b"x"]))

    assert shelf.get("runware.session.1") is None
