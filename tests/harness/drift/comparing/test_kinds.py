"""The table of kinds."""

from __future__ import annotations

import tomllib
from pathlib import Path

from imagine_harness.harness.drift.comparing.kinds import KINDS

FIXTURES = Path(__file__).parents[4] / "fixtures" / "drift"
PLACES = {"input", "output", "rule", "size", "endpoint", "model", "price", "status", "docs"}


def test_every_kind_stands_somewhere_and_matters_in_some_way() -> None:
    for name, kind in KINDS.items():
        assert kind.where in PLACES, name
        assert kind.level in {"error", "warning", "info"}, name
        assert kind.severity in {"breaking", "non-breaking"}, name
        assert kind.says, name


def test_what_is_stricter_breaks_and_what_is_looser_does_not() -> None:
    for stem in ("request-parameter-max", "request-parameter-max-length"):
        assert KINDS[f"{stem}-decreased"].severity == KINDS[f"{stem}-set"].severity == "breaking"
        assert KINDS[f"{stem}-increased"].severity == "non-breaking"
        assert KINDS[f"{stem}-unset"].severity == "non-breaking"
    for stem in ("request-parameter-min", "request-parameter-min-items"):
        assert KINDS[f"{stem}-increased"].severity == KINDS[f"{stem}-set"].severity == "breaking"
        assert KINDS[f"{stem}-decreased"].severity == "non-breaking"
    for name, kind in KINDS.items():
        if kind.where in {"price", "status"}:
            assert kind.severity == "non-breaking", name


def test_most_kinds_are_shown_by_an_edit_of_a_page() -> None:
    shown = {
        finding[0]
        for file in FIXTURES.glob("*.toml")
        for edit in tomllib.loads(file.read_text(encoding="utf-8"))["edit"]
        for finding in edit["findings"]
    }

    assert shown <= KINDS.keys()
    assert len(shown) >= 35
