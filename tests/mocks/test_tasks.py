"""Asynchronous jobs: where they are follows from the clock, or from whoever moves them by hand."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
Decoded = Callable[[bytes], tuple[str, tuple[int, int]]]


def states(client: httpx.Client, app: App, task_id: str, *moments: float) -> list[Any]:
    """What a task says of itself after each of some waits."""
    found = []
    for wait in moments:
        app.shared.clock.advance(wait)
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
    app.shared.clock.hold()
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
    app.shared.clock.hold()
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
