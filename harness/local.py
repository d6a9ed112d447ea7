"""Asking mocks in this process, without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from imagine_harness.contracts.operation import Operation
    from imagine_harness.mocks.app import App


def ask(app: App, operation: Operation, body: Any) -> tuple[int, Any]:
    """Send a JSON body to an operation of one of the mocks; status and decoded answer."""
    from imagine_harness.contracts.paths import fill
    from imagine_harness.contracts.rules.values import samples

    provider = app.mocks[operation.provider].provider
    credential = provider.credential
    headers = {credential.header: f"{credential.scheme} {credential.example}"}
    path = fill(operation.path, samples(operation.path_parameters))
    return asyncio.run(_sent(app, operation.method, f"/{provider.name}{path}", headers, body))


def get(app: App, path: str) -> Any:
    """What one of the mocks serves to everybody at a path, decoded."""
    return asyncio.run(_sent(app, "GET", path, {}, None))[1]


async def _sent(
    app: App, method: str, path: str, headers: Mapping[str, str], body: Any
) -> tuple[int, Any]:
    import httpx

    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:4010") as client:
        answer = await client.request(method, path, json=body, headers=headers)
    return answer.status_code, answer.json()
