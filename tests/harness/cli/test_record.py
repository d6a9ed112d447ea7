"""The verb `record`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from contracts import load
from harness.drift import arguments

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

PAGE = Path(__file__).parents[3] / "fixtures" / "pages" / "fal" / "flux-dev.md"


def test_a_draft_is_a_contract(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arguments, "today", lambda: date(2027, 1, 2))
    file = tmp_path / "flux.toml"

    done = cli("record", "fal", PAGE, "-o", file)

    contract = load.contract(file)
    assert (done.code, done.out) == (0, "")
    assert contract.models == ("fal-ai/flux/dev",)
    assert contract.recorded == date(2027, 1, 2)
    assert cli("drift", "fal", PAGE, "--contract", file).code == 0
    assert cli("export", "fal", "--contract", file).code == 0


def test_a_draft_goes_to_standard_output(cli: Run) -> None:
    done = cli("record", "fal", PAGE)

    assert done.code == 0
    assert 'model    = "fal-ai/flux/dev"\n' in done.out
    assert "# Open: " in done.out


def test_what_cannot_be_read_or_written_is_told(cli: Run, tmp_path: Path) -> None:
    file = tmp_path / "page.md"
    file.write_text("# Nothing\n", encoding="utf-8")

    assert cli("record", "fal", file).code == 3
    assert cli("record", "nobody", PAGE).code == 2
    assert cli("record", "fal", PAGE, "-o", tmp_path / "no" / "folder.toml").code == 2
