"""Reference clients, as they are and with a planted bug, ready to be checked."""

from __future__ import annotations

import gc
import importlib.util
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.loading.load import recorded
from imagine_harness.harness.suites.declare import shared_testbed
from imagine_harness.harness.suites.subjects.client import Client
from imagine_harness.harness.suites.subjects.testbed import Testbed

ROOT = Path(__file__).parents[3] / "fixtures"
FIRST_WAIT = 0.4
"""Seconds of the mocks' clock that the reference clients wait before they try again."""

MOST_NAPS = 20
"""Naps of one call that take no time."""

Reference = Callable[..., Client]


def module(folder: Path, name: str) -> Any:
    """A client's module and the one that it shares with the others, fresh from a folder."""
    sys.modules.pop("common", None)
    sys.path.insert(0, str(folder))
    try:
        spec = importlib.util.spec_from_file_location(f"client_{name}", folder / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
    finally:
        sys.path.remove(str(folder))
    return loaded


class MovedTime:
    """What clients take for `time`: whoever sleeps moves the clock of the mocks instead.

    Attributes:
        is_endless: whether somebody went on and on, and was stopped.
    """

    monotonic = staticmethod(time.monotonic)

    def __init__(self, testbed: Testbed) -> None:
        self.is_endless = False
        self._testbed = testbed
        self._naps = threading.local()

    def sleep(self, seconds: float) -> None:
        """Let seconds pass for the mocks, and none in reality but for who goes on and on."""
        self._testbed.app.services.clock.advance(seconds)
        self._naps.number = getattr(self._naps, "number", 0) + 1
        if self._naps.number > MOST_NAPS:
            self.is_endless = True
            time.sleep(0.05)


@cache
def correct(name: str) -> Any:
    """A client's module as it is."""
    return module(ROOT / "clients", name)


@pytest.fixture
def reference(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reference]:
    """The reference client of an operation on a testbed, changed where a bug says so.

    A client is named after its file; without a name it is the provider's first. One that was
    stopped in a request leaves a socket, which is closed before another test would hear of it.
    """
    times: list[MovedTime] = []

    def made(
        operation: str,
        bug: dict[str, str] | None = None,
        *,
        client: str = "",
        seed: int = 1,
    ) -> Client:
        provider, _, own = operation.partition(".")
        if bug is None:
            loaded = correct(client or provider)
        else:
            folder = tmp_path_factory.mktemp("clients")
            for name in {"common.py", f"{client or provider}.py", bug["file"]}:
                text = (ROOT / "clients" / name).read_text(encoding="utf-8")
                if name == bug["file"]:
                    assert text.count(bug["old"]) == 1
                    text = text.replace(bug["old"], bug["new"])
                (folder / name).write_text(text, encoding="utf-8")
            loaded = module(folder, client or provider)
        testbed = shared_testbed(seed)
        testbed.restore()
        times.append(MovedTime(testbed))
        loaded.connected.__globals__.update(FIRST_WAIT=FIRST_WAIT, time=times[-1])
        call = getattr(loaded, own.replace("-", "_"))
        return Client(call, recorded(provider).contracts[0].operations[own], testbed)

    yield made
    if any(each.is_endless for each in times):
        gc.collect()
