"""What a task makes, and what goes out once it has ended, at a provider that announces it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import httpx
import pytest

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.answering import jobs
from imagine_harness.mocks.answering.jobs import job_of
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.context import Context
from imagine_harness.mocks.services.delivery import Delivery, DeliveryState, Policy
from imagine_harness.mocks.services.tasks import Mode, Stage, Task

FAULT = "X-Harness-Fault"


class Announcing:
    """Mocks whose tasks announce their ends to a receiver, on a held clock."""

    def __init__(
        self,
        runner: asyncio.Runner,
        client: httpx.Client,
        app: App,
        url: str,
        plain: Callable[..., httpx.Request],
    ) -> None:
        self.runner, self.client, self.app, self.plain = runner, client, app, plain
        self.clock = app.services.clock
        self.clock.hold()

        async def announce(context: Context, task: Task, stage: Stage) -> Sequence[Delivery]:
            told: dict[str, Any] = {"task": task.id, "stage": str(stage)}
            if stage is Stage.SUCCEEDED:
                told["urls"] = [each.value for each in await jobs.finished_images(context, task)]
            body = json.dumps(told).encode()
            policy = Policy(5, (10.0, 60.0))
            return [Delivery("webhook", context.name, task.id, task.test, url, body, policy)]

        app.mocks["uniall"].context.announce = announce

    def submit(self, fault: str | None = None, test: str = "", **more: Any) -> Task:
        headers = {FAULT: fault} if fault else {}
        request = self.plain("uniall.task", more, headers={**headers, "X-Harness-Test": test})
        answer = self.client.send(request)
        assert answer.status_code == 200, answer.text
        [task] = [
            each for each in self.app.services.tasks.all() if each.id == answer.json()["task_id"]
        ]
        return task

    def advance(self, seconds: float = 0) -> None:
        self.client.post("/__admin/clock", json={"advance": seconds})

    def stage(self, task: Task) -> Stage:
        return self.app.services.tasks.stage(task)

    @property
    def sent(self) -> list[Delivery]:
        return self.app.services.deliveries.all()


@pytest.fixture
def announcing(
    runner: asyncio.Runner,
    client_of: Callable[[App], httpx.Client],
    plain: Callable[..., httpx.Request],
    receiver: Receiver,
) -> Iterator[Callable[..., Announcing]]:
    all_of_them: list[Announcing] = []

    def made(**settings: Any) -> Announcing:
        app = App(Settings(seed=1, providers=("uniall",), **settings))
        all_of_them.append(Announcing(runner, client_of(app), app, receiver.url, plain))
        return all_of_them[-1]

    yield made
    for each in all_of_them:  # what is still under way must not come in the next test
        each.advance()
        each.app.reset()


def stages(receiver: Receiver) -> list[str]:
    return [each.body["stage"] for each in receiver.received]


def test_an_end_is_announced_once_when_it_comes(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit()
    for seconds in (0, 1.5):
        mocks.advance(seconds)
    assert receiver.received == []
    for seconds in (0.1, 100, 100_000):
        mocks.advance(seconds)

    [came] = receiver.received
    assert (came.body["task"], came.body["stage"]) == (task.id, "succeeded")


def test_what_is_announced_is_what_the_task_makes(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit(num_images=2)
    mocks.advance(5)

    [came] = receiver.received
    asked = mocks.client.get(
        f"/uniall/v1/images/tasks/{task.id}", headers={"Authorization": "Bearer a"}
    ).json()
    assert came.body["urls"] == asked["data"]["metadata"]["result_urls"]
    assert [mocks.client.get(url).status_code for url in came.body["urls"]] == [200, 200]


@pytest.mark.parametrize(
    ("action", "stage"), [("finish", "succeeded"), ("fail", "failed"), ("expire", None)]
)
def test_an_end_by_hand_is_announced_and_an_expiry_is_not(
    action: str,
    stage: str | None,
    announcing: Callable[..., Announcing],
    receiver: Receiver,
) -> None:
    mocks = announcing(tasks=Mode.MANUAL)
    task = mocks.submit()
    mocks.advance(100_000)
    assert receiver.received == []
    mocks.client.post(f"/__admin/tasks/{task.id}", json={"action": action})
    mocks.advance()
    mocks.advance(100_000)

    assert stages(receiver) == ([stage] if stage else [])


def test_a_task_that_is_expired_before_its_end_announces_none(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit()
    mocks.client.post(f"/__admin/tasks/{task.id}", json={"action": "expire"})
    mocks.advance(100)

    assert receiver.received == []


def test_an_end_is_announced_even_where_the_clock_has_passed_its_lifetime(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit()
    task.lifetime = 60
    mocks.advance(100_000)

    assert mocks.stage(task) is Stage.EXPIRED
    assert stages(receiver) == ["succeeded"]


def test_an_immediate_task_is_announced_at_once(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing(tasks=Mode.IMMEDIATE)
    mocks.submit()
    mocks.advance()

    assert stages(receiver) == ["succeeded"]


@pytest.mark.parametrize("control", ["tasks?test=a", "tasks", "reset"])
def test_what_is_forgotten_is_not_announced(
    control: str, announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    mocks.submit(test="a")
    method = "POST" if control == "reset" else "DELETE"
    assert mocks.client.request(method, f"/__admin/{control}").status_code == 200
    mocks.advance(100)

    assert receiver.received == []


def test_one_test_may_be_forgotten_and_another_goes_on(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    mocks.submit(test="a")
    kept = mocks.submit(test="b")
    mocks.client.post("/__admin/reset?test=a")
    mocks.advance(100)

    assert [each.body["task"] for each in receiver.received] == [kept.id]


# Faults of a task


def test_a_stuck_task_never_ends(announcing: Callable[..., Announcing], receiver: Receiver) -> None:
    mocks = announcing()
    task = mocks.submit("stuck")
    mocks.advance(1_000_000)

    assert mocks.stage(task) is Stage.RUNNING
    assert receiver.received == []


@pytest.mark.parametrize("mode", Mode)
def test_a_stuck_task_is_stuck_however_tasks_move(
    mode: Mode, announcing: Callable[..., Announcing]
) -> None:
    mocks = announcing(tasks=mode)
    task = mocks.submit("stuck")
    mocks.advance(1_000_000)

    assert mocks.stage(task) in (Stage.QUEUED, Stage.RUNNING)


def test_a_stuck_task_can_be_freed_by_hand(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit("stuck")
    mocks.client.post(f"/__admin/tasks/{task.id}", json={"action": "finish"})
    mocks.advance()

    assert stages(receiver) == ["succeeded"]


def test_a_task_can_be_made_to_fail(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit("fail")
    assert mocks.stage(task) is Stage.QUEUED
    mocks.advance(5)

    assert mocks.stage(task) is Stage.FAILED
    assert stages(receiver) == ["failed"]


def test_a_task_can_fail_with_an_error_on_record(announcing: Callable[..., Announcing]) -> None:
    mocks = announcing()
    task = mocks.submit("fail=status-429")
    call = jobs.call_of(mocks.app.mocks["uniall"].context, task)

    assert task.failure == "status-429"
    assert jobs.failure(call, task).status == 429


def test_a_failure_has_a_reason_of_ones_own(announcing: Callable[..., Announcing]) -> None:
    mocks = announcing()
    task = mocks.submit()
    mocks.client.post(f"/__admin/tasks/{task.id}", json={"action": "fail", "error": "no paint"})
    call = jobs.call_of(mocks.app.mocks["uniall"].context, task)

    assert "no paint" in jobs.failure(call, task).message


@pytest.mark.parametrize(("fault", "told"), [("", "failed"), ("fail ", "succeeded")])
def test_a_webhook_can_contradict_the_poll(
    fault: str, told: str, announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    task = mocks.submit(f"{fault}webhook=contradicts")
    mocks.advance(5)

    assert stages(receiver) == [told]
    assert str(mocks.stage(task)) != told


@pytest.mark.parametrize(
    ("disorder", "at_the_end", "later"),
    [("lost", 0, 0), ("duplicate", 2, 2), ("late", 0, 1), ("reordered", 0, 1)],
)
def test_a_webhook_is_disordered_as_the_fault_of_its_call_has_it(
    disorder: str,
    at_the_end: int,
    later: int,
    announcing: Callable[..., Announcing],
    receiver: Receiver,
) -> None:
    mocks = announcing()
    task = mocks.submit(f"webhook={disorder}")
    mocks.advance(5)
    first = len(receiver.received)
    mocks.advance(100)

    assert (first, len(receiver.received)) == (at_the_end, later)
    assert mocks.stage(task) is Stage.SUCCEEDED
    assert job_of(task).disorder == disorder


def test_reordered_webhooks_come_in_another_order_than_their_tasks_ended(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    mocks = announcing()
    first = mocks.submit("webhook=reordered")
    mocks.advance(1)
    second = mocks.submit()
    mocks.advance(0.6)
    mocks.advance(1)

    assert [each.body["task"] for each in receiver.received] == [second.id, first.id]


def test_an_announcement_is_tried_again_on_the_clock(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    receiver.answer_with(500, 500)
    mocks = announcing()
    mocks.submit()
    seen = []
    for seconds in (1.6, 9.9, 0.1, 59.9, 0.1):
        mocks.advance(seconds)
        seen.append(len(receiver.received))

    assert seen == [1, 1, 2, 2, 3]
    [sent] = mocks.sent
    assert sent.state is DeliveryState.DELIVERED


def test_the_pictures_of_a_task_are_the_same_for_the_same_seed(
    announcing: Callable[..., Announcing], receiver: Receiver
) -> None:
    for _ in range(2):
        mocks = announcing()
        mocks.submit()
        mocks.advance(5)

    first, second = receiver.received
    assert first.body == second.body
