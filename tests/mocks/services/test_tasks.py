"""Asynchronous jobs: where they are follows from the clock, or from whoever moves them by hand."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App
from imagine_harness.mocks.services import tasks as module
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.schedule import Schedule
from imagine_harness.mocks.services.tasks import Mode, Stage, Task, TaskStore

Ask = Callable[..., httpx.Response]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]


def states(client: httpx.Client, app: App, task_id: str, *moments: float) -> list[Any]:
    """What a task says of itself after each of some waits."""
    found = []
    for wait in moments:
        app.services.clock.advance(wait)
        answer = client.get(
            f"/uniall/v1/images/tasks/{task_id}", headers={"Authorization": "Bearer a"}
        )
        assert answer.status_code == 200
        body = answer.json()
        assert (body["code"], body["message"]) == ("success", "")
        found.append(body["data"])
    return found


def test_a_task_is_queued_then_processed_then_done_as_the_clock_moves(
    ask: Ask, app: App, client: httpx.Client, fetch: Callable[[str], bytes], decoded: Decoded
) -> None:
    app.services.clock.hold()
    given = {"num_images": 2, "output_format": "webp", "aspect_ratio": "16:9"}

    submitted = ask("uniall.task", given).json()
    waiting, first, second, done = states(client, app, submitted["task_id"], 0, 0.5, 0.5, 1)

    assert submitted == {
        "task_id": submitted["task_id"],
        "status": "queued",
        "progress": "0%",
        "result_url": "",
        "metadata": {"task_type": "text2image"},
        "error": None,
    }
    assert re.fullmatch(r"task_\w+", submitted["task_id"])
    assert waiting == submitted
    assert (first["status"], second["status"]) == ("processing", "processing")
    progress = [each["progress"] for each in (waiting, first, second, done)]
    assert all(re.fullmatch(r"\d+%", each) for each in progress)
    assert progress == sorted(set(progress), key=lambda each: int(each[:-1]))
    assert first["result_url"] == second["result_url"] == ""
    assert (done["status"], done["progress"], done["error"]) == ("succeeded", "100%", None)
    assert done["metadata"]["result_count"] == len(done["metadata"]["result_urls"]) == 2
    assert done["result_url"] == done["metadata"]["result_urls"][0]
    for url in done["metadata"]["result_urls"]:
        assert decoded(fetch(url)) == ("WEBP", (1408, 768))


def test_a_task_is_done_within_two_seconds_of_the_clock(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    app.services.clock.hold()
    submitted = ask("uniall.task").json()

    [done] = states(client, app, submitted["task_id"], 2)

    assert done["status"] == "succeeded"


def test_a_finished_task_answers_the_same_each_time(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    task_id = ask("uniall.task", {"num_images": 4}).json()["task_id"]

    one, other = states(client, app, task_id, 5, 500)

    assert one == other


@pytest.mark.parametrize(
    ("given", "derived"),
    [
        ({}, "text2image"),
        ({"image": "https://example.com/a.png"}, "image2image"),
        ({"images": ["https://example.com/a.png"]}, "image2image"),
        ({"image_url": "https://example.com/a.png"}, "image2image"),
        ({"image_urls": ["https://example.com/a.png"]}, "image2image"),
        ({"image": "https://example.com/a.png", "task_type": "text2image"}, "text2image"),
        ({"image": "https://example.com/a.png", "task_type": "image2image"}, "image2image"),
    ],
    ids=str,
)
def test_an_omitted_task_type_is_derived_and_shown(
    given: dict[str, Any], derived: str, ask: Ask, app: App, client: httpx.Client
) -> None:
    submitted = ask("uniall.task", given).json()
    [done] = states(client, app, submitted["task_id"], 5)

    assert submitted["metadata"] == {"task_type": derived}
    assert done["metadata"]["task_type"] == derived


@pytest.mark.parametrize(
    ("given", "count"),
    [({}, 1), ({"n": 2}, 2), ({"num_images": 3}, 3), ({"n": 2, "num_images": 4}, 4)],
    ids=str,
)
def test_a_task_makes_as_many_images_as_it_was_asked_for(
    given: dict[str, Any], count: int, ask: Ask, app: App, client: httpx.Client
) -> None:
    [done] = states(client, app, ask("uniall.task", given).json()["task_id"], 5)

    assert done["metadata"]["result_count"] == count


def test_an_unknown_task_is_refused(
    client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    answer = client.get("/uniall/v1/images/tasks/task_none", headers={"Authorization": "Bearer a"})

    assert_refused(answer, "uniall", 400)
    assert answer.json()["code"] == "task_not_exist"


@pytest.fixture
def clock() -> Clock:
    clock = Clock()
    clock.hold()
    return clock


@pytest.fixture
def schedule(clock: Clock) -> Schedule:
    return Schedule(clock)


@pytest.fixture
def tasks(clock: Clock, schedule: Schedule) -> TaskStore:
    return TaskStore(clock, schedule, Mode.TIMED)


@pytest.mark.parametrize(
    ("moment", "stage"),
    [
        (0.5, Stage.QUEUED),
        (1.0, Stage.RUNNING),
        (1.5, Stage.RUNNING),
        (2.0, Stage.SUCCEEDED),
        (4.5, Stage.SUCCEEDED),
        (5.0, Stage.EXPIRED),
        (5.5, Stage.EXPIRED),
    ],
)
def test_a_task_changes_at_the_very_instant_at_which_it_begins_ends_and_expires(
    moment: float, stage: Stage
) -> None:
    task = Task("a", "acme", "draw", "", 0.0, Mode.TIMED, starts=1.0, ends=2.0, lifetime=3.0)

    assert task.stage(moment) is stage


def test_a_task_is_found_at_the_provider_that_took_it_on_and_at_no_other(tasks: TaskStore) -> None:
    task = tasks.submit("a", "acme", "draw", "one", {})

    assert [tasks.get(name, "a") for name in ("acme", "other")] == [task, None]
    assert [tasks.known(name, "a", "one") for name in ("acme", "other")] == [task, None]


def named(tasks: TaskStore) -> list[str]:
    return [task.id for task in tasks.all()]


def test_beyond_their_number_the_oldest_tasks_are_forgotten(
    clock: Clock, schedule: Schedule, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_TASKS", 3)
    tasks = TaskStore(clock, schedule, Mode.TIMED)

    oldest = tasks.submit("a", "acme", "draw", "", {"asked": "x" * 1_000})
    tasks.carry(oldest, 1_000, {"asked": "x"})
    for name in "bcde":
        tasks.submit(name, "acme", "draw", "", {})

    assert named(tasks) == ["c", "d", "e"]
    assert [task.id for task in tasks.waiting("acme")] == ["c", "d", "e"]
    assert [name for name in "abcde" if tasks.get("acme", name) is None] == ["a", "b"]
    assert oldest.work == {"asked": "x"}


def test_beyond_their_bytes_the_oldest_tasks_are_forgotten(
    clock: Clock, schedule: Schedule
) -> None:
    tasks = TaskStore(clock, schedule, Mode.TIMED, Memory(100_000))
    submitted = [f"task-{number}" for number in range(100)]

    for name in submitted:
        tasks.submit(name, "acme", "draw", "", {})

    kept = named(tasks)
    assert 0 < len(kept) < len(submitted)
    assert kept == submitted[-len(kept) :]


def test_an_announcement_that_is_cut_off_is_made_again(
    clock: Clock, schedule: Schedule, tasks: TaskStore
) -> None:
    task = tasks.submit("a", "acme", "draw", "", {})
    made: list[str] = []

    async def announce() -> None:
        made.append("begun")
        if len(made) == 1:
            await asyncio.Event().wait()
        made.append("done")

    async def cut_off() -> None:
        schedule.attach()
        clock.advance(100)
        tasks.when_ended(task, announce)
        while not made:
            await asyncio.sleep(0)

    async def settled() -> None:
        schedule.attach()
        await schedule.settle()

    with asyncio.Runner() as ending:
        ending.run(cut_off())
    with asyncio.Runner() as next_one:
        next_one.run(settled())
        next_one.run(settled())

    assert made == ["begun", "begun", "done"]


@pytest.mark.parametrize(
    ("ends", "moment", "share"),
    [
        (3.0, 0.5, 0.0),
        (3.0, 1.0, 0.0),
        (3.0, 2.0, 0.5),
        (3.0, 2.999, 0.99),
        (3.0, 3.0, 1.0),
        (None, 0.5, 0.0),
        (None, 1.6, 0.5),
        (None, 900.0, 0.99),
    ],
)
def test_a_task_says_how_much_of_it_is_done_and_all_of_it_only_when_it_has_ended(
    ends: float | None, moment: float, share: float
) -> None:
    task = Task("a", "acme", "draw", "", 0.0, Mode.TIMED, starts=1.0, ends=ends)

    assert task.share(moment) == pytest.approx(share)


def test_what_was_ended_by_hand_waits_no_more_and_the_others_do(
    clock: Clock, schedule: Schedule
) -> None:
    tasks = TaskStore(clock, schedule, Mode.MANUAL)
    first, second, third = (tasks.submit(name, "acme", "draw", "", {}) for name in "abc")

    tasks.force(first, Stage.SUCCEEDED)
    last = tasks.submit("d", "acme", "draw", "", {})

    assert tasks.waiting("acme") == [second, third, last]
    assert tasks.waiting("other") == []
