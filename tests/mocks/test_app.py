"""The application as a whole: what the harness itself fails at is never a provider's answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import httpx
import pytest

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.mocks.app import App, Settings
from tests.mocks.conftest import PLAIN


class Overflowed:
    """An engine whose stack is too small, whatever it looks at."""

    def is_valid(self, _value: object) -> bool:
        raise RuntimeError("the stack overflowed")


@pytest.mark.parametrize("operation", PLAIN)
def test_an_engine_that_fails_accuses_nobody(
    operation: str,
    plain: Callable[..., httpx.Request],
    runner: asyncio.Runner,
    assert_problem: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app = App(Settings(seed=1))
    failing = property(lambda _: Overflowed(), lambda _, __: None)
    monkeypatch.setattr(SchemaEngine, "_compiled", failing, raising=False)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)

    async def asked() -> httpx.Response:
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.send(plain(operation))

    assert_problem(runner.run(asked()), 500, "harness-failure", "the stack overflowed")
    assert [each for each in app.services.journal if each.verdict.violations] == []
