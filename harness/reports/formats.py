"""The formats of reports by name, what was asked for, and writing it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imagine_harness.harness.reports.report import Report

FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "html": "one page that needs nothing but itself",
        "json": "everything, for programs",
        "junit": "JUnit XML, one case a promise",
        "markdown": "for a pull request or the summary of a CI job",
        "github": "annotations of GitHub Actions, printed unless a file is named",
    }
)
"""What each format is; the module of each is `harness.reports.<format>`."""

PRINTED = frozenset({"github"})
"""Formats that need no file."""

_NEXT = re.compile(rf",(?=(?:{'|'.join(FORMATS)})(?:=|,|$))")


class FormatError(Exception):
    """A report that was asked for cannot be made; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class ReportTarget:
    """A report that was asked for; without a file it is printed."""

    format: str
    file: Path | None


def parse_targets(words: Iterable[str]) -> tuple[ReportTarget, ...]:
    """What `FORMAT=FILE` words ask for; one word may hold several, with commas between them.

    Raises:
        FormatError: a word means nothing.
    """
    return tuple(_target(part) for word in words for part in _NEXT.split(word))


def _target(word: str) -> ReportTarget:
    name, _, file = word.partition("=")
    if name not in FORMATS:
        raise FormatError(f"expected FORMAT=FILE with one of {', '.join(FORMATS)}, got {word!r}")
    if not file and name not in PRINTED:
        raise FormatError(f"{name} needs a file, as in {name}=report.{name}")
    if file and Path(file).is_dir():
        raise FormatError(f"{file} is a folder, expected a file")
    return ReportTarget(name, Path(file) if file else None)


def render(name: str, report: Report) -> str:
    """A report in the format of a name, as text."""
    text: str = import_module(f"imagine_harness.harness.reports.{name}").render(report)
    return text


def write(report: Report, wanted: Iterable[ReportTarget]) -> str:
    """Write every file that was asked for; what is to be printed.

    Raises:
        FormatError: a file cannot be written.
    """
    printed = ""
    for target in wanted:
        text = render(target.format, report)
        if target.file is None:
            printed += text
            continue
        try:
            target.file.parent.mkdir(parents=True, exist_ok=True)
            target.file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FormatError(f"{target.file}: cannot be written: {error.strerror}") from error
    return printed
