"""What goes wrong on purpose."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    OK,
    BadRequest,
    ControlRoute,
    as_json,
    fault_of,
    read_object,
)
from imagine_harness.mocks.settings import MockError


async def _list(controls: Controls, request: Request) -> Response:
    return as_json([fault.as_json() for fault in controls.faults()])


async def _add(controls: Controls, request: Request) -> Response:
    fault = fault_of(await read_object(request))
    try:
        return as_json(controls.add_fault(fault).as_json(), 201)
    except MockError as error:
        raise BadRequest(str(error)) from error


async def _forget(controls: Controls, request: Request) -> Response:
    controls.services.faults.reset(request.query_params.get("test"))
    return as_json(OK)


ROUTES: tuple[ControlRoute, ...] = (
    ("faults", "GET", _list),
    ("faults", "POST", _add),
    ("faults", "DELETE", _forget),
)
