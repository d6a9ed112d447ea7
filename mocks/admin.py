"""The controls of the mocks over HTTP, under `/__admin/`: GET lists, DELETE resets, POST acts."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route, Router

from mocks.faults import Fault, FaultError, from_words, parsed
from mocks.problem import problem
from mocks.settings import MockError
from mocks.tasks import Stage, Task

if TYPE_CHECKING:
    from mocks.app import App

Endpoint = Callable[[Request], Awaitable[Response]]

ACTIONS = {"finish": Stage.SUCCEEDED, "fail": Stage.FAILED, "expire": Stage.EXPIRED}
"""What can be done to a task, and the stage that it is then in."""


LONGEST_STEP = 1e9
"""Seconds that the clock can be moved at once."""

FASTEST = 1e6
"""Seconds that can pass for the mocks in one real second."""


class BadRequest(Exception):
    """A control was asked for in a way that means nothing; the message says what would be right."""


def _json(body: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(body), status, media_type="application/json")


async def _asked(request: Request) -> dict[str, Any]:
    data = await request.body()
    if not data:
        return {}
    try:
        body = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise BadRequest(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def _number(value: Any, name: str, most: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadRequest(
            f"{name} must be a number, not negative and at most {most:g}, got {value!r}"
        )
    return float(value)


def _fault(asked: dict[str, Any]) -> Fault:
    """A fault as one line, or as a name and a value for each of its words."""
    try:
        if "fault" in asked:
            beside = sorted(set(asked) - {"fault"})
            if beside:
                raise BadRequest(f"{beside[0]} belongs into the text of the fault")
            return parsed(str(asked["fault"]))
        place = {key: asked.pop(key) for key in ("provider", "operation") if key in asked}
        for key, name in place.items():
            if name is not None and not isinstance(name, str):
                raise BadRequest(f"no {key} {name!r}, expected a name")
        return from_words(Fault(parts={}, **place), asked, "of the request")
    except FaultError as error:
        raise BadRequest(str(error)) from error


class Admin:
    """The admin interface of one application."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._router = Router(
            [
                Route(f"/{path}", _guarded(endpoint), methods=[method])
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
            ("readings", "GET", self.readings),
            ("readings", "POST", self.set_readings),
            ("readings", "DELETE", self.forget_readings),
            ("settings", "GET", self.settings),
            ("reset", "POST", self.reset),
            ("shutdown", "POST", self.shutdown),
        ]

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request below `/__admin`."""
        found = [route.matches(scope)[0] for route in self._router.routes]
        if Match.FULL in found or scope["type"] != "http":
            await self._router(scope, receive, send)
            return
        path = scope["path"]
        if Match.PARTIAL in found:
            told = f"{scope['method']} does nothing on {path}"
            await problem(405, "method-not-allowed", told)(scope, receive, send)
            return
        listed = ", ".join(sorted({f"/__admin/{known}" for known, _, _ in self._table()}))
        await problem(404, "unknown-control", f"no control {path}, known: {listed}")(
            scope, receive, send
        )

    async def health(self, request: Request) -> Response:
        return _json({"status": "ok", "providers": list(self._app.mocks)})

    async def version(self, request: Request) -> Response:
        from importlib.metadata import version

        return _json({"version": version("imagine-harness")})

    async def contracts(self, request: Request) -> Response:
        return _json(
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

    async def openapi(self, request: Request) -> Response:
        from contracts.openapi import document

        mock = self._app.mocks.get(request.path_params["provider"])
        if mock is None:
            return _unknown("provider", request.path_params["provider"], list(self._app.mocks))
        return _json(document(mock.recorded, mock.readings))

    async def requests(self, request: Request) -> Response:
        return _json([each.as_json() for each in self._found(request)])

    async def forget_requests(self, request: Request) -> Response:
        self._app.shared.journal.reset(request.query_params.get("test"))
        return _json({"status": "ok"})

    async def count(self, request: Request) -> Response:
        return _json({"count": len(self._found(request))})

    async def unmatched(self, request: Request) -> Response:
        found = self._app.shared.journal.find(verdict="unmatched")
        return _json([each.as_json() for each in found])

    async def one_request(self, request: Request) -> Response:
        found = self._app.shared.journal.get(request.path_params["id"])
        if found is None:
            return _unknown("request", request.path_params["id"])
        return _json(found.as_json())

    def _found(self, request: Request) -> list[Any]:
        query = dict(request.query_params)
        since = query.pop("since", None)
        unknown = set(query) - {"provider", "operation", "verdict", "test"}
        if unknown:
            raise BadRequest(
                f"unknown filter {min(unknown)!r}, known: provider, operation, verdict, test, since"
            )
        try:
            moment = None if since is None else float(since)
        except ValueError:
            moment = math.nan
        if moment is not None and not math.isfinite(moment):
            raise BadRequest(f"since must be seconds since the epoch, got {since!r}")
        return self._app.shared.journal.find(since=moment, **query)

    async def faults(self, request: Request) -> Response:
        return _json([fault.as_json() for fault in self._app.shared.faults])

    async def add_fault(self, request: Request) -> Response:
        fault = _fault(await _asked(request))
        try:
            self._app.check_place(fault)
        except MockError as error:
            raise BadRequest(str(error)) from error
        return _json(self._app.shared.faults.add(fault).as_json(), 201)

    async def forget_faults(self, request: Request) -> Response:
        self._app.shared.faults.reset(request.query_params.get("test"))
        return _json({"status": "ok"})

    async def tasks(self, request: Request) -> Response:
        return _json([self._told(task) for task in self._app.shared.tasks.all()])

    async def forget_tasks(self, request: Request) -> Response:
        self._app.shared.tasks.reset(request.query_params.get("test"))
        return _json({"status": "ok"})

    async def one_task(self, request: Request) -> Response:
        task = self._app.shared.tasks.find(request.path_params["id"])
        if task is None:
            return _unknown("task", request.path_params["id"])
        return _json(self._told(task))

    async def act_on_task(self, request: Request) -> Response:
        task = self._app.shared.tasks.find(request.path_params["id"])
        if task is None:
            return _unknown("task", request.path_params["id"])
        asked = await _asked(request)
        action = asked.get("action")
        if not isinstance(action, str) or action not in ACTIONS:
            raise BadRequest(f"action must be one of {', '.join(ACTIONS)}, got {action!r}")
        error = str(asked["error"]) if "error" in asked else None
        self._app.shared.tasks.force(task, ACTIONS[action], error)
        return _json(self._told(task))

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
        return _json({"now": clock.now(), "held": clock.held, "speed": clock.speed})

    async def set_clock(self, request: Request) -> Response:
        asked = await _asked(request)
        clock = self._app.shared.clock
        unknown = set(asked) - {"advance", "hold", "speed"}
        if unknown or not asked:
            raise BadRequest('expected {"advance": seconds}, {"hold": true} or {"speed": factor}')
        if not isinstance(asked.get("hold", False), bool):
            raise BadRequest(f"hold must be true or false, got {asked['hold']!r}")
        seconds = _number(asked.get("advance", 0), "advance", LONGEST_STEP)
        speed = _number(asked.get("speed", clock.speed), "speed", FASTEST)
        if speed == 0:
            raise BadRequest("speed must be above 0, hold the clock to stop it")
        if "hold" in asked:
            (clock.hold if asked["hold"] else clock.release)()
        if "speed" in asked:
            clock.set_speed(speed)
        clock.advance(seconds)
        return await self.clock(request)

    async def readings(self, request: Request) -> Response:
        in_force = {key: c for mock in self._app.mocks.values() for key, c in mock.readings.items()}
        return _json(
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
        asked = await _asked(request)
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
        return _json(
            {
                "seed": self._app.seed,
                "speed": self._app.shared.clock.speed,
                "strict": settings.strict,
                "providers": list(self._app.mocks),
                "tasks": str(self._app.shared.tasks.mode),
            }
        )

    async def reset(self, request: Request) -> Response:
        self._app.reset(request.query_params.get("test"))
        return _json({"status": "ok"})

    async def shutdown(self, request: Request) -> Response:
        if self._app.on_shutdown is None:
            return problem(
                409, "not-serving", "these mocks are not served by us, stop their server"
            )
        self._app.on_shutdown()
        return _json({"status": "stopping"})


def _unknown(kind: str, name: str, known: list[str] | None = None) -> Response:
    told = f", known: {', '.join(known)}" if known is not None else ""
    return problem(404, f"unknown-{kind}", f"no {kind} {name!r}{told}")


def _guarded(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose bad requests are answered with one clear line."""

    async def guarded(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadRequest as error:
            return problem(400, "bad-request", str(error))

    return guarded
