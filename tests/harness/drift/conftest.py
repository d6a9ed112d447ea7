"""Recorded facts, sample pages, and the helpers that stand beside these tests."""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.page_facts import Area, Facts

FIXTURES = Path(__file__).parents[3] / "fixtures"
PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")


@cache
def _loaded(name: str) -> Any:
    spec = spec_from_file_location(f"drift_{name}", Path(__file__).with_name(f"{name}.py"))
    assert spec is not None
    assert spec.loader is not None
    made = module_from_spec(spec)
    # Dataclasses look their module up.
    sys.modules[spec.name] = made
    spec.loader.exec_module(made)
    return made


@pytest.fixture(autouse=True, scope="session")
def facts_on_record_are_made_once() -> Iterator[None]:
    """Those of a contract: its file would be read again for every page."""
    root, make = load.ROOT, contract_facts.facts
    known: dict[int, tuple[Contract, Facts]] = {}

    def made(contract: Contract) -> Facts:
        if not Path(contract.file).is_relative_to(root):
            return make(contract)
        if id(contract) not in known:
            known[id(contract)] = contract, make(contract)
        return known[id(contract)][1]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(contract_facts, "facts", made)
        yield


@pytest.fixture(scope="session")
def helper() -> Callable[[str], Any]:
    """The module of a name beside these tests."""
    return _loaded


@pytest.fixture(scope="session")
def contract() -> Callable[[str], Contract]:
    """The recorded contract of a provider."""
    return lambda provider: load.recorded(provider).contracts[0]


@pytest.fixture(scope="session")
def whole(contract: Callable[[str], Contract]) -> Callable[[str], Facts]:
    """The recorded facts of a provider, as a page that is read to its end would have them."""
    everywhere = frozenset((area, None) for area in Area)
    return lambda provider: replace(contract_facts.facts(contract(provider)), reached=everywhere)


@cache
def _edits(provider: str) -> dict[str, Any]:
    return tomllib.loads((FIXTURES / "drift" / f"{provider}.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="session")
def page() -> Callable[[str], str]:
    """The sample page of a provider's recorded model."""
    return lambda provider: (FIXTURES / "pages" / provider / _edits(provider)["page"]).read_text(
        encoding="utf-8"
    )


@pytest.fixture(scope="session")
def edited(page: Callable[[str], str]) -> Callable[[str, str], bytes]:
    """The sample page of a provider after the edit of an id."""

    def made(provider: str, name: str) -> bytes:
        edit = next(each for each in _edits(provider)["edit"] if each["id"] == name)
        return page(provider).replace(edit["old"], edit["new"]).encode()

    return made
