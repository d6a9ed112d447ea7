"""Arrays of mixed tasks: each is answered on its own, and only if none succeeds is it a refusal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App
from imagine_harness.mocks.services.journal import as_json

Post = Callable[..., httpx.Response]
Task = Callable[..., dict[str, Any]]
Refused = Callable[..., None]

PING = {"taskType": "ping", "ping": True}
LOGIN = {"taskType": "authentication", "apiKey": "my-key"}


def codes(answer: httpx.Response) -> list[str]:
    return [each["code"] for each in answer.json()["errors"]]


# Mixed arrays


def test_tasks_of_many_kinds_are_answered_in_one_array(post: Post, image_task: Task) -> None:
    answer = post(PING, image_task(1, numberResults=2), {**LOGIN}, image_task(2))

    assert answer.status_code == 200
    assert set(answer.json()) == {"data"}
    assert [each["taskType"] for each in answer.json()["data"]] == [
        *("ping", "imageInference", "imageInference", "authentication", "imageInference")
    ]


def test_a_task_that_fails_leaves_the_others_alone(
    post: Post, image_task: Task, uuid_of: Callable[[int], str]
) -> None:
    answer = post(image_task(1, ttl=1), PING, {"taskType": "nothing", "taskUUID": uuid_of(3)})

    assert answer.status_code == 200
    assert answer.json()["data"] == [{"taskType": "ping", "pong": True}]
    assert [(each["taskUUID"], each["code"]) for each in answer.json()["errors"]] == [
        (uuid_of(1), "invalidTtl"),
        (uuid_of(3), "invalidTaskType"),
    ]


def test_where_no_task_succeeds_it_is_a_refusal(
    post: Post, image_task: Task, assert_refused: Refused, uuid_of: Callable[[int], str]
) -> None:
    gone = {"taskType": "mediaStorage", "taskUUID": uuid_of(2), "operation": "delete", "media": "x"}

    assert_refused(post(image_task(1, ttl=1), image_task(3, ttl=1)), "runware", 400)
    assert_refused(post(gone), "runware", 404)


@pytest.mark.parametrize(
    ("root", "code"),
    [
        ({"taskType": "nothing"}, "invalidTaskType"),
        ({"taskType": "imageinference", "model": "xai:grok-imagine@image"}, "invalidTaskType"),
        ({"taskType": None}, "invalidTaskType"),
        ({}, "missingTaskType"),
        ({"taskType": "imageInference"}, "missingModel"),
    ],
)
def test_what_a_task_is_for_is_looked_at_first(
    root: dict[str, Any], code: str, post: Post, assert_refused: Refused
) -> None:
    answer = post(root)

    assert_refused(answer, "runware", 400)
    assert codes(answer) == [code]


def test_a_task_of_the_platform_may_name_a_model(post: Post) -> None:
    answer = post({**PING, "model": "xai:grok-imagine@image"})

    assert answer.json()["data"] == [{"taskType": "ping", "pong": True}]


def test_a_call_is_called_by_the_image_task_in_it(post: Post, image_task: Task, app: App) -> None:
    post(PING, image_task(1))
    post(PING)

    assert [each.operation for each in app.services.journal] == ["task", "ping"]


# The error object


def test_an_error_names_parameter_type_and_page(post: Post, image_task: Task) -> None:
    [error] = post(image_task(1, outputQuality=7)).json()["errors"]

    assert error == {
        "code": "invalidOutputQuality",
        "message": error["message"],
        "parameter": "outputQuality",
        "type": "integer",
        "documentation": (
            "https://runware.ai/docs/models/xai-grok-imagine-image#request-outputquality"
        ),
        "taskType": "imageInference",
        "taskUUID": "00000000-0000-4000-9000-000000000001",
        "min": 20,
    }


def test_an_error_across_parameters_names_all_of_them(post: Post, image_task: Task) -> None:
    [clash] = post(image_task(1, width=1024, height=1024)).json()["errors"]
    bare = image_task(2)
    del bare["resolution"]
    [missing] = post(bare).json()["errors"]

    assert clash["parameter"] == ["resolution", "width", "height"]
    assert clash["type"] == "string|integer"
    assert missing["parameter"] == ["width", "height", "resolution", "referenceImages"]


# The key in the body


def test_a_key_may_come_in_a_task_that_is_answered_too(post: Post, image_task: Task) -> None:
    answer = post(LOGIN, image_task(1), key=None)

    login, image = answer.json()["data"]
    assert answer.status_code == 200
    assert set(login) == {"taskType", "connectionSessionUUID"}
    assert UUID(login["connectionSessionUUID"]).version == 4
    assert image["taskType"] == "imageInference"


@pytest.mark.parametrize(
    ("login", "code"),
    [
        ({**LOGIN, "apiKey": "invalid"}, "invalidApiKey"),
        ({**LOGIN, "apiKey": "a b"}, "invalidApiKey"),
        ({**LOGIN, "apiKey": ""}, "invalidApiKey"),
        ({"taskType": "authentication"}, "missingApiKey"),
        ({**LOGIN, "apiKey": 7}, "missingApiKey"),
    ],
)
def test_a_bad_key_in_a_task_is_refused(
    login: dict[str, Any], code: str, post: Post, image_task: Task, assert_refused: Refused
) -> None:
    answer = post(login, image_task(1), key=None)

    assert_refused(answer, "runware", 401)
    [error] = answer.json()["errors"]
    assert (error["code"], error["parameter"]) == (code, "apiKey")
    assert error["taskType"] == "authentication"
    assert "taskUUID" not in error


def test_a_key_in_the_header_comes_before_one_in_a_task(post: Post) -> None:
    assert post({**LOGIN, "apiKey": "invalid"}, key="fine").status_code == 200
    assert post(LOGIN, key="invalid").status_code == 401


def test_the_key_is_not_noted(post: Post, app: App) -> None:
    post({**LOGIN, "apiKey": "very-secret"}, key=None)

    [noted] = app.services.journal
    assert "very-secret" not in str(as_json(noted))


# Faults


@pytest.mark.parametrize("status", [400, 402, 403, 429, 500, 503, 504])
def test_an_error_of_a_whole_call_is_told_to_each_of_its_tasks(
    status: int, post: Post, image_task: Task, assert_refused: Refused
) -> None:
    answer = post(LOGIN, image_task(1), image_task(2), key=None, fault=f"status={status}")

    assert_refused(answer, "runware", status)
    assert [each["taskUUID"][-1] for each in answer.json()["errors"]] == ["1", "2"]


DOCUMENTED = {
    name.removeprefix("fault:"): case
    for name, [case] in load.provider("runware").errors.items()
    if name.startswith("fault:")
}


@pytest.mark.parametrize("name", DOCUMENTED)
def test_every_documented_error_can_be_had(
    name: str, post: Post, image_task: Task, assert_refused: Refused
) -> None:
    refused = post(image_task(1), fault=f"error={name}")
    failed = post(image_task(1), fault=f"fail={name}")

    for answer in (refused, failed):
        assert_refused(answer, "runware", DOCUMENTED[name].status)
        assert codes(answer) == [DOCUMENTED[name].code]


@pytest.mark.parametrize(
    ("name", "status", "code"),
    [
        ("provider-content-policy-violation", 400, "providerContentPolicyViolation"),
        ("insufficient-credits", 402, "insufficientCredits"),
        ("rate-limit-exceeded", 429, "rateLimitExceeded"),
        ("service-unavailable", 503, "serviceUnavailable"),
        ("timeout-provider", 504, "timeoutProvider"),
        ("conflict-task-uuid", 400, "conflictTaskUUID"),
    ],
)
def test_the_errors_that_clients_know_are_among_them(name: str, status: int, code: str) -> None:
    assert (DOCUMENTED[name].status, DOCUMENTED[name].code) == (status, code)


def test_of_a_task_that_fails_every_image_fails(post: Post, image_task: Task) -> None:
    answer = post(PING, image_task(1, numberResults=3), fault="fail=inference-error")

    assert answer.status_code == 200
    assert codes(answer) == ["inferenceError"] * 3
    assert {each["taskUUID"][-1] for each in answer.json()["errors"]} == {"1"}


# The account, and models


def test_the_account_is_told(post: Post, uuid_of: Callable[[int], str]) -> None:
    asked = {"taskType": "accountManagement", "taskUUID": uuid_of(1), "operation": "getDetails"}
    [told] = post(asked).json()["data"]

    assert set(told) == {
        *("taskType", "taskUUID", "organizationUUID", "organizationName", "balance")
    }
    assert post(asked).json()["data"] == [told]


@pytest.mark.parametrize(
    ("search", "found"), [({}, 1), ({"search": "GROK"}, 1), ({"search": "flux"}, 0)]
)
def test_models_are_searched_for(
    search: dict[str, str], found: int, post: Post, uuid_of: Callable[[int], str]
) -> None:
    [told] = post({"taskType": "modelSearch", "taskUUID": uuid_of(1), **search}).json()["data"]

    assert [each["air"] for each in told["results"]] == ["xai:grok-imagine@image"] * found
    assert told["totalResults"] == found


def test_a_search_is_shown_in_parts(post: Post, uuid_of: Callable[[int], str]) -> None:
    asked = {"taskType": "modelSearch", "taskUUID": uuid_of(1)}
    past, none = post({**asked, "offset": 1}, {**asked, "limit": 0}).json()["data"]

    assert (past["results"], past["totalResults"]) == ([], 1)
    assert (none["results"], none["totalResults"]) == ([], 1)


# What the platform's tasks demand


UNCHECKED = [
    {"taskType": "getResponse"},
    {"taskType": "getTaskDetails", "taskUUID": 7},
    {"taskType": "accountManagement", "operation": "other"},
    {"taskType": "modelSearch", "taskUUID": [], "limit": "a", "offset": {}},
    {"taskType": "ping", "ping": False},
]


@pytest.mark.parametrize("root", UNCHECKED, ids=lambda each: each["taskType"])
def test_what_no_recorded_page_demands_is_refused_only_when_strict(
    root: dict[str, Any], post: Post, reread: Callable[..., None], assert_refused: Refused
) -> None:
    assert post(root).status_code == 200

    reread(platform_checks="refused")

    assert_refused(post(root), "runware", 400)
