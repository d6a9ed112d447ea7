"""Shared by the tests of interception: mocks behind a door, and what leads there."""

from __future__ import annotations

import ssl
from collections.abc import Iterator

import httpx
import pytest

from imagine_harness.harness.intercept.interception import Interception, intercepting
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import bound, serving
from imagine_harness.mocks.services.tasks import Mode


@pytest.fixture(scope="module")
def app() -> App:
    return App(Settings(seed=1, tasks=Mode.IMMEDIATE))


@pytest.fixture(scope="module")
def interception(app: App) -> Iterator[Interception]:
    with (
        bound("127.0.0.1", 0) as door,
        serving(app, door=door),
        intercepting(door, inherited={}) as made,
    ):
        yield made


@pytest.fixture
def client(interception: Interception) -> Iterator[httpx.Client]:
    """A client that uses the proxy, and trusts its authority and nobody else."""
    interception.hosts.begin(())
    trust = ssl.create_default_context(cafile=interception.files.alone)
    with httpx.Client(proxy=interception.proxy_url, verify=trust, trust_env=False) as made:
        yield made
