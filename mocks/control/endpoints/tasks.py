"""Asynchronous jobs and the clock that moves them: where they are, and how they end."""

from __future__ import annotations

from starlette.requests import Request

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    BadRequest,
    ControlRoute,
    action,
    forget,
    known_or_refused,
    number,
    read_object,
)
from imagine_harness.mocks.services.tasks import Stage, Task

ACTIONS = {"finish": Stage.SUCCEEDED, "fail": Stage.FAILED, "expire": Stage.EXPIRED}
"""What can be done to a task, and the stage that it is then in."""

LONGEST_STEP = 1e9
"""Seconds that the clock can be moved at once."""

FASTEST = 1e6
"""Seconds that can pass for the mocks in one real second."""


def _task(controls: Controls, task: Task) -> object:
    return {
        "id": task.id,
        "provider": task.provider,
        "operation": task.operation,
        "test": task.test,
        "created": task.created,
        "mode": str(task.mode),
        "stage": str(controls.stage(task)),
    }


def _of(controls: Controls, request: Request) -> Task:
    name = request.path_params["id"]
    return known_or_refused(controls.services.tasks.find(name), "task", name)


async def _list(controls: Controls, request: Request) -> object:
    return [_task(controls, each) for each in controls.tasks()]


async def _one(controls: Controls, request: Request) -> object:
    return _task(controls, _of(controls, request))


async def _end(controls: Controls, request: Request) -> object:
    task = _of(controls, request)
    how, given = await action(request, *ACTIONS)
    controls.end_task(task, ACTIONS[how], str(given["error"]) if "error" in given else None)
    return _task(controls, task)


async def _clock(controls: Controls, request: Request) -> object:
    clock = controls.services.clock
    return {"now": clock.now(), "held": clock.held, "speed": clock.speed}


async def _move_clock(controls: Controls, request: Request) -> object:
    given = await read_object(request)
    unknown = set(given) - {"advance", "hold", "speed"}
    if unknown or not given:
        raise BadRequest('expected {"advance": seconds}, {"hold": true} or {"speed": factor}')
    hold = given.get("hold")
    if "hold" in given and not isinstance(hold, bool):
        raise BadRequest(f"hold must be true or false, got {hold!r}")
    seconds = number(given.get("advance", 0), "advance", LONGEST_STEP)
    speed = number(given["speed"], "speed", FASTEST) if "speed" in given else None
    if speed == 0:
        raise BadRequest("speed must be above 0, hold the clock to stop it")
    await controls.move_clock(advance=seconds, hold=hold, speed=speed)
    return await _clock(controls, request)


ROUTES: tuple[ControlRoute, ...] = (
    ("tasks", "GET", _list),
    ("tasks", "DELETE", forget("tasks")),
    ("tasks/{id}", "GET", _one),
    ("tasks/{id}", "POST", _end),
    ("clock", "GET", _clock),
    ("clock", "POST", _move_clock),
)
