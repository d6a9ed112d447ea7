"""What the README says of pages that change holds."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.harness.cli import command_line
from imagine_harness.harness.results.exit_codes import ExitCode
from tests.readme import CONTRACTS, ROOT, TOP

TITLE = "When a page changes"
PAGE = ROOT / "fixtures" / "pages" / "fal" / "grok-imagine-image.md"


def test_a_change_is_told_as_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    command, *shown = next(
        block for block in TOP.blocks("console") if " drift " in block.partition("\n")[0]
    ).splitlines()
    page = PAGE.read_text(encoding="utf-8").replace("Range: `1` to `4`", "Range: `1` to `2`", 1)
    (tmp_path / "page.md").write_text(page, encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    assert command_line(command.split()[2:]) == ExitCode.FINDINGS
    assert capsys.readouterr().out.splitlines() == shown


def test_what_is_no_page_could_not_be_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "page.md").write_text("<html><body>Please sign in</body></html>", encoding="utf-8")

    assert command_line(["drift", "fal", str(tmp_path / "page.md")]) == ExitCode.UNCHECKED
    assert "no drift" not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("filled", "kept"),
    [
        ("A tin robot on the moon. " * 161_000 + "\n\n", True),
        ("A tin robot on the moon. " * 168_000 + "\n\n", False),
        ("a\n" * 79_000, True),
        ("a\n" * 80_001, False),
        ("\n".join(f'<ParamField body="a{n}" type="string" />' for n in range(2_001)), False),
    ],
    ids=["4 MB", "more", "79,000 lines", "80,001", "2,001 parameters"],
)
def test_a_page_of_the_size_that_is_said_is_read_and_a_larger_one_is_not(
    filled: str, kept: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, at, after = PAGE.read_text(encoding="utf-8").partition("    <ParamField")
    (tmp_path / "page.md").write_text(f"{before}{filled}\n{at}{after}", encoding="utf-8")

    assert "more than\n4 MB, 80,000 lines or 2,000 parameters" in CONTRACTS.section(TITLE)
    assert command_line(["drift", "fal", str(tmp_path / "page.md")]) == (
        ExitCode.CLEAN if kept else ExitCode.UNCHECKED
    )
    assert ("no drift" in capsys.readouterr().out) == kept
