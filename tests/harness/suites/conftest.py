"""Reference clients, as they are and with a planted bug, ready to be checked."""

from __future__ import annotations

import importlib.util
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from contracts.load import recorded
from harness.suites.declare import bench_of
from harness.suites.trial import Case, Subject

ROOT = Path(__file__).parents[3] / "fixtures"
SCHEMES = {"fal": "Key"}
WAIT, SHORT_WAIT = 0.1, 0.01
"""Seconds that the reference clients wait before they try again for the first time."""

Reference = Callable[..., Subject]


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


@pytest.fixture
def reference(tmp_path: Path) -> Reference:
    """The reference client of an operation on a bench, changed where a bug says so."""

    def made(operation: str, promise: str, bug: dict[str, str] | None = None) -> Subject:
        wait = WAIT if promise.startswith("client.retries") else SHORT_WAIT
        provider, _, own = operation.partition(".")
        folder = tmp_path / "clients"
        shutil.copytree(ROOT / "clients", folder, ignore=shutil.ignore_patterns("__pycache__"))
        if bug is not None:
            file = folder / bug["file"]
            text = file.read_text(encoding="utf-8")
            assert text.count(bug["old"]) == 1
            file.write_text(text.replace(bug["old"], bug["new"]), encoding="utf-8")
        client = module(folder, provider)
        make = getattr(client, own.replace("-", "_"))

        def call(case: Case) -> object:
            scheme = SCHEMES.get(provider, "Bearer")
            session = client.Session(case.base_url, f"{scheme} {case.api_key}", first_wait=wait)
            return make(session, **case.arguments)

        bench, url = bench_of(1)
        bench.restore()
        return Subject(call, recorded(provider).contracts[0].operations[own], bench, url)

    return made
