"""UniAll alone, so that these tests are about nothing else."""

from __future__ import annotations

import pytest

from imagine_harness.mocks.app import App, Settings


@pytest.fixture
def app() -> App:
    """UniAll's mock, with nothing behind it."""
    return App(Settings(seed=1, providers=("uniall",)))
