"""The one clock of all mocks."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    BadRequest,
    ControlRoute,
    as_json,
    number,
    read_object,
)

LONGEST_STEP = 1e9
"""Seconds that the clock can be moved at once."""

FASTEST = 1e6
"""Seconds that can pass for the mocks in one real second."""


async def _show(controls: Controls, request: Request) -> Response:
    clock = controls.services.clock
    return as_json({"now": clock.now(), "held": clock.held, "speed": clock.speed})


async def _move(controls: Controls, request: Request) -> Response:
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
    return await _show(controls, request)


ROUTES: tuple[ControlRoute, ...] = (("clock", "GET", _show), ("clock", "POST", _move))
