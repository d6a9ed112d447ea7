"""Talking to the queue in this process: submitting, asking, taking back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

AUTHORIZED = {"Authorization": "Key a:b"}
QUEUE = "/fal/queue/xai/grok-imagine-image"


@pytest.fixture
def reread(app: App) -> Callable[..., None]:
    """Put other readings in force, by topic."""

    def put(**choices: str) -> None:
        app.read({f"fal.{topic.replace('_', '-')}": choice for topic, choice in choices.items()})

    return put


@pytest.fixture
def submit(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Submit a prompt to the queue, with a body laid over it and headers and a query beside it."""

    def submitted(
        body: Mapping[str, Any] | None = None,
        *,
        path: str = "",
        headers: Mapping[str, str] | None = None,
        **query: Any,
    ) -> httpx.Response:
        return client.post(
            QUEUE + path,
            json={"prompt": "a lighthouse", **(body or {})},
            headers={**AUTHORIZED, **(headers or {})},
            params=query,
        )

    return submitted


@pytest.fixture
def asked(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Ask about a request: `""` for its result, or `/status`, or `/response`."""

    def answer(request_id: str, what: str = "/status", **query: Any) -> httpx.Response:
        where = f"{QUEUE}/requests/{request_id}{what}"
        return client.get(where, headers=AUTHORIZED, params=query)

    return answer


@pytest.fixture
def cancel(client: httpx.Client) -> Callable[[str], httpx.Response]:
    """Take a request back."""

    def answer(request_id: str) -> httpx.Response:
        return client.put(f"{QUEUE}/requests/{request_id}/cancel", headers=AUTHORIZED)

    return answer
