"""Shared by all tests: Hypothesis profiles, and the invented provider of the engine's tests."""

from __future__ import annotations

import gc
import os
import random
import ssl
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import certifi
import jsonpatch
import pytest
from hypothesis import settings

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Change
from imagine_harness.mocks.services import media
from tests import sketches

# httpx imports it with its first client. Were that inside a run of pytest in this process, it would
# be forgotten with that run, and imported again as another module whose errors httpx does not know.
import_module("httpcore")

# What Hypothesis works out of Unicode and of our modules is kept in one place for all processes:
# each that runs in a folder of its own would take seconds to work it out again.
os.environ.setdefault(
    "HYPOTHESIS_STORAGE_DIRECTORY", str(Path(__file__).parents[1] / ".hypothesis")
)

# Byte code is kept, whatever an image of a container says: else every worker rewrites the asserts
# of all tests, and every process that a test starts compiles all of our modules.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# While thousands of tests are collected, nothing of what is made is garbage.
gc.disable()

TESTS_WORTH = {
    **dict.fromkeys(("test_readme_adding.py", "test_wheel.py", "test_patterns.py"), 1_000),
    **dict.fromkeys(("test_client.py", "test_gateway.py", "test_server.py"), 500),
    **dict.fromkeys(("test_schemathesis.py", "test_base.py", "test_serve_ends.py"), 200),
    **dict.fromkeys(("test_real_pictures.py", "test_readme_programs.py", "test_run.py"), 200),
}
"""Files whose tests take longer than others, and how many more they are worth in planning."""

# Every profile but the campaign's draws the same examples in every run.
settings.register_profile(
    "dev", derandomize=True, deadline=None, database=None, print_blob=True, max_examples=50
)
settings.register_profile(
    "ci", derandomize=True, deadline=None, database=None, print_blob=True, max_examples=50
)
settings.register_profile(
    "campaign",
    derandomize=False,
    deadline=None,
    database=None,
    print_blob=True,
    max_examples=20_000,
)
settings.load_profile("ci" if os.environ.get("CI") else "dev")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Fix the seed of what is not derandomized, and keep the tests of a file in one worker.

    The header can print the seed then; and what a file works out is worked out once.
    """
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist, config.option.loadscopereorder = "loadfile", False
    if config.getoption("--hypothesis-seed") is None:
        given = getattr(config, "workerinput", {}).get("hypothesis_seed")
        config.option.hypothesis_seed = given or str(random.randrange(2**32))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the files that take longest, so that no worker is left with one in the end."""
    count = Counter(item.path for item in items)
    items.sort(key=lambda each: -count[each.path] - TESTS_WORTH.get(each.path.name, 0))


def pytest_collection_finish() -> None:
    """Spare the garbage collector the thousands of tests that are there until the end."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(200_000, 50, 100)
    gc.enable()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """One worker more than cores with `-n auto`: some tests wait for sockets and processes."""
    return (os.cpu_count() or 1) + 1


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the workers of pytest-xdist the seed that the header prints."""
    node.workerinput["hypothesis_seed"] = node.config.getoption("--hypothesis-seed")


def pytest_report_header(config: pytest.Config) -> str:
    """Say what is needed to draw the same examples again."""
    chosen = config.getoption("--hypothesis-profile") or settings.get_current_profile_name()
    return (
        f"hypothesis: profile {chosen}, derandomized; campaigns: --hypothesis-seed="
        f"{config.getoption('--hypothesis-seed')}"
    )


@pytest.fixture(autouse=True, scope="session")
def public_authorities_are_read_once() -> Iterator[None]:
    """Each client of httpx reads them, which takes 20 to 50 ms, to speak plain HTTP here."""
    read = ssl.create_default_context
    files = {certifi.where(), os.environ.get("SSL_CERT_FILE", certifi.where())}
    public: list[dict[str, Any]] = [{}, *({"cafile": file} for file in files)]

    @cache
    def known(which: int, *_: str | None) -> ssl.SSLContext:
        return read(**public[which])

    def made(*args: Any, **given: Any) -> ssl.SSLContext:
        if args or given not in public:
            return read(*args, **given)
        return known(public.index(given), *map(os.environ.get, ("SSL_CERT_FILE", "SSL_CERT_DIR")))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ssl, "create_default_context", made)
        yield


@pytest.fixture(autouse=True, scope="session")
def pictures_are_sketched() -> Iterator[None]:
    """Drawing those that tests fetch would be a tenth of all that the tests cost."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(media, "render", sketches.render)
        yield


def loaded(root: Path, provider: str) -> Recorded:
    """What is recorded about a provider in another folder of contracts than our own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(load, "ROOT", root)
        load.provider.cache_clear()
        load.recorded.cache_clear()
        try:
            return load.recorded(provider)
        finally:
            load.provider.cache_clear()
            load.recorded.cache_clear()


@pytest.fixture(scope="session")
def load_from() -> Callable[[Path, str], Recorded]:
    """Load a provider from another folder of contracts than our own."""
    return loaded


def patched_as_json(root: Any, fix: Iterable[Change]) -> Any:
    """A copy of `root` after an RFC 6902 patch, by a library that is no part of ours."""
    return jsonpatch.apply_patch(root, [step.as_json() for step in fix])


@pytest.fixture(scope="session")
def applied() -> Callable[[Any, Iterable[Change]], Any]:
    """Apply the fix of a violation to a body."""
    return patched_as_json


@cache
def invented() -> Recorded:
    return loaded(Path(__file__).parents[1] / "fixtures" / "contracts", "acme")


@pytest.fixture(scope="session")
def acme() -> Recorded:
    """All that is recorded about the invented provider."""
    return invented()
