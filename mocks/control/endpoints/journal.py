"""What was exchanged: found by what it was, counted, forgotten."""

from __future__ import annotations

from starlette.requests import Request

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.untrusted import decoding
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import (
    BadRequest,
    ControlRoute,
    filters,
    forget,
    known_or_refused,
    stream,
)
from imagine_harness.mocks.services import journal

FILTERS = ("provider", "operation", "verdict", "test")


def _matching(controls: Controls, request: Request) -> list[Exchange]:
    query = filters(request, *FILTERS, "since")
    since = query.pop("since", None)
    moment = None if since is None else decoding.number(since)
    if since is not None and moment is None:
        raise BadRequest(f"since must be seconds since the epoch, got {since!r}")
    return controls.services.journal.find(since=moment, **query)


async def _list(controls: Controls, request: Request) -> object:
    return stream(_matching(controls, request))


async def _count(controls: Controls, request: Request) -> object:
    return {"count": len(_matching(controls, request))}


async def _unmatched(controls: Controls, request: Request) -> object:
    return stream(controls.services.journal.find(verdict="unmatched"))


async def _one(controls: Controls, request: Request) -> object:
    name = request.path_params["id"]
    return journal.as_json(known_or_refused(controls.services.journal.get(name), "request", name))


ROUTES: tuple[ControlRoute, ...] = (
    ("requests", "GET", _list),
    ("requests", "DELETE", forget("journal")),
    ("requests/count", "GET", _count),
    ("requests/unmatched", "GET", _unmatched),
    ("requests/{id}", "GET", _one),
)
