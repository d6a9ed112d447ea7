"""What is served: that it is, which release, the contracts on record and their documents."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.control.requests import ControlRoute, as_json, unknown


async def _health(controls: Controls, request: Request) -> Response:
    return as_json({"status": "ok", "providers": list(controls.mocks)})


async def _version(controls: Controls, request: Request) -> Response:
    from importlib.metadata import version

    return as_json({"version": version("imagine-harness")})


async def _contracts(controls: Controls, request: Request) -> Response:
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
            for name, mock in controls.mocks.items()
            for contract in mock.judge.recorded.contracts
        ]
    )


async def _openapi(controls: Controls, request: Request) -> Response:
    from imagine_harness.contracts.openapi.document import document

    mock = controls.mocks.get(request.path_params["provider"])
    if mock is None:
        return unknown("provider", request.path_params["provider"], list(controls.mocks))
    return as_json(document(mock.judge.recorded, mock.judge.readings))


ROUTES: tuple[ControlRoute, ...] = (
    ("health", "GET", _health),
    ("version", "GET", _version),
    ("contracts", "GET", _contracts),
    ("openapi/{provider}.json", "GET", _openapi),
)
