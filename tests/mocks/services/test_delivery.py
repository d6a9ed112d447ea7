"""What goes out: to permitted addresses only, tried again on the clock, and once, if it may."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.types import Receive, Scope, Send

from imagine_harness.harness.pytest.webhooks import Receiver
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services import schedule as schedule_module
from imagine_harness.mocks.services.budget import Memory
from imagine_harness.mocks.services.clock import Clock
from imagine_harness.mocks.services.delivery import Deliveries, Delivery, DeliveryState, Policy
from imagine_harness.mocks.services.schedule import Schedule

DELAYS = (10.0, 60.0, 600.0)


class Sender:
    """Deliveries on a held clock."""

    def __init__(self, runner: asyncio.Runner, *allowed: str, memory: Memory | None = None) -> None:
        self.runner = runner
        self.clock = Clock()
        self.clock.hold()
        self.start = self.clock.now()
        self.schedule = Schedule(self.clock)
        self.deliveries = Deliveries(self.clock, self.schedule, allowed, memory)

    def send(self, url: str, disorder: str | None = None, **more: Any) -> Delivery:
        known: dict[str, Any] = {
            "kind": "webhook",
            "provider": "acme",
            "task": "task-1",
            "test": "",
            "body": b'{"a":1}',
            "policy": Policy(5, DELAYS),
        }
        return self.deliveries.send(Delivery(url=url, **{**known, **more}), disorder)

    def advance(self, seconds: float = 0) -> None:
        async def settled() -> None:
            self.clock.advance(seconds)
            self.schedule.attach()
            await self.schedule.settle()

        self.runner.run(settled())

    def times(self, delivery: Delivery) -> list[float]:
        return [round(each.time - self.start, 3) for each in delivery.attempts]


@pytest.fixture
def sender(runner: asyncio.Runner) -> Sender:
    return Sender(runner)


def test_what_is_sent_comes_whole(sender: Sender, receiver: Receiver) -> None:
    sent = sender.send(f"{receiver.url}/hook?secret=1", method="PUT", content_type="image/png")
    assert str(sent.state) == "pending"
    sender.advance()

    [came] = receiver.received
    assert (came.method, came.path, came.raw) == ("PUT", "/hook", b'{"a":1}')
    assert came.headers["content-type"] == "image/png"
    assert sent.state is DeliveryState.DELIVERED
    assert [each.status for each in sent.attempts] == [200]
    assert sender.times(sent) == [0]


def test_what_is_delivered_is_told_without_its_secrets(sender: Sender, receiver: Receiver) -> None:
    host = receiver.url.removeprefix("http://")
    sent = sender.send(f"http://user:password@{host}/hook?secret=1#part")
    sender.advance()

    assert sent.as_json() == {
        "id": "1",
        "kind": "webhook",
        "provider": "acme",
        "task": "task-1",
        "test": "",
        "method": "POST",
        "url": f"http://***@{host}/hook?secret=***#part",
        "state": "delivered",
        "attempts": [{"time": sender.start, "status": 200, "error": None}],
    }


# Again and again


def test_it_is_tried_again_exactly_when_the_policy_says(sender: Sender, receiver: Receiver) -> None:
    receiver.answer_with(500, 404, 503)
    sent = sender.send(receiver.url)

    seen = []
    for seconds in (0, 9.5, 0.5, 59.5, 0.5, 599.5, 0.5, 10_000):
        sender.advance(seconds)
        seen.append(len(receiver.received))

    assert seen == [1, 1, 2, 2, 3, 3, 4, 4]
    assert sender.times(sent) == [0, 10, 70, 670]
    assert [each.status for each in sent.attempts] == [500, 404, 503, 200]
    assert sent.state is DeliveryState.DELIVERED


def test_it_is_given_up_after_the_last_try(sender: Sender, receiver: Receiver) -> None:
    receiver.answer_with(*[500] * 9)
    sent = sender.send(receiver.url)
    for seconds in (0, 10, 60, 600, 6_000, 60_000):
        sender.advance(seconds)

    assert len(receiver.received) == len(sent.attempts) == 4
    assert sent.state is DeliveryState.FAILED


@pytest.mark.parametrize("status", [200, 201, 202, 204, 299])
def test_any_status_of_success_is_a_delivery(
    status: int, sender: Sender, receiver: Receiver
) -> None:
    receiver.answer_with(status)
    sent = sender.send(receiver.url)
    sender.advance(1_000)

    assert (sent.state, len(receiver.received)) == (DeliveryState.DELIVERED, 1)


def test_nobody_listens(sender: Sender) -> None:
    sent = sender.send("http://127.0.0.1:9/", policy=Policy(5))
    sender.advance()

    [attempt] = sent.attempts
    assert (sent.state, attempt.status) == (DeliveryState.FAILED, None)
    assert "ConnectError" in str(attempt.error)


async def silent(scope: Scope, receive: Receive, send: Send) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def away(scope: Scope, receive: Receive, send: Send) -> None:
    url = dict(scope["headers"])[b"location-wanted"]
    start = {"type": "http.response.start", "status": 307, "headers": [(b"location", url)]}
    await send(start)
    await send({"type": "http.response.body", "body": b""})


class Served:
    """An application that can be served."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.on_shutdown: Any = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


def test_somebody_who_never_answers_is_waited_for_no_longer_than_the_policy_says(
    sender: Sender,
) -> None:
    with serving(Served(silent)) as url:
        sent = sender.send(url, policy=Policy(0.05))
        sender.advance()

    [attempt] = sent.attempts
    assert attempt.error == "no answer within 0.05 s"
    assert sent.state is DeliveryState.FAILED


def test_a_redirection_is_not_followed(sender: Sender, receiver: Receiver) -> None:
    def wanted(delivery: Delivery, now: float) -> Mapping[str, str]:
        return {"location-wanted": receiver.url}

    with serving(Served(away)) as url:
        sent = sender.send(url, sign=wanted, policy=Policy(5))
        sender.advance()

    assert receiver.received == []
    assert [each.status for each in sent.attempts] == [307]
    assert sent.state is DeliveryState.FAILED


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])
def test_a_proxy_of_the_environment_is_not_used(
    name: str, sender: Sender, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    sent = sender.send(receiver.url)
    sender.advance()

    assert sent.state is DeliveryState.DELIVERED


def test_each_attempt_is_signed_with_its_own_time(sender: Sender, receiver: Receiver) -> None:
    def signed(delivery: Delivery, now: float) -> Mapping[str, str]:
        return {"x-signed": f"{delivery.task} {now - sender.start:g}"}

    receiver.answer_with(500)
    sent = sender.send(receiver.url, sign=signed)
    sender.advance()
    sender.advance(10)
    sender.deliveries.replay(sent)
    sender.advance(5)

    signatures = [each.headers["x-signed"] for each in receiver.received]
    assert signatures == ["task-1 0", "task-1 10", "task-1 15"]


def test_a_delivery_that_the_harness_fails_at_is_told_and_does_not_stay_pending(
    sender: Sender, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(delivery: Delivery, now: float) -> Mapping[str, str]:
        raise KeyError("no such key")

    sent = sender.send(receiver.url, sign=broken)
    sender.advance(1_000)

    assert sent.state is DeliveryState.FAILED
    assert "the harness failed: KeyError: 'no such key'" in str(sent.attempts[0].error)
    assert [each.levelno for each in caplog.records] == [logging.ERROR]
    assert receiver.received == []


# Disorder


def test_a_lost_webhook_never_comes(sender: Sender, receiver: Receiver) -> None:
    sent = sender.send(receiver.url, "lost")
    sender.advance(100_000)

    assert (sent.state, receiver.received) == (DeliveryState.LOST, [])


def test_a_duplicate_comes_twice_as_two_deliveries(sender: Sender, receiver: Receiver) -> None:
    sender.send(receiver.url, "duplicate")
    sender.advance()
    sender.advance(100_000)

    assert [each.raw for each in receiver.received] == [b'{"a":1}'] * 2
    assert [(each.id, str(each.state)) for each in sender.deliveries.all()] == [
        ("1", "delivered"),
        ("2", "delivered"),
    ]


def test_a_late_webhook_comes_later(sender: Sender, receiver: Receiver) -> None:
    sent = sender.send(receiver.url, "late")
    sender.advance(29.5)
    assert receiver.received == []
    sender.advance(0.5)

    assert len(receiver.received) == 1
    assert sent.state is DeliveryState.DELIVERED


def test_a_reordered_webhook_is_overtaken_by_the_next(sender: Sender, receiver: Receiver) -> None:
    sender.send(receiver.url, "reordered", body=b"1")
    sender.advance(1)
    assert receiver.received == []
    sender.send(receiver.url, body=b"2")
    sender.advance()
    assert [each.raw for each in receiver.received] == [b"2", b"1"]
    sender.advance(100_000)

    assert len(receiver.received) == 2


def test_a_reordered_webhook_comes_alone_when_there_is_no_next(
    sender: Sender, receiver: Receiver
) -> None:
    sender.send(receiver.url, "reordered")
    sender.advance(100)

    assert len(receiver.received) == 1


def test_several_reordered_webhooks_all_come(sender: Sender, receiver: Receiver) -> None:
    for number in range(3):
        sender.send(receiver.url, "reordered", body=b"%d" % number)
    sender.send(receiver.url, body=b"3")
    sender.advance(100)

    assert sorted(each.raw for each in receiver.received) == [b"0", b"1", b"2", b"3"]


def test_an_overtaken_webhook_is_tried_again_by_its_own_plan_only(
    sender: Sender, receiver: Receiver
) -> None:
    held = sender.send(receiver.url, "reordered", body=b"1")
    receiver.answer_with(200, 500, 500)
    sender.advance(1)
    sender.send(receiver.url, body=b"2")
    for seconds in (0, 4, 5.5, 0.5, 60):
        sender.advance(seconds)

    assert sender.times(held) == [1, 11, 71]


def test_what_one_test_sends_overtakes_nothing_of_another(
    sender: Sender, receiver: Receiver
) -> None:
    sender.send(receiver.url, "reordered", body=b"1", test="a")
    sender.send(receiver.url, body=b"2", test="b")
    sender.advance(1)

    assert [each.raw for each in receiver.received] == [b"2"]


def test_what_was_sent_can_be_sent_again(sender: Sender, receiver: Receiver) -> None:
    sent = sender.send(receiver.url, "lost", test="a")
    again = sender.deliveries.replay(sent)
    sender.advance()

    assert (again.id, again.test, again.state) == ("2", "a", DeliveryState.DELIVERED)
    assert len(receiver.received) == 1
    assert sent.state is DeliveryState.LOST


def test_what_is_forgotten_is_not_tried_again(sender: Sender, receiver: Receiver) -> None:
    receiver.answer_with(500, 500)
    sender.send(receiver.url, test="a")
    sender.send(receiver.url, test="b")
    sender.send(receiver.url, "reordered", test="a", provider="other")
    sender.advance()
    sender.deliveries.reset("a")

    assert [each.test for each in sender.deliveries.all()] == ["b"]
    assert sender.deliveries.get("1") is None
    sender.advance(10)
    sender.advance(10_000)
    assert len(receiver.received) == 3
    sender.deliveries.reset()
    assert sender.deliveries.all() == []


def test_settling_does_not_wait_for_ever_for_a_receiver(
    sender: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(schedule_module, "LONGEST_SETTLE", 0.05)
    with serving(Served(silent)) as url:
        sent = sender.send(url, policy=Policy(30))
        sender.advance()

    assert sent.state is DeliveryState.PENDING


def test_the_oldest_deliveries_make_room_for_the_bytes_of_the_newest(
    runner: asyncio.Runner, receiver: Receiver
) -> None:
    sender = Sender(runner, memory=Memory(1_000_000))
    sent = [sender.send(receiver.url, body=b"x" * 20_000) for _ in range(5)]
    sender.advance()

    assert [each.id for each in sender.deliveries.all()] == [each.id for each in sent[-2:]]
    assert len(receiver.received) == 5
