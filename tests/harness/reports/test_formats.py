"""Which reports were asked for, and writing them."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.harness.reports.formats import (
    FORMATS,
    FormatError,
    ReportTarget,
    parse_targets,
    render,
    write,
)
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.results.results import PromiseVerdict, Result, Side
from tests.harness.reports.conftest import Reported


def test_words_ask_for_files_one_or_several_in_each() -> None:
    assert parse_targets(["html=a,b.html,junit=c.xml,github", "json=d=e.json"]) == (
        ReportTarget("html", Path("a,b.html")),
        ReportTarget("junit", Path("c.xml")),
        ReportTarget("github", None),
        ReportTarget("json", Path("d=e.json")),
    )


@pytest.mark.parametrize(
    ("word", "wrong"),
    [
        ("pdf=a.pdf", "expected FORMAT=FILE with one of html, json, junit, markdown, github, got"),
        ("a.html", "expected FORMAT=FILE with one of "),
        ("html", "html needs a file, as in html=report.html"),
        ("junit=", "junit needs a file, as in junit=report.junit"),
        ("html=.", ". is a folder, expected a file"),
    ],
)
def test_a_word_that_means_nothing_is_told_what_would_be_right(word: str, wrong: str) -> None:
    with pytest.raises(FormatError) as caught:
        parse_targets([word])

    assert str(caught.value).startswith(wrong)


def test_files_are_written_with_their_folders_and_the_rest_is_printed(
    whole: Report, tmp_path: Path
) -> None:
    file = tmp_path / "deep" / "er" / "report.json"

    printed = write(whole, [ReportTarget("json", file), ReportTarget("github", None)])

    assert json.loads(file.read_text(encoding="utf-8"))["form"] == 1
    assert printed.startswith("::error ")


def test_a_file_that_cannot_be_written_is_named(whole: Report, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(FormatError, match=r"file/report\.md: cannot be written: "):
        write(whole, [ReportTarget("markdown", tmp_path / "file" / "report.md")])


def test_every_format_has_a_module_of_its_name() -> None:
    for name in FORMATS:
        assert callable(import_module(f"imagine_harness.harness.reports.{name}").render)


def nested(levels: int) -> Any:
    """Objects and lists in one another, so many levels deep."""
    value: Any = "the end"
    for level in range(levels):
        value = {"a": value} if level % 2 else [value]
    return value


@pytest.mark.parametrize("name", FORMATS)
def test_a_report_is_written_however_deep_a_body_is_nested(name: str, reported: Reported) -> None:
    deep = nested(20_000)
    sides = (Side("served", deep), Side("returned", deep))
    broken = Result("a", "b", "c", PromiseVerdict.BROKEN, expected=deep, got=[deep], sides=sides)

    assert "nested more than 100 levels deep" in repr(broken.cleaned().got)
    assert render(name, reported((broken.cleaned(),)))
    assert broken.cleaned().cleaned() == broken.cleaned()
