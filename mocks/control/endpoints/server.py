"""The mocks as a whole: how they are set up, begun anew, ended."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import OK, ControlRoute, as_json
from imagine_harness.mocks.problem import problem


async def _settings(controls: Controls, request: Request) -> Response:
    return as_json(
        {
            "seed": controls.seed,
            "speed": controls.services.clock.speed,
            "strict": controls.settings.strict,
            "providers": list(controls.mocks),
            "tasks": str(controls.services.tasks.mode),
            "pictures": str(controls.settings.pictures),
            "memory": controls.memory.as_json(),
        }
    )


async def _reset(controls: Controls, request: Request) -> Response:
    controls.reset(request.query_params.get("test"))
    return as_json(OK)


async def _shutdown(controls: Controls, request: Request) -> Response:
    if not controls.shut_down():
        detail = "these mocks are not served by us, stop their server"
        return problem(409, "not-serving", detail)
    return as_json({"status": "stopping"})


ROUTES: tuple[ControlRoute, ...] = (
    ("settings", "GET", _settings),
    ("reset", "POST", _reset),
    ("shutdown", "POST", _shutdown),
)
