"""Paths to operations: literal ones, ones with names in them, and percent-encoding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.judge.routes import Plan, Routes
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.mocks.app import App

ACCOUNT = "0123456789abcdef0123456789abcdef"
RUN = f"/client/v4/accounts/{ACCOUNT}/ai/run"


def routes(recorded: Recorded) -> Routes:
    chosen = {name: each.default for name, each in recorded.readings.items()}
    return Routes(
        Plan(operation, chosen)
        for contract in recorded.contracts
        for operation in contract.operations.values()
    )


# provider, path, method -> operation, and what the names in the path stand for
FOUND: list[tuple[str, str, str, str, dict[str, str]]] = [
    ("cloudflare", RUN, "POST", "generate", {"account_id": ACCOUNT}),
    (
        "cloudflare",
        f"{RUN}/xai/grok-imagine-image",
        "POST",
        "generate-by-path",
        {"account_id": ACCOUNT},
    ),
    ("runware", "/v1", "POST", "task", {}),
    ("fal", "/xai/grok-imagine-image", "POST", "generate", {}),
    ("fal", "/xai/grok-imagine-image/edit", "POST", "edit", {}),
    ("lumenfall", "/openai/v1/images/generations", "POST", "generate", {}),
    ("lumenfall", "/openai/v1/images/edits", "POST", "edit", {}),
    ("uniall", "/v1/images/tasks", "POST", "task", {}),
    ("uniall", "/v1/images/tasks/task_1", "GET", "task-result", {"task_id": "task_1"}),
    ("uniall", "/v1/images/tasks/ä b", "GET", "task-result", {"task_id": "ä b"}),
    ("uniall", "/v1/images/generations", "POST", "generate", {}),
    ("uniall", "/v1/images/edits", "POST", "edit", {}),
    ("xai", "/v1/images/generations", "POST", "generate", {}),
    ("xai", "/v1/images/edits", "POST", "edit", {}),
]


@pytest.mark.parametrize(("provider", "path", "method", "operation", "values"), FOUND)
def test_a_path_leads_to_its_operation(
    provider: str, path: str, method: str, operation: str, values: dict[str, str]
) -> None:
    found = routes(load.recorded(provider)).find(path)

    assert found is not None
    assert operation in [plan.operation.id for plan in found[0].methods[method]]
    assert found[1] == values


@pytest.mark.parametrize(
    ("provider", "path"),
    [
        ("cloudflare", "/client/v4/accounts/short/ai/run"),
        ("cloudflare", f"/client/v4/accounts/{'0' * 32}/ai/run"),
        ("cloudflare", f"{RUN}/"),
        ("cloudflare", f"{RUN}/xai/grok-imagine-image\n"),
        ("cloudflare", f"{RUN}/xai/grok-imagine-images"),
        ("runware", "/v1/"),
        ("runware", "/V1"),
        ("fal", "/xai/grok-imagine-image/edit/"),
        ("fal", "/xai/grok-imagine-image/edit/more"),
        ("uniall", "/v1/images/tasks/"),
        ("uniall", "/v1/images/tasks/a/b"),
        ("uniall", ""),
    ],
)
def test_any_other_path_leads_nowhere(provider: str, path: str) -> None:
    assert routes(load.recorded(provider)).find(path) is None


@pytest.mark.parametrize("provider", load.mocked())
def test_every_recorded_operation_has_a_route(provider: str) -> None:
    recorded = load.recorded(provider)
    known = {plan.operation.name for plan in routes(recorded).all()}

    assert known == {
        operation.name
        for contract in recorded.contracts
        for operation in contract.operations.values()
    }


def test_the_engine_routes_a_provider_that_it_has_never_heard_of(acme: Recorded) -> None:
    for contract in acme.contracts:
        for operation in contract.operations.values():
            if "{" not in operation.path:
                found = routes(acme).find(operation.path)
                assert found is not None
                assert operation.method in found[0].methods


@pytest.mark.parametrize(
    "path",
    [
        f"{RUN}/xai/grok-imagine-image",
        f"{RUN}/xai%2Fgrok-imagine-image",
        f"{RUN}/xai%2fgrok-imagine-image",
        f"{RUN}/xai%2Fgrok%2Dimagine%2dimage",
    ],
)
def test_the_slash_in_a_model_may_come_percent_encoded(path: str, base_url: str) -> None:
    answer = httpx.post(
        httpx.URL(f"{base_url}/cloudflare{path}"),
        headers={"Authorization": "Bearer a"},
        json={"prompt": "a lighthouse"},
    )

    assert answer.status_code == 200
    assert answer.json()["state"] == "Completed"


@pytest.mark.parametrize("query", ["?a=b", "?", "?key=a&key=b", "?%zz=%", "?sdk=js&version=1.3.2"])
def test_a_query_changes_nothing(
    query: str, app: App, client: httpx.Client, plain: Callable[..., httpx.Request]
) -> None:
    request = plain("runware.task")

    answer = client.post(f"/runware/v1{query}", headers=request.headers, content=request.content)

    assert answer.status_code == 200
    [noted] = app.services.journal
    assert (noted.request.path, noted.verdict.kind) == ("/v1", "conforms")


def promised(plan: Plan, body: dict[str, Any]) -> tuple[int, str, str]:
    promise = plan.expected_answer(body, ())
    return promise.count, promise.format, promise.carrier


def test_a_promise_is_worked_out_once_for_equal_requests() -> None:
    found = routes(load.recorded("fal")).find("/xai/grok-imagine-image")
    assert found is not None
    [plan] = found[0].methods["POST"]

    one = plan.expected_answer({"prompt": "a", "num_images": 2}, ())
    other = plan.expected_answer({"prompt": "b", "num_images": 2}, ())

    assert one is other
    assert promised(plan, {"prompt": "a", "num_images": 2}) == (2, "jpeg", "url")
    assert promised(plan, {"prompt": "a", "num_images": 3}) == (3, "jpeg", "url")
    assert promised(plan, {"prompt": "a", "sync_mode": True}) == (1, "jpeg", "data-uri")
    assert promised(plan, {"prompt": "a", "output_format": "png"}) == (1, "png", "url")
