"""Faults as the controls add, list and take them back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

Ask = Callable[..., httpx.Response]
AssertProblem = Callable[..., None]


def test_faults_are_added_listed_and_taken_back(ask: Ask, client: httpx.Client) -> None:
    added = client.post("/__admin/faults", json={"fault": "fal.generate nth=2 status=429"})

    assert added.status_code == 201
    fault = {
        "id": "1",
        "provider": "fal",
        "operation": "generate",
        "nth": 2,
        "probability": 1.0,
        "test": None,
        "times": None,
        "at": None,
        "met": 0,
        "status": 429,
    }
    assert added.json() == fault
    assert client.get("/__admin/faults").json() == [fault]
    assert [ask("fal.generate").status_code for _ in range(3)] == [200, 429, 200]
    assert client.get("/__admin/faults").json() == [{**fault, "met": 1}]
    assert client.delete("/__admin/faults").json() == {"status": "ok"}
    assert client.get("/__admin/faults").json() == []


def test_a_fault_may_be_written_as_an_object(ask: Ask, client: httpx.Client) -> None:
    client.post(
        "/__admin/faults",
        json={"provider": "xai", "operation": "edit", "status": 503, "retry-after": 7, "times": 1},
    )

    answers = [ask("xai.edit"), ask("xai.edit"), ask("xai.generate")]

    assert [each.status_code for each in answers] == [503, 200, 200]
    assert answers[0].headers["retry-after"] == "7"


def test_a_date_is_listed_as_it_may_be_given(client: httpx.Client) -> None:
    given = {"status": 503, "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT"}
    added = client.post("/__admin/faults", json=given)

    assert added.json()["retry-after"] == "2026-10-21T07:28:00Z"


@pytest.mark.parametrize(
    ("place", "told"),
    [
        ("lumenfall", "at=poll needs a provider with tasks"),
        ("fal.upload-put", "no task at 'upload-put', at=poll knows: "),
    ],
)
def test_questions_that_nobody_asks_cannot_go_wrong(
    place: str, told: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    answer = client.post("/__admin/faults", json={"fault": f"{place} at=poll status=503"})

    assert_problem(answer, 400, "bad-request")
    assert told in answer.json()["detail"]


BAD_FAULTS: list[tuple[Any, str]] = [
    ({}, "not what goes wrong"),
    ({"provider": "fal"}, "not what goes wrong"),
    ({"status": 42}, "status must be"),
    ({"status": 600}, "status must be"),
    ({"status": "teapot"}, "must be a number"),
    ({"status": None}, "must be a number"),
    ({"status": [429]}, "must be a number"),
    ({"status": True}, "status"),
    ({"status": 429.5}, "status"),
    ({"delay": -1}, "negative"),
    ({"reset": False}, "takes no value"),
    ({"reset": "yes"}, "takes no value"),
    ({"bogus": 1}, "unknown word 'bogus'"),
    ({"provider": "nobody", "status": 429}, "no provider 'nobody'"),
    ({"provider": 5, "status": 429}, "no provider"),
    ({"provider": ["fal"], "status": 429}, "provider"),
    ({"provider": "fal", "operation": "nothing", "status": 429}, "no operation 'nothing'"),
    ({"fault": "fal.nothing status=429"}, "no operation 'nothing'"),
    ({"fault": "fal"}, "not what goes wrong"),
    ({"fault": "fal.generate status="}, "needs a value"),
    ({"fault": 5}, "not what goes wrong"),
    ({"fault": "nobody status=429"}, "no provider 'nobody'"),
    ({"fault": "fal status=429", "nth": 2}, "nth"),
    ({"status": 429, "nth": 0}, "nth"),
    ({"status": 429, "probability": 1.5}, "probability"),
    ({"delay": "inf"}, "delay"),
    ([], "a JSON object"),
    ("fal status=429", "a JSON object"),
]


@pytest.mark.parametrize(("asked", "told"), BAD_FAULTS, ids=str)
def test_a_fault_that_means_nothing_is_refused(
    asked: Any, told: str, client: httpx.Client, assert_problem: AssertProblem
) -> None:
    assert_problem(client.post("/__admin/faults", json=asked), 400, "bad-request", told)
    assert client.get("/__admin/faults").json() == []
