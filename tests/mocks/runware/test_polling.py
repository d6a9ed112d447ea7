"""Asynchronous tasks: acknowledged, polled for, looked up, failed and forgotten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings

Post = Callable[..., httpx.Response]
Task = Callable[..., dict[str, Any]]
Poll = Callable[..., dict[str, Any]]
After = Callable[[float], None]
Read = Callable[..., None]


@pytest.fixture
def submit(post: Post, image_task: Task, after: After) -> Callable[..., httpx.Response]:
    """Submit an asynchronous task of a number, on a held clock."""

    def submitted(number: int = 1, fault: str = "", test: str = "", **more: Any) -> httpx.Response:
        headers = {"fault": fault} if fault else {}
        headers |= {"test": test} if test else {}
        return post(image_task(number, deliveryMethod="async", **more), **headers)

    return submitted


def test_a_task_is_acknowledged_with_one_element(submit: Post) -> None:
    answer = submit(numberResults=3)

    assert answer.json() == {
        "data": [{"taskType": "imageInference", "taskUUID": "00000000-0000-4000-9000-000000000001"}]
    }


def test_a_bad_task_is_refused_in_place_of_the_acknowledgement(
    submit: Post, assert_refused: Callable[..., None], app: App
) -> None:
    assert_refused(submit(resolution="2K"), "runware", 400)
    assert app.services.tasks.all() == []


def test_every_result_is_listed_in_one_order_at_every_poll(
    submit: Post, poll: Poll, after: After
) -> None:
    submit(numberResults=3)
    waiting = poll(1)
    after(1)
    running = poll(1)
    after(1)
    done = poll(1)

    assert waiting == running
    assert [set(each) for each in waiting["data"]] == [{"taskType", "taskUUID", "status"}] * 3
    assert [each["status"] for each in waiting["data"]] == ["processing"] * 3
    assert [each["taskType"] for each in waiting["data"]] == ["imageInference"] * 3
    assert [each["status"] for each in done["data"]] == ["success"] * 3
    assert len({each["imageUUID"] for each in done["data"]}) == 3
    assert poll(1) == done
    assert set(done) == {"data"}


def test_the_images_are_those_that_were_asked_for(
    submit: Post, poll: Poll, after: After, client: httpx.Client, decoded: Callable[..., Any]
) -> None:
    submit(resolution="1K", outputFormat="PNG", includeCost=True)
    after(2)

    [element] = poll(1)["data"]
    assert element["cost"] == pytest.approx(0.02)
    assert decoded(client.get(element["imageURL"]).content) == ("PNG", (1024, 1024))


def test_an_address_begins_where_the_poll_came_to(
    submit: Post, client: httpx.Client, after: After, uuid_of: Callable[[int], str]
) -> None:
    submit()
    after(2)
    asked = [{"taskType": "getResponse", "taskUUID": uuid_of(1)}]
    headers = {"Authorization": "Bearer a", "Host": "localhost:99"}
    answer = client.post("/runware/v1", headers=headers, json=asked)

    assert answer.json()["data"][0]["imageURL"].startswith("http://localhost:99/runware/im/")


def test_several_tasks_are_polled_at_once(
    submit: Post, post: Post, after: After, uuid_of: Callable[[int], str]
) -> None:
    submit(1)
    after(2)
    submit(2, numberResults=2)
    tasks = [{"taskType": "getResponse", "taskUUID": uuid_of(number)} for number in (2, 1, 3)]

    told = post(*tasks).json()["data"]

    assert [(each["taskUUID"][-1], each["status"]) for each in told] == [
        ("2", "processing"),
        ("2", "processing"),
        ("1", "success"),
    ]


# What the sources contradict


def test_waiting_may_be_called_pending(submit: Post, poll: Poll, reread: Read) -> None:
    submit()
    reread(pending_word="pending")

    assert [each["status"] for each in poll(1)["data"]] == ["pending"]


def test_progress_may_be_told(submit: Post, poll: Poll, reread: Read, after: After) -> None:
    submit()
    reread(progress="told")
    seen = [poll(1)["data"][0].get("progress")]
    after(1)
    seen.append(poll(1)["data"][0].get("progress"))
    after(1)
    seen.append(poll(1)["data"][0].get("progress"))

    assert seen == [0, 50, None]


def test_a_polled_item_may_have_the_type_of_the_poll(
    submit: Post, poll: Poll, reread: Read, after: After
) -> None:
    submit()
    after(2)
    reread(poll_task_type="get-response")

    assert [each["taskType"] for each in poll(1)["data"]] == ["getResponse"]


def test_an_unknown_task_is_nothing_or_an_error(poll: Poll, reread: Read) -> None:
    assert poll(9) == {"data": []}

    reread(unknown_uuid="refused")

    [error] = poll(9, status=404)["errors"]
    assert (error["code"], error["taskUUID"][-1]) == ("taskFailedOrNotFound", "9")


# Failing


def test_a_failed_task_is_told_in_errors(submit: Post, poll: Poll, after: After) -> None:
    submit(numberResults=2, fault="fail=provider-error")
    assert [each["status"] for each in poll(1)["data"]] == ["processing"] * 2
    after(2)

    told = poll(1)

    assert told["data"] == []
    for error in told["errors"]:
        assert error == {
            "code": "providerError",
            "message": "The provider responded with an error.",
            "taskType": "imageInference",
            "taskUUID": "00000000-0000-4000-9000-000000000001",
            "responseContent": "Internal server error",
            "responseStatusCode": 500,
            "status": "error",
        }
    assert len(told["errors"]) == 2


def test_a_failed_task_may_be_told_in_data(
    submit: Post, poll: Poll, after: After, reread: Read
) -> None:
    submit(fault="fail=timeout-provider")
    after(2)
    reread(failed_in="data")

    told = poll(1)

    assert set(told) == {"data"}
    [element] = told["data"]
    assert (element["taskType"], element["status"]) == ("imageInference", "error")
    assert element["error"]["code"] == "timeoutProvider"
    assert "taskUUID" not in element["error"]


def test_a_task_that_a_test_fails_says_why(submit: Post, poll: Poll, client: httpx.Client) -> None:
    submit()
    where = "/__admin/tasks/00000000-0000-4000-9000-000000000001"
    client.post(where, json={"action": "fail", "error": "out of paint"})

    [error] = poll(1)["errors"]
    assert error["code"] == "taskFailed"
    assert "out of paint" in error["message"]


def test_a_stuck_task_never_ends(submit: Post, poll: Poll, after: After) -> None:
    submit(fault="stuck")
    after(3600)

    assert [each["status"] for each in poll(1)["data"]] == ["processing"]


def test_a_poll_may_go_wrong_itself(submit: Post, poll: Poll) -> None:
    submit()

    [error] = poll(1, status=429, fault="status=429")["errors"]
    assert error["taskUUID"][-1] == "1"


# Forgetting


def test_a_result_is_kept_for_a_day(submit: Post, poll: Poll, after: After) -> None:
    submit()
    after(2)
    after(86_399 - 2)
    assert poll(1)["data"]
    after(2.6)

    assert poll(1) == {"data": []}


def test_an_expired_task_is_unknown(submit: Post, poll: Poll, client: httpx.Client) -> None:
    submit()
    where = "/__admin/tasks/00000000-0000-4000-9000-000000000001"
    client.post(where, json={"action": "expire"})

    assert poll(1) == {"data": []}
    assert poll(1, "getTaskDetails") == {"data": []}


def test_an_id_is_used_once_however_it_is_delivered(
    submit: Post, post: Post, image_task: Task, assert_refused: Callable[..., None]
) -> None:
    submit(1)

    for again in (submit(1), post(image_task(1))):
        assert_refused(again, "runware", 400)
        [error] = again.json()["errors"]
        assert (error["code"], error["parameter"]) == ("conflictTaskUUID", "taskUUID")
        assert error["taskUUID"][-1] == "1"


def test_tests_may_use_the_same_id(submit: Post, poll: Poll, after: After) -> None:
    submit(1, test="one")
    submit(1, test="two", numberResults=2)
    after(2)

    assert len(poll(1, test="one")["data"]) == 1
    assert len(poll(1, test="two")["data"]) == 2
    assert poll(1, test="three") == {"data": []}


# Looking a task up


def test_the_details_of_a_task_are_its_request_and_its_answer(
    submit: Post, poll: Poll, after: After, image_task: Task
) -> None:
    submit(numberResults=2)
    [before] = poll(1, "getTaskDetails")["data"]
    after(2)
    [told] = poll(1, "getTaskDetails")["data"]

    assert [each["status"] for each in before["response"]["data"]] == ["processing"] * 2
    assert (told["taskType"], told["taskUUID"][-1]) == ("getTaskDetails", "1")
    assert told["request"] == [image_task(1, deliveryMethod="async", numberResults=2)]
    polled = [{k: v for k, v in each.items() if k != "status"} for each in poll(1)["data"]]
    assert told["response"] == {"data": polled}


def test_a_task_that_was_waited_for_has_details_and_nothing_to_poll(
    post: Post, poll: Poll, image_task: Task
) -> None:
    answer = post(image_task(1, outputType="base64Data")).json()

    [told] = poll(1, "getTaskDetails")["data"]
    assert told["response"] == answer
    assert poll(1) == {"data": []}


def test_a_task_that_was_waited_for_may_be_polled(
    post: Post, poll: Poll, image_task: Task, reread: Read
) -> None:
    answer = post(image_task(1, numberResults=2)).json()
    reread(waited_for_polled="answered")

    assert poll(1)["data"] == [{**each, "status": "success"} for each in answer["data"]]
    assert poll(2) == {"data": []}


def test_a_failed_task_has_errors_for_details(post: Post, poll: Poll, image_task: Task) -> None:
    post(image_task(1), fault="fail=inference-error")

    [told] = poll(1, "getTaskDetails")["data"]
    assert [each["code"] for each in told["response"]["errors"]] == ["inferenceError"]
    assert set(told["response"]) == {"errors"}


def test_only_so_many_finished_tasks_are_remembered(
    client_of: Callable[[App], httpx.Client], image_task: Task
) -> None:
    app = App(Settings(seed=1, memory=1_000_000))
    client, headers = client_of(app), {"Authorization": "Bearer mock-key"}

    def post(*tasks: dict[str, Any]) -> Any:
        return client.post("/runware/v1", json=tasks, headers=headers).json()

    def details(number: int) -> Any:
        return post({**image_task(number), "taskType": "getTaskDetails"})["data"]

    post(*(image_task(number) for number in range(1, 101)))

    assert details(1) == []
    assert len(details(100)) == 1
    app.reset()
    assert details(100) == []
