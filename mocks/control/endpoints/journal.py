"""What was exchanged: found by what it was, counted, forgotten."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.untrusted import decoding
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    OK,
    BadRequest,
    ControlRoute,
    as_json,
    filters,
    stream,
    unknown,
)
from imagine_harness.mocks.services import journal

FILTERS = ("provider", "operation", "verdict", "test")


def _found(controls: Controls, request: Request) -> list[Exchange]:
    query = filters(request, *FILTERS, "since")
    since = query.pop("since", None)
    moment = None if since is None else decoding.number(since)
    if since is not None and moment is None:
        raise BadRequest(f"since must be seconds since the epoch, got {since!r}")
    return controls.services.journal.find(since=moment, **query)


async def _list(controls: Controls, request: Request) -> Response:
    return stream(_found(controls, request))


async def _forget(controls: Controls, request: Request) -> Response:
    controls.services.journal.reset(request.query_params.get("test"))
    return as_json(OK)


async def _count(controls: Controls, request: Request) -> Response:
    return as_json({"count": len(_found(controls, request))})


async def _unmatched(controls: Controls, request: Request) -> Response:
    return stream(controls.services.journal.find(verdict="unmatched"))


async def _one(controls: Controls, request: Request) -> Response:
    found = controls.services.journal.get(request.path_params["id"])
    if found is None:
        return unknown("request", request.path_params["id"])
    return as_json(journal.as_json(found))


ROUTES: tuple[ControlRoute, ...] = (
    ("requests", "GET", _list),
    ("requests", "DELETE", _forget),
    ("requests/count", "GET", _count),
    ("requests/unmatched", "GET", _unmatched),
    ("requests/{id}", "GET", _one),
)
