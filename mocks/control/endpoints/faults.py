"""What goes wrong on purpose."""

from __future__ import annotations

from starlette.requests import Request

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    BadRequest,
    ControlRoute,
    as_json,
    fault_of,
    forget,
    read_object,
)
from imagine_harness.mocks.errors import MockError


async def _list(controls: Controls, request: Request) -> object:
    return [fault.as_json() for fault in controls.faults()]


async def _add(controls: Controls, request: Request) -> object:
    fault = fault_of(await read_object(request))
    try:
        return as_json(controls.add_fault(fault).as_json(), 201)
    except MockError as error:
        raise BadRequest(str(error)) from error


ROUTES: tuple[ControlRoute, ...] = (
    ("faults", "GET", _list),
    ("faults", "POST", _add),
    ("faults", "DELETE", forget("faults")),
)
