"""The verb `record`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.drift import page_arguments

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

FIXTURES = Path(__file__).parents[3] / "fixtures"
PAGE = FIXTURES / "pages" / "fal" / "flux-dev.md"
KINDS = FIXTURES / "recordings" / "kinds"


def test_a_draft_is_a_contract(cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_arguments, "today", lambda: date(2027, 1, 2))
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


@pytest.fixture
def xai(tmp_path: Path) -> Path:
    """A contract of one's own, of a model that is not on record."""
    text = (load.ROOT / "xai" / "grok-imagine-image.toml").read_text(encoding="utf-8")
    made = tmp_path / "kettle.toml"
    text = text.replace('"grok-imagine-image"', '"kettle"', 1)
    made.write_text(f'provider = "xai"\n{text}', encoding="utf-8")
    return made


@pytest.fixture
def traffic(tmp_path: Path) -> Path:
    """A call of that model that xAI answers otherwise than is on record."""
    text = (KINDS / "ruby-differs.yml").read_text(encoding="utf-8")
    made = tmp_path / "kettle.yml"
    made.write_text(text.replace("grok-imagine-image", "kettle"), encoding="utf-8")
    return made


def test_an_answer_is_on_record_once_it_was_recorded(cli: Run, xai: Path, traffic: Path) -> None:
    judged = "judge", traffic, "--contract", xai, "--fail-on", "warning"

    assert cli(*judged).code == 1
    assert cli("record", "xai", traffic, "--answers", "--contract", xai, "--apply").code == 0
    assert cli(*judged).code == 0
    again = cli("record", "xai", traffic, "--answers", "--contract", xai)
    assert (again.code, again.out) == (0, "")
    assert again.err == "imagine-harness: xai answers as is on record\n"


def test_an_answer_is_recorded_of_the_model_that_was_called(cli: Run, xai: Path) -> None:
    asked = "record", "xai", KINDS / "ruby-differs.yml", "--answers", "--contract", xai
    [own, *_] = [line for line in cli(*asked).out.splitlines() if line.startswith("+++ ")]

    assert own == "+++ b/contracts/xai/grok-imagine-image.toml"


def test_answers_are_recorded_in_files_only_where_that_is_asked_for(
    cli: Run, xai: Path, traffic: Path, tmp_path: Path
) -> None:
    before, patch = xai.read_text(), tmp_path / "a.patch"
    asked = "record", "xai", traffic, "--answers", "--contract", xai
    printed = cli(*asked)

    assert cli(*asked, "-o", patch).out == ""
    assert printed.out == patch.read_text()
    assert '+certainty = "observed"\n' in printed.out
    assert xai.read_text() == before


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (["xai", PAGE, "--apply"], 2, "--apply and --contract go with --answers"),
        (["nobody", PAGE, "--answers"], 2, "no provider 'nobody' is recorded, known: cloudflare"),
        (["uniall", KINDS / "ruby-differs.yml", "--answers"], 3, "no call to it is recorded"),
        (["xai", KINDS / "gateway.yaml", "--answers"], 3, "no call to it is recorded"),
        (["xai", KINDS / "nothing.yaml", "--answers"], 3, "cannot be read: No such file"),
    ],
)
def test_what_cannot_be_recorded_is_refused(
    cli: Run, words: list[object], code: int, why: str
) -> None:
    ended = cli("record", *words)

    assert ended.code == code
    assert why in ended.err
    assert ended.err.count("\n") == 1
