"""The controls of the mocks over HTTP, under `/__admin/`: GET lists, DELETE resets, POST acts."""

from __future__ import annotations

from starlette.routing import Match, Route, Router
from starlette.types import Receive, Scope, Send

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.endpoints import (
    faults,
    journal,
    readings,
    server,
    tasks,
    webhooks,
)
from imagine_harness.mocks.control.requests import ControlRoute, answering
from imagine_harness.mocks.network.guard import Guard
from imagine_harness.mocks.network.problem import problem

ROUTES: tuple[ControlRoute, ...] = (
    *journal.ROUTES,
    *faults.ROUTES,
    *tasks.ROUTES,
    *webhooks.ROUTES,
    *readings.ROUTES,
    *server.ROUTES,
)


class Admin:
    """The admin interface of one application."""

    def __init__(self, controls: Controls, guard: Guard) -> None:
        self._guard = guard
        self._router = Router(
            [
                Route(f"/{path}", answering(endpoint, controls), methods=[method])
                for path, method, endpoint in ROUTES
            ]
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request below `/__admin`, if it is let in."""
        refused = self._guard.refusal(scope)
        if refused is not None:
            await refused(scope, receive, send)
            return
        found = [route.matches(scope)[0] for route in self._router.routes]
        if Match.FULL in found or scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        path = scope["path"]
        if Match.PARTIAL in found:
            detail = f"{scope['method']} does nothing on {path}"
            await problem(405, "method-not-allowed", detail)(scope, receive, send)
            return
        known = ", ".join(sorted({f"/__admin/{known}" for known, _, _ in ROUTES}))
        detail = f"no control {path}, known: {known}"
        await problem(404, "unknown-control", detail)(scope, receive, send)
