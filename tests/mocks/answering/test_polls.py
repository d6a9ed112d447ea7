"""The question after the submission: what goes wrong with it, and not with the submission."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]

FAULT = "X-Harness-Fault"
TEST = "X-Harness-Test"
UUID = "00000000-0000-4000-9000-000000000007"
RUNWARE = {"taskUUID": UUID, "deliveryMethod": "async"}


def fal(ask: Ask, client: httpx.Client, **headers: str) -> list[Callable[[], httpx.Response]]:
    queue, own = "/fal/queue/xai/grok-imagine-image", {"Authorization": "Key a:b"}
    told = client.post(queue, json={"prompt": "a lighthouse"}, headers={**own, **headers}).json()
    return [
        lambda: client.get(told["status_url"], headers=own),
        lambda: client.get(told["response_url"], headers=own),
        lambda: client.get(f"{told['status_url']}/stream", headers=own),
        lambda: client.get(f"{told['response_url']}/response", headers=own),
    ]


def runware(ask: Ask, client: httpx.Client, **headers: str) -> list[Callable[[], httpx.Response]]:
    assert ask("runware.task", RUNWARE, headers=headers).status_code == 200
    own = {"Authorization": "Bearer mock-key"}
    own |= {TEST: headers[TEST]} if TEST in headers else {}

    def poll(kind: str) -> Callable[[], httpx.Response]:
        body = [{"taskType": kind, "taskUUID": UUID}]
        return lambda: client.post("/runware/v1", json=body, headers=own)

    return [poll("getResponse"), poll("getTaskDetails")]


def uniall(ask: Ask, client: httpx.Client, **headers: str) -> list[Callable[[], httpx.Response]]:
    task = ask("uniall.task", headers=headers).json()["task_id"]
    own = {"Authorization": "Bearer sk-a"}
    return [lambda: client.get(f"/uniall/v1/images/tasks/{task}", headers=own)]


def xai(ask: Ask, client: httpx.Client, **headers: str) -> list[Callable[[], httpx.Response]]:
    task = ask("xai.generate", {"deferred": True}, headers=headers).json()["request_id"]
    return [lambda: client.get(f"/xai/v1/images/{task}", headers={"Authorization": "Bearer xai-a"})]


SUBMISSIONS: Mapping[str, Callable[..., list[Callable[[], httpx.Response]]]] = MappingProxyType(
    {"fal": fal, "runware": runware, "uniall": uniall, "xai": xai}
)
"""For each provider with tasks, a submission, and the questions that can be asked about it."""

PROVIDERS = pytest.mark.parametrize("provider", SUBMISSIONS)


@pytest.fixture(autouse=True)
def ended(app: App) -> None:
    """Have every task end with its submission, so that every question has its answer."""
    app.services.tasks.mode = type(app.services.tasks.mode)("immediate")


def test_the_providers_with_tasks_are_all_tried(app: App) -> None:
    assert {name for name, mock in app.mocks.items() if mock.provider.lifecycles} == {*SUBMISSIONS}


@PROVIDERS
def test_the_submission_is_spared_and_every_way_to_ask_is_hit(
    provider: str, ask: Ask, app: App, client: httpx.Client
) -> None:
    client.post("/__admin/faults", json={"fault": f"{provider} at=poll status=503"})
    questions = SUBMISSIONS[provider](ask, client)

    assert [question().status_code for question in questions] == [503] * len(questions)
    submission, *noted = app.services.journal
    assert (submission.response.status, submission.verdict.fault) == (200, None)
    assert [(each.response.status, each.verdict.fault) for each in noted] == [
        (503, "status=503")
    ] * len(questions)
    assert {each.operation for each in noted} == {*app.mocks[provider].context.asks}


@PROVIDERS
def test_the_nth_question_is_counted_with_each_task(
    provider: str, ask: Ask, client: httpx.Client
) -> None:
    client.post("/__admin/faults", json={"fault": f"{provider} at=poll nth=2 status=503"})

    for test in ("a", "b"):
        question = SUBMISSIONS[provider](ask, client, **{TEST: test})[0]
        assert [question().status_code for _ in range(3)] == [200, 503, 200]


@PROVIDERS
def test_a_header_of_the_submission_is_about_the_questions_that_follow(
    provider: str, ask: Ask, client: httpx.Client
) -> None:
    spared = SUBMISSIONS[provider](ask, client, **{TEST: "b"})[0]
    hit = SUBMISSIONS[provider](ask, client, **{TEST: "a", FAULT: "at=poll;times=2;status=503"})[0]

    assert [hit().status_code for _ in range(3)] == [503, 503, 200]
    assert spared().status_code == 200


@PROVIDERS
def test_a_header_of_a_question_spares_everything_else(
    provider: str, ask: Ask, client: httpx.Client
) -> None:
    """Many clients have one set of headers for all that they send."""
    client.headers[FAULT] = "at=poll;nth=1;status=503"
    question = SUBMISSIONS[provider](ask, client)[0]

    assert [question().status_code for _ in range(2)] == [503, 200]


@PROVIDERS
def test_a_fault_of_one_test_hits_its_questions_whatever_they_carry(
    provider: str, ask: Ask, client: httpx.Client
) -> None:
    client.post("/__admin/faults", json={"fault": f"{provider} test=a at=poll status=503"})
    hit = SUBMISSIONS[provider](ask, client, **{TEST: "a"})[0]
    spared = SUBMISSIONS[provider](ask, client, **{TEST: "b"})[0]

    assert (hit().status_code, spared().status_code) == (503, 200)


def test_a_question_by_name_is_hit_in_the_test_of_its_task(ask: Ask, client: httpx.Client) -> None:
    client.post("/__admin/faults", json={"fault": "fal.queue-status test=a status=503"})
    status, result, *_ = fal(ask, client, **{TEST: "a"})

    assert (status().status_code, result().status_code) == (503, 200)


def test_one_array_may_ask_about_several_tasks(ask: Ask, client: httpx.Client) -> None:
    other = UUID.replace("7", "8")
    ask("runware.task", RUNWARE, headers={FAULT: "at=poll;status=503"})
    ask("runware.task", {**RUNWARE, "taskUUID": other})

    def polled(*names: Any) -> int:
        body = [{"taskType": "getResponse", "taskUUID": name} for name in names]
        own = {"Authorization": "Bearer mock-key"}
        return client.post("/runware/v1", json=body, headers=own).status_code

    assert polled(other) == 200
    assert polled(other, UUID) == 503
    assert polled(other, other, None, 7) < 500


def test_a_question_about_nothing_is_answered_as_ever(ask: Ask, client: httpx.Client) -> None:
    client.post("/__admin/faults", json={"fault": "uniall at=poll status=503"})
    answer = client.get("/uniall/v1/images/tasks/task_0", headers={"Authorization": "Bearer sk-a"})

    assert answer.status_code == 400
