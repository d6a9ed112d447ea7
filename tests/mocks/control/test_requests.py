"""What a control is asked for, read with care."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson
import pytest
from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.app import App
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    BadRequest,
    NotFound,
    action,
    answering,
    as_json,
    fault_of,
    known_or_refused,
    number,
    read_object,
)


def request(body: bytes) -> Request:
    async def receive() -> Any:
        return {"type": "http.request", "body": body, "more_body": False}

    return Request({"type": "http", "method": "POST", "path": "/", "headers": []}, receive)


@pytest.mark.parametrize(("body", "asked"), [(b"", {}), (b"{}", {}), (b'{"a":[1]}', {"a": [1]})])
def test_an_object_is_read_object(body: bytes, asked: Any, runner: asyncio.Runner) -> None:
    assert runner.run(read_object(request(body))) == asked


@pytest.mark.parametrize("body", [b"{", b"[]", b"1", b"null", b'"a"', b"\xff", b'{"a":NaN}'])
def test_anything_else_is_refused(body: bytes, runner: asyncio.Runner) -> None:
    with pytest.raises(BadRequest, match="JSON"):
        runner.run(read_object(request(body)))


@pytest.mark.parametrize("value", [0, 1, 2.5, 10])
def test_a_number_within_its_bounds_is_taken(value: float) -> None:
    assert number(value, "count", 10) == value


@pytest.mark.parametrize("value", [-1, 10.5, float("nan"), float("inf"), "1", None, True, [1]])
def test_any_other_number_is_refused_with_its_bounds(value: Any) -> None:
    with pytest.raises(BadRequest, match="count must be a number, not negative and at most 10"):
        number(value, "count", 10)


def test_a_fault_is_read_from_a_line_or_from_its_words() -> None:
    line = fault_of({"fault": "fal.edit nth=2 status=429"})
    words = fault_of({"provider": "fal", "operation": "edit", "nth": 2, "status": 429})

    assert line == words


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"fault": "status=429", "nth": 2}, "nth belongs into the text"),
        ({"provider": 5, "status": 429}, "no provider 5"),
        ({"operation": ["edit"], "status": 429}, "no operation"),
        ({"webhook": "eaten", "status": 429}, "lost, duplicate, late, reordered, contradicts"),
        ({"stuck": "yes"}, "stuck takes no value"),
        ({"slow": "slowly"}, "slow must be a number"),
        ({"error": ""}, "error needs a value"),
    ],
)
def test_a_fault_that_means_nothing_is_a_bad_request(asked: dict[str, Any], told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        fault_of(asked)


def test_a_bad_request_is_answered_with_one_line(runner: asyncio.Runner) -> None:
    async def endpoint(_controls: Controls, _request: Request) -> object:
        raise BadRequest("count must be 1")

    async def main() -> Response:
        return await answering(endpoint, App().controls)(request(b""))

    answer = runner.run(main())

    assert answer.status_code == 400
    assert answer.headers["x-harness-error"] == "bad-request"
    assert orjson.loads(answer.body)["detail"] == "count must be 1"


def test_a_name_that_nothing_has_is_told_with_the_known_ones(runner: asyncio.Runner) -> None:
    async def endpoint(_controls: Controls, _request: Request) -> object:
        return known_or_refused(None, "provider", "acme", ["fal", "xai"])

    async def main() -> Response:
        return await answering(endpoint, App().controls)(request(b""))

    answer = runner.run(main())

    assert answer.status_code == 404
    assert answer.headers["x-harness-error"] == "unknown-provider"
    assert orjson.loads(answer.body)["detail"] == "no provider 'acme', known: fal, xai"
    with pytest.raises(NotFound, match=r"^no task 'a'$"):
        known_or_refused(None, "task", "a")
    assert known_or_refused(0, "task", "a") == 0


@pytest.mark.parametrize("body", [b"", b'{"action":"end"}', b'{"action":["wait"]}'])
def test_an_action_is_one_of_the_known_ones(body: bytes, runner: asyncio.Runner) -> None:
    wanted, given = runner.run(action(request(b'{"action":"wait","count":2}'), "wait"))

    assert (wanted, given["count"]) == ("wait", 2)
    with pytest.raises(BadRequest, match="action must be wait, got"):
        runner.run(action(request(body), "wait"))
    with pytest.raises(BadRequest, match="action must be one of wait, replay, got"):
        runner.run(action(request(body), "wait", "replay"))


def test_json_is_an_answer_of_json() -> None:
    answer = as_json({"a": 1}, 201)

    assert (answer.status_code, answer.body) == (201, b'{"a":1}')
    assert answer.headers["content-type"] == "application/json"
