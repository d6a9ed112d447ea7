"""Lumenfall alone: in this process, and over a socket through the openai SDK."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from mocks.app import App, Settings
from mocks.server import serving

if TYPE_CHECKING:
    import openai


@pytest.fixture
def app() -> App:
    return App(Settings(seed=1, providers=("lumenfall",)))


@pytest.fixture
def sdk() -> Iterator[Callable[..., openai.OpenAI]]:
    """The openai SDK against Lumenfall under some readings, without its retries."""
    library: Any = pytest.importorskip("openai", reason="the openai SDK is not installed")
    opened = ExitStack()

    def of(key: str = "lmnfl_a.b", **readings: str) -> openai.OpenAI:
        chosen = {f"lumenfall.{name.replace('_', '-')}": each for name, each in readings.items()}
        server = serving(App(Settings(seed=1, providers=("lumenfall",), readings=chosen)))
        base = opened.enter_context(server) + "/lumenfall/openai/v1"
        client: openai.OpenAI = library.OpenAI(base_url=base, api_key=key, max_retries=0)
        return opened.enter_context(client)

    with opened:
        yield of
