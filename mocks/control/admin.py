"""The controls of the mocks over HTTP, under `/__admin/`: GET lists, DELETE resets, POST acts."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route, Router

from imagine_harness.contracts.untrusted import decoding
from imagine_harness.mocks.control.requests import (
    BadRequest,
    Endpoint,
    as_json,
    asked_for,
    fault_of,
    guarded,
    listed,
    number,
    unknown,
)
from imagine_harness.mocks.problem import problem
from imagine_harness.mocks.services import journal
from imagine_harness.mocks.services.delivery import MOST_DELIVERIES, Delivery, State
from imagine_harness.mocks.services.schedule import LOOK_EVERY
from imagine_harness.mocks.services.tasks import Stage, Task
from imagine_harness.mocks.settings import MockError

if TYPE_CHECKING:
    from imagine_harness.mocks.app import App

ACTIONS = {"finish": Stage.SUCCEEDED, "fail": Stage.FAILED, "expire": Stage.EXPIRED}
"""What can be done to a task, and the stage that it is then in."""


LONGEST_WAIT = 600.0
"""Real seconds for which a control waits at most."""

LONGEST_STEP = 1e9
"""Seconds that the clock can be moved at once."""

FASTEST = 1e6
"""Seconds that can pass for the mocks in one real second."""


class Admin:
    """The admin interface of one application."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._router = Router(
            [
                Route(f"/{path}", guarded(endpoint), methods=[method])
                for path, method, endpoint in self._table()
            ]
        )

    def _table(self) -> list[tuple[str, str, Endpoint]]:
        return [
            ("health", "GET", self.health),
            ("version", "GET", self.version),
            ("contracts", "GET", self.contracts),
            ("openapi/{provider}.json", "GET", self.openapi),
            ("requests", "GET", self.requests),
            ("requests", "DELETE", self.forget_requests),
            ("requests/count", "GET", self.count),
            ("requests/unmatched", "GET", self.unmatched),
            ("requests/{id}", "GET", self.one_request),
            ("faults", "GET", self.faults),
            ("faults", "POST", self.add_fault),
            ("faults", "DELETE", self.forget_faults),
            ("tasks", "GET", self.tasks),
            ("tasks", "DELETE", self.forget_tasks),
            ("tasks/{id}", "GET", self.one_task),
            ("tasks/{id}", "POST", self.act_on_task),
            ("clock", "GET", self.clock),
            ("clock", "POST", self.set_clock),
            ("webhooks", "GET", self.webhooks),
            ("webhooks", "POST", self.wait_for_webhooks),
            ("webhooks", "DELETE", self.forget_webhooks),
            ("webhooks/{id}", "POST", self.act_on_webhook),
            ("readings", "GET", self.readings),
            ("readings", "POST", self.set_readings),
            ("readings", "DELETE", self.forget_readings),
            ("settings", "GET", self.settings),
            ("reset", "POST", self.reset),
            ("shutdown", "POST", self.shutdown),
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request below `/__admin`, if it is let in."""
        refused = self._app.guard.refusal(scope)
        if refused is not None:
            await refused(scope, receive, send)
            return
        found = [route.matches(scope)[0] for route in self._router.routes]
        if Match.FULL in found or scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        path = scope["path"]
        if Match.PARTIAL in found:
            told = f"{scope['method']} does nothing on {path}"
            await problem(405, "method-not-allowed", told)(scope, receive, send)
            return
        controls = ", ".join(sorted({f"/__admin/{known}" for known, _, _ in self._table()}))
        await problem(404, "unknown-control", f"no control {path}, known: {controls}")(
            scope, receive, send
        )

    async def health(self, request: Request) -> Response:
        return as_json({"status": "ok", "providers": list(self._app.mocks)})

    async def version(self, request: Request) -> Response:
        from importlib.metadata import version

        return as_json({"version": version("imagine-harness")})

    async def contracts(self, request: Request) -> Response:
        return as_json(
            [
                {
                    "provider": name,
                    "models": list(contract.models),
                    "title": contract.title,
                    "recorded": contract.recorded.isoformat(),
                    "operations": [
                        {
                            "operation": operation.name,
                            "method": operation.method,
                            "path": f"/{name}{operation.path}",
                            "rules": [rule.statement.id for rule in operation.rules],
                        }
                        for operation in contract.operations.values()
                    ],
                }
                for name, mock in self._app.mocks.items()
                for contract in mock.recorded.contracts
            ]
        )

    async def webhooks(self, request: Request) -> Response:
        return as_json([each.as_json() for each in self._sent(request)])

    async def wait_for_webhooks(self, request: Request) -> Response:
        """Wait until so many have come to an end, for so many real seconds at most."""
        asked = await asked_for(request)
        if asked.get("action") != "wait":
            raise BadRequest(f"action must be wait, got {asked.get('action')!r}")
        count = number(asked.get("count", 1), "count", MOST_DELIVERIES)
        seconds = number(asked.get("timeout", 10), "timeout", LONGEST_WAIT)
        for _ in range(round(seconds / LOOK_EVERY) + 1):
            done = [each for each in self._sent(request) if each.state is not State.PENDING]
            if len(done) >= count:
                return as_json([each.as_json() for each in done])
            await asyncio.sleep(LOOK_EVERY)
        told = f"{len(done)} webhooks came to an end within {seconds:g} s, expected {count:g}"
        return problem(408, "webhooks-missing", told)

    async def act_on_webhook(self, request: Request) -> Response:
        deliveries = self._app.shared.deliveries
        found = deliveries.get(request.path_params["id"])
        if found is None:
            return unknown("webhook", request.path_params["id"])
        asked = await asked_for(request)
        if asked.get("action") != "replay":
            raise BadRequest(f"action must be replay, got {asked.get('action')!r}")
        return as_json(deliveries.replay(found).as_json(), 201)

    async def forget_webhooks(self, request: Request) -> Response:
        self._app.shared.deliveries.reset(request.query_params.get("test"))
        return as_json({"status": "ok"})

    def _sent(self, request: Request) -> list[Delivery]:
        query = dict(request.query_params)
        unknown = set(query) - {"provider", "state", "task", "test"}
        if unknown:
            raise BadRequest(f"unknown filter {min(unknown)!r}, known: provider, state, task, test")
        if query.get("state", State.PENDING) not in list(State):
            raise BadRequest(f"state must be one of {', '.join(State)}, got {query['state']!r}")
        return [
            each
            for each in self._app.shared.deliveries.all()
            if all(str(getattr(each, name)) == wanted for name, wanted in query.items())
        ]

    async def openapi(self, request: Request) -> Response:
        from imagine_harness.contracts.openapi.document import document

        mock = self._app.mocks.get(request.path_params["provider"])
        if mock is None:
            return unknown("provider", request.path_params["provider"], list(self._app.mocks))
        return as_json(document(mock.recorded, mock.readings))

    async def requests(self, request: Request) -> Response:
        return listed(self._found(request))

    async def forget_requests(self, request: Request) -> Response:
        self._app.shared.journal.reset(request.query_params.get("test"))
        return as_json({"status": "ok"})

    async def count(self, request: Request) -> Response:
        return as_json({"count": len(self._found(request))})

    async def unmatched(self, request: Request) -> Response:
        return listed(self._app.shared.journal.find(verdict="unmatched"))

    async def one_request(self, request: Request) -> Response:
        found = self._app.shared.journal.get(request.path_params["id"])
        if found is None:
            return unknown("request", request.path_params["id"])
        return as_json(journal.as_json(found))

    def _found(self, request: Request) -> list[Any]:
        query = dict(request.query_params)
        since = query.pop("since", None)
        unknown = set(query) - {"provider", "operation", "verdict", "test"}
        if unknown:
            raise BadRequest(
                f"unknown filter {min(unknown)!r}, known: provider, operation, verdict, test, since"
            )
        moment = None if since is None else decoding.number(since)
        if since is not None and moment is None:
            raise BadRequest(f"since must be seconds since the epoch, got {since!r}")
        return self._app.shared.journal.find(since=moment, **query)

    async def faults(self, request: Request) -> Response:
        return as_json([fault.as_json() for fault in self._app.shared.faults])

    async def add_fault(self, request: Request) -> Response:
        fault = fault_of(await asked_for(request))
        try:
            self._app.check_fault(fault)
        except MockError as error:
            raise BadRequest(str(error)) from error
        return as_json(self._app.shared.faults.add(fault).as_json(), 201)

    async def forget_faults(self, request: Request) -> Response:
        self._app.shared.faults.reset(request.query_params.get("test"))
        return as_json({"status": "ok"})

    async def tasks(self, request: Request) -> Response:
        return as_json([self._told(task) for task in self._app.shared.tasks.all()])

    async def forget_tasks(self, request: Request) -> Response:
        self._app.shared.tasks.reset(request.query_params.get("test"))
        return as_json({"status": "ok"})

    async def one_task(self, request: Request) -> Response:
        task = self._app.shared.tasks.find(request.path_params["id"])
        if task is None:
            return unknown("task", request.path_params["id"])
        return as_json(self._told(task))

    async def act_on_task(self, request: Request) -> Response:
        task = self._app.shared.tasks.find(request.path_params["id"])
        if task is None:
            return unknown("task", request.path_params["id"])
        asked = await asked_for(request)
        action = asked.get("action")
        if not isinstance(action, str) or action not in ACTIONS:
            raise BadRequest(f"action must be one of {', '.join(ACTIONS)}, got {action!r}")
        error = str(asked["error"]) if "error" in asked else None
        self._app.shared.tasks.force(task, ACTIONS[action], error)
        return as_json(self._told(task))

    def _told(self, task: Task) -> dict[str, Any]:
        return {
            "id": task.id,
            "provider": task.provider,
            "operation": task.operation,
            "test": task.test,
            "created": task.created,
            "mode": str(task.mode),
            "stage": str(self._app.shared.tasks.stage(task)),
        }

    async def clock(self, request: Request) -> Response:
        clock = self._app.shared.clock
        return as_json({"now": clock.now(), "held": clock.held, "speed": clock.speed})

    async def set_clock(self, request: Request) -> Response:
        asked = await asked_for(request)
        clock = self._app.shared.clock
        unknown = set(asked) - {"advance", "hold", "speed"}
        if unknown or not asked:
            raise BadRequest('expected {"advance": seconds}, {"hold": true} or {"speed": factor}')
        if not isinstance(asked.get("hold", False), bool):
            raise BadRequest(f"hold must be true or false, got {asked['hold']!r}")
        seconds = number(asked.get("advance", 0), "advance", LONGEST_STEP)
        speed = number(asked.get("speed", clock.speed), "speed", FASTEST)
        if speed == 0:
            raise BadRequest("speed must be above 0, hold the clock to stop it")
        if "hold" in asked:
            (clock.hold if asked["hold"] else clock.release)()
        if "speed" in asked:
            clock.set_speed(speed)
        clock.advance(seconds)
        await self._app.shared.schedule.settle()
        return await self.clock(request)

    async def readings(self, request: Request) -> Response:
        in_force = {key: c for mock in self._app.mocks.values() for key, c in mock.readings.items()}
        return as_json(
            [
                {
                    "id": key,
                    "choice": in_force[key],
                    "choices": list(reading.choices),
                    "default": reading.default,
                    "strict": reading.strict,
                    "note": reading.note,
                    "source": str(reading.source),
                }
                for key, reading in sorted(self._app.readings.items())
            ]
        )

    async def set_readings(self, request: Request) -> Response:
        asked = await asked_for(request)
        strict = asked.pop("strict", False)
        if not isinstance(strict, bool):
            raise BadRequest(f"strict must be true or false, got {strict!r}")
        try:
            self._app.read({key: str(choice) for key, choice in asked.items()}, strict=strict)
        except MockError as error:
            raise BadRequest(str(error)) from error
        return await self.readings(request)

    async def forget_readings(self, request: Request) -> Response:
        self._app.read(self._app.settings.readings, strict=self._app.settings.strict)
        return await self.readings(request)

    async def settings(self, request: Request) -> Response:
        settings = self._app.settings
        return as_json(
            {
                "seed": self._app.seed,
                "speed": self._app.shared.clock.speed,
                "strict": settings.strict,
                "providers": list(self._app.mocks),
                "tasks": str(self._app.shared.tasks.mode),
                "pictures": str(settings.pictures),
                "memory": self._app.memory.as_json(),
            }
        )

    async def reset(self, request: Request) -> Response:
        self._app.reset(request.query_params.get("test"))
        return as_json({"status": "ok"})

    async def shutdown(self, request: Request) -> Response:
        if self._app.on_shutdown is None:
            return problem(
                409, "not-serving", "these mocks are not served by us, stop their server"
            )
        self._app.on_shutdown()
        return as_json({"status": "stopping"})
