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
class Wish:
    """A report that was asked for; without a file it is printed."""

    format: str
    file: Path | None


def wishes(words: Iterable[str]) -> tuple[Wish, ...]:
    """What `FORMAT=FILE` words ask for; one word may hold several, with commas between them.

    Raises:
        FormatError: a word means nothing.
    """
    return tuple(_wish(part) for word in words for part in _NEXT.split(word))


def _wish(word: str) -> Wish:
    name, _, file = word.partition("=")
    if name not in FORMATS:
        raise FormatError(f"expected FORMAT=FILE with one of {', '.join(FORMATS)}, got {word!r}")
    if not file and name not in PRINTED:
        raise FormatError(f"{name} needs a file, as in {name}=report.{name}")
    if file and Path(file).is_dir():
        raise FormatError(f"{file} is a folder, expected a file")
    return Wish(name, Path(file) if file else None)


def rendered(name: str, report: Report) -> str:
    """A report in the format of a name, as text."""
    text: str = import_module(f"imagine_harness.harness.reports.{name}").written(report)
    return text


def write(report: Report, wanted: Iterable[Wish]) -> str:
    """Write every file that was asked for; what is to be printed.

    Raises:
        FormatError: a file cannot be written.
    """
    printed = ""
    for wish in wanted:
        text = rendered(wish.format, report)
        if wish.file is None:
            printed += text
            continue
        try:
            wish.file.parent.mkdir(parents=True, exist_ok=True)
            wish.file.write_text(text, encoding="utf-8")
        except OSError as error:
            raise FormatError(f"{wish.file}: cannot be written: {error.strerror}") from error
    return printed
