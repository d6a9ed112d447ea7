"""Every exchange that a page shows, replayed: the mock answers with the same shape."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.examples import Example, recorded_examples
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App, Settings

pytestmark = pytest.mark.usefixtures("lasting_app")

RECORDED = [
    pytest.param(each, id=f"{name}/{each.name}")
    for name in load.mocked()
    for each in recorded_examples(name)
]
COST_IS_SHOWN = {"runware.cost-unasked": "always"}
SHOWING_COST = [pytest.param(each, id=each.name) for each in recorded_examples("runware")]
NOTED = {"fal/edit-quick-start": "warns"}
"""Examples that break a rule of ours which no page states: an edit without an image."""

InProcess = Callable[[App], httpx.Client]


def shape(value: Any) -> Any:
    """What a client can rely on: keys, types, lengths, and which strings are addresses."""
    if isinstance(value, dict):
        return {key: shape(below) for key, below in value.items()}
    if isinstance(value, list):
        return [shape(each) for each in value]
    if isinstance(value, str):
        return "address" if re.match("https?://", value) else "string"
    if isinstance(value, bool) or value is None:
        return str(value)
    return type(value).__name__


def addresses(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from addresses(each)
    elif shape(value) == "address":
        yield value


def replayed(client: httpx.Client, recorded: Example, picture: bytes) -> httpx.Response:
    request = recorded.request
    path = f"/{recorded.provider}{request.path}"
    if request.files:
        files: list[tuple[str, Any]] = [(name, (None, text)) for name, text in request.form]
        files += [(name, (file, picture, "image/png")) for name, file in request.files]
        return client.post(path, headers=request.headers, files=files)
    body = None if request.json is ABSENT else request.json
    return client.request(request.method, path, headers=request.headers, json=body)


def finished_task(client: httpx.Client, app: App, recorded: Example, picture: bytes) -> Example:
    """`recorded` with the id of a task that was submitted and has ended."""
    [submitted] = [
        each for each in recorded_examples(recorded.provider) if each.name == "task-submit-text"
    ]
    known = replayed(client, submitted, picture).json()["task_id"]
    app.services.clock.advance(60)
    path = recorded.request.path.rpartition("/")[0] + f"/{known}"
    return replace(recorded, request=replace(recorded.request, path=path))


@pytest.fixture(scope="module")
def with_cost() -> App:
    return App(Settings(seed=1, readings=COST_IS_SHOWN))


@pytest.mark.parametrize("recorded", RECORDED)
def test_a_recorded_call_is_answered_in_the_recorded_shape(
    recorded: Example,
    with_cost: App,
    client_of: InProcess,
    picture: Callable[..., bytes],
    decoded: Callable[[bytes], tuple[str, tuple[int, int]]],
) -> None:
    with_cost.reset()
    client = client_of(with_cost)
    if recorded.operation == "task-result":
        recorded = finished_task(client, with_cost, recorded, picture())

    answer = replayed(client, recorded, picture())

    assert answer.status_code == recorded.response.status
    assert answer.headers["content-type"] == "application/json"
    assert shape(answer.json()) == shape(recorded.response.json)
    for address in addresses(answer.json()):
        assert address.startswith(f"http://127.0.0.1:4010/{recorded.provider}/")
        served = client.get(address)
        assert served.status_code == 200
        assert served.headers["content-type"].startswith("image/")
        decoded(served.content)


@pytest.mark.parametrize("recorded", RECORDED)
def test_a_recorded_call_causes_no_complaint(
    recorded: Example, app: App, client: httpx.Client, picture: Callable[..., bytes]
) -> None:
    if recorded.operation == "task-result":
        recorded = finished_task(client, app, recorded, picture())

    replayed(client, recorded, picture())

    [*_, noted] = app.services.journal
    name = f"{recorded.provider}/{recorded.name}"
    assert (noted.operation, noted.verdict.kind) == (
        recorded.operation,
        NOTED.get(name, "conforms"),
    )


@pytest.mark.parametrize("recorded", SHOWING_COST)
def test_cost_is_left_out_unless_it_is_asked_for(
    recorded: Example, client: httpx.Client, picture: Callable[..., bytes]
) -> None:
    [element] = replayed(client, recorded, picture()).json()["data"]

    [shown] = recorded.response.json["data"]  # type: ignore[index]
    assert element.keys() == shown.keys() - {"cost"}
