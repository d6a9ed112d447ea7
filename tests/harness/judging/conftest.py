"""What is made of recordings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.harness.judging.judge import results
from imagine_harness.harness.judging.listeners import listeners
from imagine_harness.harness.judging.requests import Judged, judged
from imagine_harness.harness.results.results import Result
from imagine_harness.mocks.app import App

Judge = Callable[..., list[Judged]]
Tell = Callable[..., list[Result]]


@pytest.fixture(scope="session")
def known() -> App:
    """What is on record, with and without a mock, worked out once."""
    app = App()
    app.mocks |= listeners(app.shared)
    return app


@pytest.fixture
def app(known: App) -> App:
    """What is on record, with nothing remembered."""
    known.reset()
    return known


@pytest.fixture
def judge(app: App) -> Judge:
    """Judge recordings, one after the other."""

    def made(*recordings: Exchange, **options: Any) -> list[Judged]:
        return judged(recordings, app, **options)

    return made


@pytest.fixture
def tell(app: App) -> Tell:
    """What becomes of recordings, as results."""

    def made(*recordings: Exchange, **options: Any) -> list[Result]:
        return results(judged(recordings, app, **options), app)

    return made
