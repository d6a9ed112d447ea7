"""The verb `drift`."""

from __future__ import annotations

import io
import json
import shutil
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from imagine_harness.harness.drift import page_arguments

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "fixtures" / "pages"
FAL = PAGES / "fal" / "grok-imagine-image.md"
RUNWARE = PAGES / "runware" / "grok-imagine-image.md"

NARROWED = ("Range: `1` to `4`", "Range: `1` to `3`")
WIDENED = ("Up to 3 images", "Up to 5 images")


def test_a_page_that_says_what_is_recorded_is_clean(cli: Run) -> None:
    done = cli("drift", "fal", FAL)

    assert done.code == 0
    assert done.out == f"{FAL}: fal xai/grok-imagine-image: no drift, all facts read\n"


def test_a_sentence_that_is_not_understood_is_told_and_never_clean(
    cli: Run, moved: Callable[..., Path]
) -> None:
    done = cli("drift", "fal", moved(("How many pictures to make.", "Best in threes, or 5.")))

    assert done.code == 3
    assert "no drift in what was understood, 2 sentences not understood\n" in done.out
    assert "not understood: Edit > Input Schema: num_images: Best in threes, or 5.\n" in done.out


def test_what_moved_is_told_with_a_request_that_shows_it(
    cli: Run, moved: Callable[..., Path]
) -> None:
    done = cli("drift", "fal", moved(NARROWED))

    assert done.code == 1
    assert "generate.num_images has a lower maximum: was 4, now 3" in done.out
    assert "request-parameter-max-decreased, breaking" in done.out
    assert "accepted until now, refused now: {" in done.out
    assert '"num_images": 4' in done.out


@pytest.mark.parametrize(
    ("change", "level", "code"),
    [
        (NARROWED, "any", 1),
        (NARROWED, "breaking", 1),
        (NARROWED, "none", 0),
        (WIDENED, "any", 1),
        (WIDENED, "breaking", 0),
        (WIDENED, "none", 0),
    ],
)
def test_the_level_decides_the_exit_code(
    change: tuple[str, str], level: str, code: int, cli: Run, moved: Callable[..., Path]
) -> None:
    page = moved(change)

    assert cli("drift", "fal", page, "--fail-on", level, "--format", "json").code == code


def test_json_is_an_object_for_one_page_and_an_array_for_several(
    cli: Run, moved: Callable[..., Path]
) -> None:
    one = json.loads(cli("drift", "fal", moved(WIDENED), "--format", "json").out)
    two = json.loads(cli("drift", "fal", FAL, moved(WIDENED), "--format", "json").out)

    assert one == {
        "provider": "fal",
        "model": "xai/grok-imagine-image",
        "severity": "non-breaking",
        "error": None,
        "findings": [
            {
                "kind": "request-parameter-max-items-increased",
                "level": "info",
                "severity": "non-breaking",
                "where": "input",
                "operation": "edit",
                "parameter": "image_urls",
                "was": 3,
                "now": 5,
                "section": "Edit > Input Schema",
            }
        ],
    }
    assert [each["severity"] for each in two] == ["none", "non-breaking"]
    assert two[1] == one


def test_a_page_comes_from_standard_input(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(FAL.read_bytes())))

    done = cli("drift", "fal", "-")

    assert done.code == 0
    assert done.out.startswith("-: fal xai/grok-imagine-image: no drift")


def test_a_folder_is_every_page_in_it(cli: Run, moved: Callable[..., Path], tmp_path: Path) -> None:
    moved(WIDENED, name="b.md")
    shutil.copy(FAL, tmp_path / "a.md")
    (tmp_path / "notes.json").write_text("{}", encoding="utf-8")

    done = cli("drift", "fal", tmp_path, "--format", "json")

    assert done.code == 1
    assert [each["severity"] for each in json.loads(done.out)] == ["none", "non-breaking"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"<!doctype html><html><body>fal</body></html>", "HTML"),
        (b"# Sign in\n\nPlease log in to continue.\n", "a login wall"),
        (b"# Page not found\n\n404\n", "an error page"),
        (b"xai/grok\x00-imagine-image", "null byte"),
        (b"\xff\xfe# page", "not UTF-8"),
        (b"", "empty"),
        (b"# Notes\n\nNothing of interest is said here.\n", "another text"),
        (b'{"error": "unauthorized"}', "JSON"),
        ((PAGES / "fal" / "flux-dev.md").read_bytes(), "another model, fal-ai/flux/dev"),
        (RUNWARE.read_bytes(), "another text"),
    ],
)
def test_what_is_no_page_of_the_model_could_not_be_read(
    content: bytes, told: str, cli: Run, tmp_path: Path
) -> None:
    file = tmp_path / "page.md"
    file.write_bytes(content)

    done = cli("drift", "fal", file, "--format", "json")

    report = json.loads(done.out)
    assert done.code == 3
    assert (report["severity"], report["findings"]) == ("unknown", [])
    assert told in report["error"]
    assert "could not be read" in cli("drift", "fal", file).out


def test_a_page_that_is_cut_short_is_never_clean(cli: Run, tmp_path: Path) -> None:
    text = FAL.read_text(encoding="utf-8")
    file = tmp_path / "page.md"
    file.write_text(text[: text.index('<Tab title="Edit">')], encoding="utf-8")

    done = cli("drift", "fal", file)

    assert done.code == 3
    assert "could not be read: the page was not read as far as edit" in done.out


def test_pages_that_are_not_there_are_no_clean_pages(cli: Run, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    assert cli("drift", "fal", tmp_path / "none.md").code == 3
    assert cli("drift", "fal", tmp_path / "empty").code == 3


@pytest.mark.parametrize(
    "wrong",
    [
        ("fall", FAL),
        ("xai", FAL),
        ("fal", FAL, "--model", "flux"),
        ("fal", FAL, "--format", "yaml"),
        ("fal",),
    ],
)
def test_what_means_nothing_is_an_error_of_usage(wrong: tuple[object, ...], cli: Run) -> None:
    assert cli("drift", *wrong).code == 2


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of fal's contract, in a folder of its own."""
    shutil.copytree(ROOT / "contracts" / "fal", tmp_path / "contracts" / "fal")
    return tmp_path / "contracts" / "fal" / "grok-imagine-image.toml"


def test_what_is_applied_is_found_no_more(
    cli: Run, moved: Callable[..., Path], copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_arguments, "today", lambda: date(2027, 1, 2))
    page = moved(NARROWED, WIDENED)

    assert cli("drift", "fal", page, "--contract", copy, "--apply").code == 1
    again = cli("drift", "fal", page, "--contract", copy)

    assert again.code == 0
    assert "no drift" in again.out
    assert "recorded = 2027-01-02" in copy.read_text(encoding="utf-8")
    changes = copy.with_name("CHANGES.md").read_text(encoding="utf-8")
    assert "## 2027-01-02" in changes
    assert "fal.edit.image_urls.maxItems" in changes


def test_a_dry_run_prints_the_patch_and_writes_nothing(
    cli: Run, moved: Callable[..., Path], copy: Path
) -> None:
    before = copy.read_bytes()

    done = cli("drift", "fal", moved(NARROWED), "--contract", copy, "--apply", "--dry-run")

    assert done.code == 1
    assert done.out.startswith("--- a/contracts/fal/grok-imagine-image.toml\n+++ b/")
    added = [line for line in done.out.splitlines() if line.startswith("+num_images")]
    assert len(added) == 2
    assert copy.read_bytes() == before


def test_two_pages_of_one_model_are_not_recorded_over_each_other(
    cli: Run, moved: Callable[..., Path], copy: Path
) -> None:
    pages = moved(NARROWED, name="a.md"), moved(WIDENED, name="b.md")
    before = copy.read_bytes()

    done = cli("drift", "fal", *pages, "--contract", copy, "--apply")

    assert done.code == 2
    assert "two pages" in done.err
    assert copy.read_bytes() == before


def test_every_format_tells_of_every_finding(cli: Run, moved: Callable[..., Path]) -> None:
    page = moved(WIDENED)
    written = {
        name: cli("drift", "fal", page, "--format", name).out
        for name in ("markdown", "github", "junit")
    }

    for text in written.values():
        assert "request-parameter-max-items-increased" in text
    assert written["markdown"].startswith("### ")
    assert written["github"].startswith(f"::notice file={page},title=")
    suite = ElementTree.fromstring(written["junit"]).find("testsuite")
    assert suite is not None
    assert (suite.get("tests"), suite.get("failures")) == ("2", "0")


def test_help_imports_nothing_heavy(python: Callable[[str], str]) -> None:
    program = (
        "import sys\nfrom imagine_harness.harness.cli import command_line\n"
        "for verb in ('drift', 'facts', 'record'): command_line([verb, '--help'])\n"
        "print({'hypothesis', 'tomlkit', 'markdown_it', 'jsonschema_rs'} & {*sys.modules})"
    )

    assert python(program).endswith("set()\n")
