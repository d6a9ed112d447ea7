"""The mocks as a whole: what is served and how it is set up, begun anew, ended."""

from __future__ import annotations

from starlette.requests import Request

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import OK, ControlRoute, known_or_refused
from imagine_harness.mocks.network.problem import problem


async def _health(controls: Controls, request: Request) -> object:
    return {"status": "ok", "providers": list(controls.mocks)}


async def _version(controls: Controls, request: Request) -> object:
    from importlib.metadata import version

    return {"version": version("imagine-harness")}


async def _contracts(controls: Controls, request: Request) -> object:
    return [
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
        for name, mock in controls.mocks.items()
        for contract in mock.judge.recorded.contracts
    ]


async def _openapi(controls: Controls, request: Request) -> object:
    from imagine_harness.contracts.openapi.document import document

    name = request.path_params["provider"]
    mock = known_or_refused(controls.mocks.get(name), "provider", name, list(controls.mocks))
    return document(mock.judge.recorded, mock.judge.readings)


async def _settings(controls: Controls, request: Request) -> object:
    return {
        "seed": controls.seed,
        "speed": controls.services.clock.speed,
        "strict": controls.settings.strict,
        "providers": list(controls.mocks),
        "tasks": str(controls.services.tasks.mode),
        "pictures": str(controls.settings.pictures),
        "memory": controls.memory.as_json(),
    }


async def _reset(controls: Controls, request: Request) -> object:
    controls.reset(request.query_params.get("test"))
    return OK


async def _shutdown(controls: Controls, request: Request) -> object:
    if not controls.shut_down():
        detail = "these mocks are not served by us, stop their server"
        return problem(409, "not-serving", detail)
    return {"status": "stopping"}


ROUTES: tuple[ControlRoute, ...] = (
    ("health", "GET", _health),
    ("version", "GET", _version),
    ("contracts", "GET", _contracts),
    ("openapi/{provider}.json", "GET", _openapi),
    ("settings", "GET", _settings),
    ("reset", "POST", _reset),
    ("shutdown", "POST", _shutdown),
)
