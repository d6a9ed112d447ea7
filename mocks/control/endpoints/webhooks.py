"""What the mocks send out: webhooks and uploads."""

from __future__ import annotations

import asyncio

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.control.controls import Controls, has_ended
from imagine_harness.mocks.control.requests import (
    OK,
    BadRequest,
    ControlRoute,
    as_json,
    filters,
    number,
    read_object,
    unknown,
)
from imagine_harness.mocks.problem import problem
from imagine_harness.mocks.services.delivery import MOST_DELIVERIES, Delivery, State
from imagine_harness.mocks.services.schedule import LOOK_EVERY

LONGEST_WAIT = 600.0
"""Real seconds for which a control waits at most."""


def _found(controls: Controls, request: Request) -> list[Delivery]:
    query = filters(request, "provider", "state", "task", "test")
    if query.get("state", State.PENDING) not in list(State):
        raise BadRequest(f"state must be one of {', '.join(State)}, got {query['state']!r}")
    return [
        each
        for each in controls.deliveries()
        if all(str(getattr(each, name)) == wanted for name, wanted in query.items())
    ]


async def _list(controls: Controls, request: Request) -> Response:
    return as_json([each.as_json() for each in _found(controls, request)])


async def _wait(controls: Controls, request: Request) -> Response:
    """Wait until so many have come to an end, for so many real seconds at most."""
    given = await read_object(request)
    if given.get("action") != "wait":
        raise BadRequest(f"action must be wait, got {given.get('action')!r}")
    count = number(given.get("count", 1), "count", MOST_DELIVERIES)
    seconds = number(given.get("timeout", 10), "timeout", LONGEST_WAIT)
    for _ in range(round(seconds / LOOK_EVERY) + 1):
        done = [each for each in _found(controls, request) if has_ended(each)]
        if len(done) >= count:
            return as_json([each.as_json() for each in done])
        await asyncio.sleep(LOOK_EVERY)
    detail = f"{len(done)} webhooks came to an end within {seconds:g} s, expected {count:g}"
    return problem(408, "webhooks-missing", detail)


async def _act(controls: Controls, request: Request) -> Response:
    found = controls.services.deliveries.get(request.path_params["id"])
    if found is None:
        return unknown("webhook", request.path_params["id"])
    given = await read_object(request)
    if given.get("action") != "replay":
        raise BadRequest(f"action must be replay, got {given.get('action')!r}")
    return as_json(controls.replay(found).as_json(), 201)


async def _forget(controls: Controls, request: Request) -> Response:
    controls.services.deliveries.reset(request.query_params.get("test"))
    return as_json(OK)


ROUTES: tuple[ControlRoute, ...] = (
    ("webhooks", "GET", _list),
    ("webhooks", "POST", _wait),
    ("webhooks", "DELETE", _forget),
    ("webhooks/{id}", "POST", _act),
)
