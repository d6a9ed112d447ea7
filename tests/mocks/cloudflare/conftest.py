"""Cloudflare alone: in this process, and over a socket through its own SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

if TYPE_CHECKING:
    import cloudflare

ONLY = ("cloudflare",)


def chosen(readings: dict[str, str]) -> dict[str, str]:
    return {f"cloudflare.{name.replace('_', '-')}": each for name, each in readings.items()}


@pytest.fixture
def app() -> App:
    return App(Settings(seed=1, providers=ONLY))


@pytest.fixture
def client_under(client_of: Callable[[App], httpx.Client]) -> Callable[..., httpx.Client]:
    """A client of Cloudflare under some readings."""

    def of(**readings: str) -> httpx.Client:
        return client_of(App(Settings(seed=1, providers=ONLY, readings=chosen(readings))))

    return of


@pytest.fixture
def cloud() -> Iterator[Callable[..., cloudflare.Cloudflare]]:
    """The cloudflare SDK under some readings, without its retries."""
    library: Any = pytest.importorskip("cloudflare", reason="the cloudflare SDK is not installed")
    opened = ExitStack()

    def of(credentials: dict[str, str] | None = None, **readings: str) -> cloudflare.Cloudflare:
        server = serving(App(Settings(seed=1, providers=ONLY, readings=chosen(readings))))
        base = opened.enter_context(server) + "/cloudflare/client/v4"
        given = credentials or {"api_token": "mock-token"}
        client: cloudflare.Cloudflare = library.Cloudflare(base_url=base, max_retries=0, **given)
        return opened.enter_context(client)

    with opened:
        yield of
