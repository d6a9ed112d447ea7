"""Shared by the tests of the harness: the mocks of a session, fresh for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from imagine_harness.harness.pytest.handle import MockProviders
from imagine_harness.harness.pytest.mock_session import MockSession
from imagine_harness.mocks.settings import Settings


@pytest.fixture(scope="module")
def mock_session() -> Iterator[MockSession]:
    made = MockSession(Settings(seed=1))
    yield made
    made.close()


@pytest.fixture
def mocks(mock_session: MockSession) -> MockProviders:
    mock_session.begin()
    return MockProviders(mock_session)
