"""Tests that share one server never see one another, and follow-up requests need no header."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings

Ask = Callable[..., httpx.Response]
References = Callable[[str, Any], list[str]]

UUID = "39571168-687a-4aec-a253-df7be20bd0d4"
A, B = {"X-Harness-Test": "a"}, {"X-Harness-Test": "b"}
PICTURES = [
    "cloudflare.generate",
    "runware.task",
    "fal.generate",
    "lumenfall.edit",
    "uniall.edit",
    "xai.edit",
]


def test_what_one_test_has_seen_is_new_to_another(ask: Ask) -> None:
    given = {"taskUUID": UUID}

    statuses = [ask("runware.task", given, headers=headers).status_code for headers in (A, B, {})]
    again = [ask("runware.task", given, headers=headers).status_code for headers in (A, B, {})]

    assert statuses == [200, 200, 200]
    assert again == [400, 400, 400]


def test_ids_of_one_test_do_not_depend_on_what_another_does(
    ask: Ask, references: References
) -> None:
    def name(headers: dict[str, str]) -> str:
        answer = ask("fal.generate", headers=headers)
        return references("fal.generate", answer.json())[0]

    first = name(A)
    ask("fal.generate", headers=B)
    second = name(A)

    assert len({first, second, name(B)}) == 3


def test_a_test_has_the_same_ids_whatever_came_before_it(
    client_of: Callable[[App], httpx.Client],
    plain: Callable[..., httpx.Request],
    references: References,
) -> None:
    def run(client: httpx.Client) -> list[str]:
        return references("fal.generate", client.send(plain("fal.generate", headers=A)).json())

    alone, after = (client_of(App(Settings(seed=1))) for _ in range(2))
    for _ in range(3):
        after.send(plain("fal.generate", headers=B))
        after.send(plain("fal.generate"))
    after.post("/__admin/reset?test=b")

    assert run(after) == run(alone)


@pytest.mark.parametrize("operation", PICTURES)
def test_a_picture_is_fetched_without_the_header(
    operation: str, ask: Ask, client: httpx.Client, references: References
) -> None:
    [address] = references(operation, ask(operation, headers=A).json())

    assert client.get(address).status_code == 200
    assert client.get(address, headers=B).status_code == 200


def test_a_task_is_asked_about_without_the_header(ask: Ask, app: App, client: httpx.Client) -> None:
    task_id = ask("uniall.task", headers=A).json()["task_id"]
    app.services.clock.advance(5)

    path, key = f"/uniall/v1/images/tasks/{task_id}", {"Authorization": "Bearer a"}
    done = client.get(path, headers=key).json()["data"]

    assert done["status"] == "succeeded"
    assert client.get(done["result_url"]).status_code == 200
    assert client.get(path, headers={**key, **B}).json()["data"] == done


def test_resetting_one_test_leaves_the_other_alone(
    ask: Ask, client: httpx.Client, references: References
) -> None:
    given = {"taskUUID": UUID}
    [of_a] = references("runware.task", ask("runware.task", given, headers=A).json())
    [of_b] = references("runware.task", ask("runware.task", given, headers=B).json())

    assert client.post("/__admin/reset?test=a").status_code == 200

    assert client.get(of_a).status_code == 404
    assert client.get(of_b).status_code == 200
    assert ask("runware.task", given, headers=A).status_code == 200
    assert ask("runware.task", given, headers=B).status_code == 400
    noted = client.get("/__admin/requests?operation=task").json()
    assert [each["test"] for each in noted] == ["b", "a", "b"]


def test_resetting_a_test_takes_its_tasks_and_their_pictures_away(
    ask: Ask, app: App, client: httpx.Client, assert_refused: Callable[..., None]
) -> None:
    task_id = ask("uniall.task", headers=A).json()["task_id"]
    app.services.clock.advance(5)
    path, key = f"/uniall/v1/images/tasks/{task_id}", {"Authorization": "Bearer a"}
    url = client.get(path, headers=key).json()["data"]["result_url"]

    client.post("/__admin/reset?test=a")

    assert_refused(client.get(path, headers=key), "uniall", 400)
    assert_refused(client.get(url), "uniall", 404)


def test_resetting_everything_leaves_nothing(
    ask: Ask, client: httpx.Client, references: References
) -> None:
    addresses = [
        references("fal.generate", ask("fal.generate", headers=each).json())[0]
        for each in (A, B, {})
    ]
    ask("uniall.task", headers=A)

    assert client.post("/__admin/reset").status_code == 200

    assert client.get("/__admin/tasks").json() == []
    assert client.get("/__admin/requests").json() == []
    assert [client.get(each).status_code for each in addresses] == [404, 404, 404]


def test_a_fault_of_one_test_spares_the_other(ask: Ask, client: httpx.Client) -> None:
    client.post("/__admin/faults", json={"provider": "fal", "status": 429, "test": "a"})

    statuses = [ask("fal.generate", headers=headers).status_code for headers in (A, B, {}, A)]

    assert statuses == [429, 200, 200, 429]


def test_calls_are_counted_for_each_test(ask: Ask, client: httpx.Client) -> None:
    client.post("/__admin/faults", json={"fault": "fal.generate nth=2 status=503"})

    statuses = [ask("fal.generate", headers=headers).status_code for headers in (A, B, A, B, A, {})]

    assert statuses == [200, 200, 503, 503, 200, 200]


def test_taking_the_faults_of_one_test_back_leaves_the_others(client: httpx.Client) -> None:
    for test in ("a", "b", None):
        of_test = {} if test is None else {"test": test}
        client.post("/__admin/faults", json={"status": 429, **of_test})

    client.delete("/__admin/faults?test=a")

    assert [each["test"] for each in client.get("/__admin/faults").json()] == ["b", None]


def test_the_journal_is_filtered_by_test(ask: Ask, client: httpx.Client) -> None:
    for headers in (A, B, A, {}):
        ask("xai.generate", headers=headers)

    counts = [
        client.get(f"/__admin/requests/count?test={test}").json()["count"]
        for test in ("a", "b", "", "c")
    ]

    assert counts == [2, 1, 1, 0]


def test_a_query_for_a_task_is_noted_under_the_test_that_submitted_it(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    task_id = ask("uniall.task", headers=A).json()["task_id"]

    client.get(f"/uniall/v1/images/tasks/{task_id}", headers={"Authorization": "Bearer a"})

    noted = [(each.operation, each.test) for each in app.services.journal]
    assert noted == [("task", "a"), ("task-result", "a")]


@pytest.mark.parametrize("test", ["a b", "x" * 500, "a/b?c#d", "../..", "null"])
def test_a_test_may_have_any_name(test: str, ask: Ask, app: App) -> None:
    answer = ask("fal.generate", headers={"X-Harness-Test": test})

    assert answer.status_code == 200
    assert len(app.services.journal) == 1
