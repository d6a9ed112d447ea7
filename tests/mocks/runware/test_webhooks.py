"""Webhooks and uploads: one for each result, tried again with back-off, or sent once."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import httpx
import pytest

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.delivery import DeliveryState

Post = Callable[..., httpx.Response]
Task = Callable[..., dict[str, Any]]
After = Callable[[float], None]


@pytest.fixture
def order(
    post: Post, image_task: Task, receiver: Receiver, after: After
) -> Callable[..., httpx.Response]:
    """Order images whose results are told to the receiver, on a held clock."""

    def ordered(number: int = 1, fault: str = "", **more: Any) -> httpx.Response:
        task = image_task(number, webhookURL=f"{receiver.url}/hook?secret=1", **more)
        return post(task, **({"fault": fault} if fault else {}))

    return ordered


@pytest.mark.parametrize("delivery", ["sync", "async"])
def test_each_image_is_told_once(
    delivery: str, order: Post, receiver: Receiver, after: After, app: App
) -> None:
    answer = order(deliveryMethod=delivery, numberResults=3, includeCost=True).json()
    after(2)
    after(100)

    told = [each.body for each in receiver.received]
    assert [set(each) for each in told] == [{"data"}] * 3
    assert [len(each["data"]) for each in told] == [1] * 3
    assert len({each["data"][0]["imageUUID"] for each in told}) == 3
    assert {each["data"][0]["taskUUID"][-1] for each in told} == {"1"}
    if delivery == "sync":
        by_name = {each["imageUUID"]: each for each in answer["data"]}
        assert {each["data"][0]["imageUUID"]: each["data"][0] for each in told} == by_name
    for each in receiver.received:
        assert (each.method, each.path) == ("POST", "/hook")
        assert each.headers["content-type"] == "application/json"
    assert [each.state for each in app.services.deliveries.all()] == [DeliveryState.DELIVERED] * 3


def test_an_asynchronous_task_is_told_when_it_has_ended(
    order: Post, receiver: Receiver, after: After
) -> None:
    order(deliveryMethod="async")
    after(1.5)
    early = len(receiver.received)
    after(0.2)

    assert (early, len(receiver.received)) == (0, 1)


def test_what_is_told_is_what_is_polled(
    order: Post,
    receiver: Receiver,
    after: After,
    poll: Callable[..., Any],
    client: httpx.Client,
) -> None:
    order(deliveryMethod="async")
    after(2)

    [told] = receiver.received[0].body["data"]
    assert {**told, "status": "success"} == poll(1)["data"][0]
    assert client.get(told["imageURL"]).status_code == 200


@pytest.mark.parametrize("delivery", ["sync", "async"])
def test_a_failure_is_told_too(
    delivery: str, order: Post, receiver: Receiver, after: After
) -> None:
    order(deliveryMethod=delivery, fault="fail=provider-error")
    after(2)

    [told] = [each.body for each in receiver.received]
    assert set(told) == {"errors"}
    [error] = told["errors"]
    assert (error["code"], error["taskUUID"][-1]) == ("providerError", "1")


def test_a_refused_task_is_not_told(order: Post, receiver: Receiver, after: After) -> None:
    assert order(resolution="2K").status_code == 400
    assert order(fault="status=503").status_code == 503
    after(100)

    assert receiver.received == []


def test_what_is_told_may_be_flat(
    order: Post, receiver: Receiver, after: After, reread: Callable[..., None]
) -> None:
    reread(webhook_body="flat")
    order(1)
    order(2, fault="fail")
    after(1)

    image, error = sorted(
        (each.body for each in receiver.received), key=lambda each: "code" in each
    )
    assert image["taskType"] == "imageInference"
    assert "imageURL" in image
    assert error["code"] == "taskFailed"


def test_it_is_tried_again_with_growing_delays(
    order: Post, receiver: Receiver, after: After, app: App
) -> None:
    receiver.answer_with(*[500] * 9)
    order()
    for _ in range(20):
        after(0.25)
    after(100)

    [sent] = app.services.deliveries.all()
    times = [each.time for each in sent.attempts]
    gaps = [round(later - earlier, 3) for earlier, later in pairwise(times)]
    assert gaps == [0.25, 0.5, 1, 2]
    assert sent.state is DeliveryState.FAILED
    assert len(receiver.received) == 5
    assert sent.policy.timeout == 5


def test_trying_again_ends_with_the_first_success(
    order: Post, receiver: Receiver, after: After, app: App
) -> None:
    receiver.answer_with(404, 302)
    order()
    for _ in range(8):
        after(0.25)

    assert [each.status for each in receiver.received] == [404, 302, 200]
    assert [each.state for each in app.services.deliveries.all()] == [DeliveryState.DELIVERED]


def test_no_address_outside_this_machine_is_contacted(
    post: Post, image_task: Task, after: After, app: App
) -> None:
    where = "https://hooks.example.com/x"
    assert post(image_task(1, webhookURL=where, uploadEndpoint=where)).status_code == 200
    after(1)

    assert [each.state for each in app.services.deliveries.all()] == [DeliveryState.REFUSED] * 2


@pytest.mark.parametrize(
    ("disorder", "told"),
    [("lost", []), ("duplicate", ["data", "data"]), ("contradicts", ["errors"])],
)
@pytest.mark.parametrize("delivery", ["sync", "async"])
def test_webhooks_can_go_astray(
    disorder: str,
    told: list[str],
    delivery: str,
    order: Post,
    receiver: Receiver,
    after: After,
) -> None:
    order(deliveryMethod=delivery, fault=f"webhook={disorder}")
    after(2)

    assert [next(iter(each.body)) for each in receiver.received] == told


# Uploads


@pytest.mark.parametrize("delivery", ["sync", "async"])
@pytest.mark.parametrize(
    ("asked", "kind"), [("JPG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")]
)
def test_the_bytes_of_each_image_are_put_where_it_is_asked(
    delivery: str,
    asked: str,
    kind: str,
    post: Post,
    image_task: Task,
    receiver: Receiver,
    after: After,
    decoded: Any,
) -> None:
    where = f"{receiver.url}/bucket/key?signature=1"
    given = {"outputFormat": asked, "numberResults": 2, "deliveryMethod": delivery}
    post(image_task(1, uploadEndpoint=where, **given))
    after(2)

    assert [(each.method, each.path) for each in receiver.received] == [("PUT", "/bucket/key")] * 2
    for each in receiver.received:
        assert each.headers["content-type"] == kind
        assert decoded(each.raw)[1] == (1024, 1024)
    assert receiver.received[0].raw != receiver.received[1].raw


def test_an_upload_is_tried_once_and_changes_no_result(
    post: Post, image_task: Task, receiver: Receiver, after: After, app: App
) -> None:
    receiver.answer_with(*[503] * 9)
    answer = post(image_task(1, uploadEndpoint=receiver.url))
    after(0)
    after(100)

    assert answer.status_code == 200
    [sent] = app.services.deliveries.all()
    assert (sent.kind, sent.state, len(sent.attempts)) == ("upload", DeliveryState.FAILED, 1)


def test_nothing_is_uploaded_of_a_task_that_failed(
    post: Post, image_task: Task, receiver: Receiver, after: After
) -> None:
    post(image_task(1, uploadEndpoint=receiver.url), fault="fail=upload-failed")
    post(image_task(2, uploadEndpoint=receiver.url, deliveryMethod="async"), fault="fail")
    after(5)

    assert receiver.received == []


def test_what_is_uploaded_is_what_the_address_serves(
    order: Post, receiver: Receiver, after: After, client: httpx.Client
) -> None:
    order(uploadEndpoint=f"{receiver.url}/put")
    after(1)

    by_method = {each.method: each for each in receiver.received}
    url = by_method["POST"].body["data"][0]["imageURL"]
    assert client.get(url).content == by_method["PUT"].raw
