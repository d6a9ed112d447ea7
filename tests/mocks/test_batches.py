"""Several tasks in one request, and what each element of the answer says of its image."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

Ask = Callable[..., httpx.Response]


def test_runware_names_each_image_by_the_file_of_its_url_and_gives_it_a_seed(ask: Ask) -> None:
    elements = ask("runware.task", {"numberResults": 20}).json()["data"]

    for each in elements:
        assert UUID(each["imageUUID"]).version == 4
        assert each["imageURL"].rpartition("/")[2] == f"{each['imageUUID']}.jpg"
        assert type(each["seed"]) is int
        assert set(each) == {"taskType", "taskUUID", "imageUUID", "imageURL", "seed"}
    assert len({each["seed"] for each in elements}) == 20
    assert len({each["imageUUID"] for each in elements}) == 20
    assert len({each["taskUUID"] for each in elements}) == 1


@pytest.mark.parametrize("references", [0, 1, 2])
def test_runware_tells_the_cost_when_asked(references: int, ask: Ask) -> None:
    given: dict[str, Any] = {"includeCost": True, "numberResults": 2}
    given["inputs"] = {"referenceImages": ["https://example.com/a.png"] * references}

    elements = ask("runware.task", given).json()["data"]

    assert [each["cost"] for each in elements] == [pytest.approx(0.02 + 0.002 * references)] * 2


@pytest.mark.parametrize(
    ("safety", "shown"),
    [
        ({}, False),
        ({"checkContent": False}, False),
        ({"mode": "none"}, False),
        ({"checkContent": True}, True),
        ({"mode": "fast"}, True),
        ({"checkContent": True, "mode": "none"}, False),
        ({"checkContent": False, "mode": "fast"}, True),
    ],
    ids=str,
)
def test_runware_flags_content_only_when_checking_is_on(
    safety: dict[str, Any], shown: bool, ask: Ask
) -> None:
    [element] = ask("runware.task", {"safety": safety}).json()["data"]

    assert element.get("NSFWContent") == (False if shown else None)


def test_runware_acknowledges_an_asynchronous_task_with_one_element(ask: Ask) -> None:
    answer = ask("runware.task", {"deliveryMethod": "async", "numberResults": 3}).json()

    [element] = answer["data"]
    assert set(element) == {"taskType", "taskUUID"}


@pytest.fixture
def batch(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Send several tasks in one request."""

    def sent(*tasks: dict[str, Any]) -> httpx.Response:
        return client.post("/runware/v1", headers={"Authorization": "Bearer a"}, json=tasks)

    return sent


def task(number: int, **parameters: Any) -> dict[str, Any]:
    return {
        "taskType": "imageInference",
        "taskUUID": f"00000000-0000-4000-9000-{number:012d}",
        "model": "xai:grok-imagine@image",
        "positivePrompt": "a lighthouse",
        "resolution": "1K",
        **parameters,
    }


def test_of_several_tasks_the_good_ones_succeed(batch: Ask) -> None:
    answer = batch(task(1), task(2, resolution="2K"), task(3, numberResults=2), task(4, ttl=1))

    assert answer.status_code == 200
    body = answer.json()
    assert [each["taskUUID"][-1] for each in body["data"]] == ["1", "3", "3"]
    assert [(each["taskUUID"][-1], each["parameter"]) for each in body["errors"]] == [
        ("2", "resolution"),
        ("4", "ttl"),
    ]


def test_when_no_task_succeeds_the_status_says_so(
    batch: Ask, assert_refused: Callable[..., None]
) -> None:
    answer = batch(task(1, ttl=1), task(2, resolution="2K"))

    assert_refused(answer, "runware", 400)
    assert [each["taskUUID"][-1] for each in answer.json()["errors"]] == ["1", "2"]


def test_a_task_uuid_is_used_once(batch: Ask, assert_refused: Callable[..., None]) -> None:
    assert batch(task(1)).status_code == 200

    answer = batch(task(1))

    assert_refused(answer, "runware", 400)
    assert [each["code"] for each in answer.json()["errors"]] == ["conflictTaskUUID"]


def test_a_task_uuid_is_used_once_within_one_request(batch: Ask) -> None:
    body = batch(task(1), task(1)).json()

    assert [each["taskUUID"][-1] for each in body["data"]] == ["1"]
    assert [each["code"] for each in body["errors"]] == ["conflictTaskUUID"]


def test_a_refused_task_does_not_use_its_uuid_up(batch: Ask) -> None:
    assert batch(task(1, ttl=1)).status_code == 400
    assert batch(task(1)).status_code == 200
