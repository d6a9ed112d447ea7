"""The readings in force, where sources contradict each other or are silent."""

from __future__ import annotations

from starlette.requests import Request

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import BadRequest, ControlRoute, read_object
from imagine_harness.mocks.errors import MockError


async def _list(controls: Controls, request: Request) -> object:
    in_force = controls.choices()
    return [
        {
            "id": key,
            "choice": in_force[key],
            "choices": list(reading.choices),
            "default": reading.default,
            "strict": reading.strict,
            "note": reading.note,
            "source": str(reading.source),
        }
        for key, reading in sorted(controls.readings.items())
    ]


async def _choose(controls: Controls, request: Request) -> object:
    given = await read_object(request)
    strict = given.pop("strict", False)
    if not isinstance(strict, bool):
        raise BadRequest(f"strict must be true or false, got {strict!r}")
    try:
        controls.read({key: str(choice) for key, choice in given.items()}, strict=strict)
    except MockError as error:
        raise BadRequest(str(error)) from error
    return await _list(controls, request)


async def _forget(controls: Controls, request: Request) -> object:
    controls.read_as_set_up()
    return await _list(controls, request)


ROUTES: tuple[ControlRoute, ...] = (
    ("readings", "GET", _list),
    ("readings", "POST", _choose),
    ("readings", "DELETE", _forget),
)
