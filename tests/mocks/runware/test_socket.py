"""WebSocket: a key first, then tasks whose results are matched by their UUID."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from websockets.exceptions import InvalidStatus

from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.journal import as_json
from tests.mocks.callers import Speaker, turns

Task = Callable[..., dict[str, Any]]
Opened = Callable[..., Any]
Disturb = Callable[[str], None]

PING = {"taskType": "ping", "ping": True}
PONG = {"data": [{"taskType": "ping", "pong": True}]}


@pytest.fixture
def app(live: App) -> App:
    return live


def test_a_stalled_answer_sends_the_frames_that_are_within_its_bytes(
    opened: Opened, image_task: Task, disturb: Disturb, reread: Callable[..., None]
) -> None:
    client = opened()
    reread(socket_frames="one-by-one")
    client.send(image_task(1))
    length = len(client.raw())
    disturb(f"runware.task times=1 stall={2 * length + 10}")
    client.send(image_task(2, numberResults=4))

    came = [client.frame()["data"][0]["taskUUID"][-1] for _ in range(2)]
    client.send(PING)
    assert (came, client.frame()) == (["2", "2"], PONG)


# The key


def test_the_key_comes_first_and_is_answered_with_a_session(opened: Opened) -> None:
    session = opened(login=False).login()

    assert re.fullmatch(r"[0-9a-f-]{36}", session)


@pytest.mark.parametrize(("key", "status"), [("invalid", 401), ("a b", 401), ("", 401)])
def test_a_bad_key_is_an_error_and_the_connection_stays(
    key: str, status: int, opened: Opened, app: App
) -> None:
    client = opened(login=False)
    refused = client.ask({"taskType": "authentication", "apiKey": key})

    [error] = refused["errors"]
    assert (error["code"], error["taskType"]) == ("invalidApiKey", "authentication")
    assert "taskUUID" not in error
    [noted] = app.services.journal
    assert noted.response.status == status
    client.login()
    assert client.ask(PING) == PONG


def test_a_task_before_the_key_is_an_error_of_that_task(opened: Opened, image_task: Task) -> None:
    client = opened(login=False)

    [error] = client.ask(image_task(1))["errors"]
    assert (error["code"], error["taskType"]) == ("missingApiKey", "imageInference")
    assert error["taskUUID"][-1] == "1"
    client.login()
    assert len(client.ask(image_task(1))["data"]) == 1


def test_a_key_in_the_handshake_does_not_count(opened: Opened, image_task: Task) -> None:
    client = opened(login=False, headers={"Authorization": "Bearer fine"})

    assert client.ask(image_task(1))["errors"][0]["code"] == "missingApiKey"


def test_a_ping_right_behind_the_key_is_answered(opened: Opened) -> None:
    client = opened(login=False)
    client.send({"taskType": "authentication", "apiKey": "a"})
    client.send(PING)

    assert [set(client.frame()["data"][0]), client.frame()] == [
        {"taskType", "connectionSessionUUID"},
        PONG,
    ]


def test_tasks_may_come_in_the_frame_of_the_key(opened: Opened, image_task: Task) -> None:
    client = opened(login=False)
    told = client.ask({"taskType": "authentication", "apiKey": "a"}, image_task(1))

    assert [each["taskType"] for each in told["data"]] == ["authentication", "imageInference"]
    assert client.ask(PING) == PONG


@pytest.mark.parametrize(
    "path", ["/runware/v1", "/runware/v1?sdk=js&version=1.3.2"], ids=["plain", "query"]
)
def test_a_query_in_the_address_is_allowed(path: str, opened: Opened) -> None:
    assert opened(path=path).ask(PING) == PONG


def test_the_host_of_the_socket_leads_to_it_too(opened: Opened) -> None:
    assert opened(address="ws://ws-api.runware.ai", path="/v1").ask(PING) == PONG


@pytest.mark.parametrize("path", ["/fal/v1", "/nothing", "/__admin/health"])
def test_nobody_else_speaks_it(path: str, opened: Opened) -> None:
    with pytest.raises(InvalidStatus):
        opened(path=path)


# Tasks


def test_images_of_a_task_come_in_one_frame(opened: Opened, image_task: Task) -> None:
    told = opened().ask(image_task(1, numberResults=3))

    assert [each["taskUUID"][-1] for each in told["data"]] == ["1"] * 3
    assert httpx.get(told["data"][2]["imageURL"]).headers["content-type"] == "image/jpeg"


def test_images_of_a_task_may_come_in_several_frames(
    opened: Opened, image_task: Task, reread: Callable[..., None]
) -> None:
    reread(socket_frames="one-by-one")
    client = opened()
    client.send(image_task(1, numberResults=2), image_task(2, ttl=1))

    frames = [client.frame() for _ in range(3)]

    assert [[*each] for each in frames] == [["data"], ["data"], ["errors"]]
    assert [len(part) for each in frames for part in each.values()] == [1, 1, 1]
    client.send({"taskType": "getResponse", "taskUUID": "unknown"})
    assert client.frame() == {"data": []}


def test_an_error_carries_the_uuid_of_its_task(opened: Opened, image_task: Task) -> None:
    client = opened()

    mixed = client.ask(image_task(1, resolution="2K"), image_task(2))
    refused = client.ask(image_task(3, resolution="2K"))

    assert [each["taskUUID"][-1] for each in mixed["errors"]] == ["1"]
    assert [each["taskUUID"][-1] for each in mixed["data"]] == ["2"]
    assert [each["taskUUID"][-1] for each in refused["errors"]] == ["3"]
    assert client.ask(PING) == PONG


@pytest.mark.parametrize("raw", ["", "[", "{}", "7", b"\xff\xfe", json.dumps(PING)])
def test_a_frame_that_is_no_array_is_an_error(raw: str | bytes, opened: Opened) -> None:
    client = opened()
    client.socket.send(raw)

    [error] = client.frame()["errors"]
    assert error["code"] in ("invalidJSON", "invalidRequest")
    assert client.ask(PING) == PONG


def test_asynchronous_results_are_polled_for(opened: Opened, image_task: Task, app: App) -> None:
    client = opened()
    submitted = client.ask(image_task(1, deliveryMethod="async", numberResults=2))
    asked = {"taskType": "getResponse", "taskUUID": submitted["data"][0]["taskUUID"]}
    app.services.clock.hold()
    before = client.ask(asked)
    app.services.clock.advance(5)

    assert [each["status"] for each in before["data"]] == ["processing"] * 2
    assert [each["status"] for each in client.ask(asked)["data"]] == ["success"] * 2


def test_a_slow_task_holds_up_no_other(
    opened: Opened, image_task: Task, app: App, disturb: Disturb
) -> None:
    client = opened()
    app.services.clock.hold()
    disturb("runware.task delay=30 times=1")
    client.send(image_task(1))
    client.send(image_task(2))

    assert client.frame()["data"][0]["taskUUID"][-1] == "2"
    app.services.clock.advance(31)
    assert client.frame()["data"][0]["taskUUID"][-1] == "1"


def test_every_frame_is_judged_and_noted(opened: Opened, image_task: Task, app: App) -> None:
    client = opened(headers={"X-Harness-Test": "mine"})
    client.ask(image_task(1, resolution="2K"))
    client.ask(PING)

    noted = list(app.services.journal)
    assert [(each.operation, each.response.status, each.test) for each in noted] == [
        ("authentication", 200, "mine"),
        ("task", 400, "mine"),
        ("ping", 200, "mine"),
    ]
    assert [each.rule for each in noted[1].verdict.errors] == ["runware.task.resolution.enum"]
    assert noted[1].request.method == "POST"
    assert "my-key" not in str([as_json(each) for each in noted])


def test_every_frame_is_judged_and_noted_though_nobody_waits_for_the_answers(
    image_task: Task, app: App, runner: asyncio.Runner
) -> None:
    app.services.clock.hold()
    key = {"taskType": "authentication", "apiKey": "my-key"}
    client = Speaker(
        "/runware/v1", [key], [image_task(1, resolution="2K")], x_harness_fault="delay=30"
    )

    async def main() -> None:
        client.connect(app)
        await client.leave()
        await turns()

    runner.run(main())

    noted = list(app.services.journal)
    assert [(each.operation, each.response.status, each.verdict.fault) for each in noted] == [
        ("authentication", 0, "delay=30"),
        ("task", 0, "delay=30"),
    ]
    assert [each.rule for each in noted[1].verdict.errors] == ["runware.task.resolution.enum"]
    assert all((each.ending or "").startswith("client left after ") for each in noted)


def test_connections_of_one_test_share_what_was_submitted(opened: Opened, image_task: Task) -> None:
    assert "data" in opened(headers={"X-Harness-Test": "a"}).ask(image_task(1))
    [again] = opened(headers={"X-Harness-Test": "a"}).ask(image_task(1))["errors"]
    other = opened(headers={"X-Harness-Test": "b"}).ask(image_task(1))

    assert again["code"] == "conflictTaskUUID"
    assert set(other) == {"data"}


# Faults


@pytest.mark.parametrize("status", [402, 429, 503, 504])
def test_a_refusal_by_fault_carries_the_uuid_too(
    status: int, opened: Opened, image_task: Task, app: App, disturb: Disturb
) -> None:
    client = opened()
    disturb(f"runware.task status={status}")

    [error] = client.ask(image_task(1))["errors"]
    assert error["taskUUID"][-1] == "1"
    assert client.ask(PING) == PONG


def test_a_frame_can_be_left_out_garbled_or_cut(
    opened: Opened, image_task: Task, app: App, disturb: Disturb
) -> None:
    client = opened()
    for spec in ("empty", "garbage", "html"):
        disturb(f"runware.task {spec} times=1")
    for number in (1, 2, 3):
        client.send(image_task(number))
    seen = [client.raw() for _ in range(2)]

    assert any(isinstance(each, bytes) for each in seen)
    assert any(isinstance(each, str) and each.startswith("<html>") for each in seen)
    assert client.ask(PING) == PONG


def test_a_connection_can_be_broken(
    opened: Opened, image_task: Task, app: App, disturb: Disturb
) -> None:
    client = opened()
    disturb("runware.task reset")

    client.send(image_task(1))
    assert client.end() is None


def test_a_frame_can_be_cut_short(
    opened: Opened, image_task: Task, app: App, disturb: Disturb
) -> None:
    client = opened()
    disturb("runware.task truncate=20")
    client.send(image_task(1))

    assert len(client.raw()) == 20
    assert client.end() is None


def test_a_fault_that_means_nothing_ends_the_connection(opened: Opened) -> None:
    client = opened(login=False, headers={"X-Harness-Fault": "nonsense"})
    client.send(PING)

    assert client.end() == 1008


def test_a_failure_of_the_harness_ends_the_connection(
    opened: Opened, image_task: Task, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = opened()

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(app.mocks["runware"].context.gallery, "pictures", fail)
    client.send(image_task(1))

    assert client.end() == 1011


@pytest.mark.parametrize(
    ("frame", "told"),
    [
        ('[{"a":' * 300 + "1" + "}]" * 300, "100 levels"),
        ("[" + "1," * 200_000 + "1]", "100,000 values"),
        ("[" + "{}," * 1_000 + "{}]", "1,000 elements"),
        ("[" + "9" * 5_000 + "]", "no valid JSON"),
    ],
)
def test_a_frame_has_the_limits_of_a_body_and_the_connection_stays(
    frame: str, told: str, opened: Opened
) -> None:
    client = opened()

    client.socket.send(frame)

    [error] = client.frame()["errors"]
    assert told in error["message"]
    assert client.ask(PING) == PONG
