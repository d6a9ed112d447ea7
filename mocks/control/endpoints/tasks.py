"""Asynchronous jobs: where they are, and how they end."""

from __future__ import annotations

from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    OK,
    BadRequest,
    ControlRoute,
    as_json,
    read_object,
    unknown,
)
from imagine_harness.mocks.services.tasks import Stage, Task

ACTIONS = {"finish": Stage.SUCCEEDED, "fail": Stage.FAILED, "expire": Stage.EXPIRED}
"""What can be done to a task, and the stage that it is then in."""


def _task(controls: Controls, task: Task) -> dict[str, Any]:
    return {
        "id": task.id,
        "provider": task.provider,
        "operation": task.operation,
        "test": task.test,
        "created": task.created,
        "mode": str(task.mode),
        "stage": str(controls.stage(task)),
    }


async def _list(controls: Controls, request: Request) -> Response:
    return as_json([_task(controls, each) for each in controls.tasks()])


async def _forget(controls: Controls, request: Request) -> Response:
    controls.services.tasks.reset(request.query_params.get("test"))
    return as_json(OK)


async def _one(controls: Controls, request: Request) -> Response:
    task = controls.services.tasks.find(request.path_params["id"])
    if task is None:
        return unknown("task", request.path_params["id"])
    return as_json(_task(controls, task))


async def _act(controls: Controls, request: Request) -> Response:
    task = controls.services.tasks.find(request.path_params["id"])
    if task is None:
        return unknown("task", request.path_params["id"])
    given = await read_object(request)
    action = given.get("action")
    if not isinstance(action, str) or action not in ACTIONS:
        raise BadRequest(f"action must be one of {', '.join(ACTIONS)}, got {action!r}")
    error = str(given["error"]) if "error" in given else None
    controls.end_task(task, ACTIONS[action], error)
    return as_json(_task(controls, task))


ROUTES: tuple[ControlRoute, ...] = (
    ("tasks", "GET", _list),
    ("tasks", "DELETE", _forget),
    ("tasks/{id}", "GET", _one),
    ("tasks/{id}", "POST", _act),
)
