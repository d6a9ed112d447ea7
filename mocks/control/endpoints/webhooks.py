"""What the mocks send out: webhooks and uploads."""

from __future__ import annotations

import asyncio

from starlette.requests import Request

from imagine_harness.mocks.control.controls import Controls, has_ended
from imagine_harness.mocks.control.requests import (
    BadRequest,
    ControlRoute,
    action,
    as_json,
    filters,
    forget,
    known_or_refused,
    number,
)
from imagine_harness.mocks.network.problem import problem
from imagine_harness.mocks.services.delivery import MOST_DELIVERIES, Delivery, DeliveryState
from imagine_harness.mocks.services.schedule import LOOK_EVERY

LONGEST_WAIT = 600.0
"""Real seconds for which a control waits at most."""


def _matching(controls: Controls, request: Request) -> list[Delivery]:
    query = filters(request, "provider", "state", "task", "test")
    if query.get("state", DeliveryState.PENDING) not in list(DeliveryState):
        raise BadRequest(f"state must be one of {', '.join(DeliveryState)}, got {query['state']!r}")
    return [
        each
        for each in controls.deliveries()
        if all(str(getattr(each, name)) == wanted for name, wanted in query.items())
    ]


async def _list(controls: Controls, request: Request) -> object:
    return [each.as_json() for each in _matching(controls, request)]


async def _wait(controls: Controls, request: Request) -> object:
    """Wait until so many have come to an end, for so many real seconds at most."""
    _, given = await action(request, "wait")
    count = number(given.get("count", 1), "count", MOST_DELIVERIES)
    seconds = number(given.get("timeout", 10), "timeout", LONGEST_WAIT)
    for _ in range(round(seconds / LOOK_EVERY) + 1):
        done = [each for each in _matching(controls, request) if has_ended(each)]
        if len(done) >= count:
            return [each.as_json() for each in done]
        await asyncio.sleep(LOOK_EVERY)
    detail = f"{len(done)} webhooks came to an end within {seconds:g} s, expected {count:g}"
    return problem(408, "webhooks-missing", detail)


async def _replay(controls: Controls, request: Request) -> object:
    name = request.path_params["id"]
    delivery = known_or_refused(controls.services.deliveries.get(name), "webhook", name)
    await action(request, "replay")
    return as_json(controls.replay(delivery).as_json(), 201)


ROUTES: tuple[ControlRoute, ...] = (
    ("webhooks", "GET", _list),
    ("webhooks", "POST", _wait),
    ("webhooks", "DELETE", forget("deliveries")),
    ("webhooks/{id}", "POST", _replay),
)
