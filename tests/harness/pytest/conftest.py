"""Shared by the tests of the pytest plugins: a pytest inside this one, and queued requests."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import httpx
import PIL.Image
import pytest
import uvicorn

from imagine_harness.harness.pytest.handle import Handle
from imagine_harness.mocks.app import App
from imagine_harness.mocks.settings import Settings

ROOT = Path(__file__).parents[3]

SHARED = (httpx, PIL.Image, uvicorn, App(Settings(seed=0)))
"""Imported and made here once, so that the inner runs, which forget what they import, share it."""

PLUGINS = ("xdist", "pytest_asyncio.plugin", "imagine_harness.harness.pytest.plugin")
"""All that the inner runs load, so that they are quick, and alike where we are not installed."""

PREAMBLE = """
import httpx
import pytest

URL = "/xai/grok-imagine-image"

def ask(fal, url=URL, headers=None, **more):
    body = {"prompt": "a heron at dawn"} | more
    with httpx.Client(trust_env=False) as client:
        return client.post(fal.base_url + url, headers=fal.headers | (headers or {}), json=body)

"""

Run = Callable[..., pytest.RunResult]
Submit = Callable[..., str]


@pytest.fixture
def inner_pytest(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A pytest of its own that finds the checkout and loads what it is told to, and no more."""
    pytester.syspathinsert(ROOT / ".src")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    monkeypatch.setenv("PYTHONPATH", str(ROOT / ".src"), prepend=os.pathsep)
    return pytester


@pytest.fixture
def run(inner_pytest: pytest.Pytester) -> Run:
    """Run the tests of a text in a pytest of their own, with warnings as errors."""

    def ran(source: str, *options: str) -> pytest.RunResult:
        inner_pytest.makeini("[pytest]\nasyncio_default_fixture_loop_scope = function")
        inner_pytest.makepyfile(PREAMBLE + source)
        return inner_pytest.runpytest_inprocess(
            *(f"-p{name}" for name in PLUGINS), "-Werror", "--strict-markers", *options
        )

    return ran


@pytest.fixture
def submit() -> Submit:
    """Submit a request with a webhook to fal's queue; its id."""

    def submitted(fal: Handle, url: str, fault: str = "", **more: object) -> str:
        headers = fal.headers | ({"X-Harness-Fault": fault} if fault else {})
        with httpx.Client(trust_env=False, headers=headers) as client:
            answer = client.post(
                f"{fal.queue_url}/xai/grok-imagine-image",
                params={"fal_webhook": url},
                json={"prompt": "a heron at dawn", **more},
            )
        assert answer.status_code == 200, answer.text
        return str(answer.json()["request_id"])

    return submitted
