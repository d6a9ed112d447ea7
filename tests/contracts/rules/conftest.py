"""A model with a rule of a new type, as one who adds the type would have it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from types import MappingProxyType

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.rules import types
from tests.contracts.rules.rivals import MODEL, Rivals

ACME = Path(__file__).parents[3] / "fixtures" / "contracts" / "acme"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of contracts with one model, whose rule is of a type that nobody knows."""
    monkeypatch.setattr(load, "ROOT", tmp_path)
    (tmp_path / "acme").mkdir()
    shutil.copy(ACME / "provider.toml", tmp_path / "acme")
    (tmp_path / "acme" / "switch.toml").write_text(MODEL, encoding="utf-8")
    load.provider.cache_clear()
    load.recorded.cache_clear()
    yield tmp_path
    load.provider.cache_clear()
    load.recorded.cache_clear()


@pytest.fixture
def contract(root: Path, monkeypatch: pytest.MonkeyPatch) -> Contract:
    """The model, once the type has its row."""
    more = {**types.RULE_TYPES, "rivals": Rivals}
    monkeypatch.setattr(types, "RULE_TYPES", MappingProxyType(more))
    (found,) = load.recorded("acme").contracts
    return found
