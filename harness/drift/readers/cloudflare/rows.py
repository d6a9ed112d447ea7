"""The parameters on Cloudflare's pages: a name, and below it a type with marks run together."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from imagine_harness.contracts.fields import ABSENT, Schema, type_name
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.harness.drift.facts import OpenPoint
from imagine_harness.harness.drift.pages.headings import Chapter
from imagine_harness.harness.drift.pages.markdown import Section, Text
from imagine_harness.harness.drift.phrases.sentences import number
from imagine_harness.harness.drift.phrases.types import type_of
from imagine_harness.harness.drift.phrases.values import kinds_of, typed

_FORMATS: Mapping[str, str] = MappingProxyType({"uri": "url", "url": "url"})
"""JSON Schema's formats by the names of `contracts.formats`; others assert nothing there."""

_ROW = re.compile(r"[▶▼▸▾\s]*+([A-Za-z_$][\w$.-]*+)(?:\s*+(?:\{\}|\[\]))?+(?:\s++(?=`)|\s*+$)")
_KIND = re.compile(r"\s*`([^`]+)`")
_SENTENCE = r"(?<=[^\s,:(])(?=[A-Z][a-z]+ [a-z(`])"
_COUNTS = (
    *("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"),
    *("exclusiveMinimum", "exclusiveMaximum", "multipleOf"),
)
_KEYS = "|".join((*_COUNTS, "format", "enum", "pattern"))
_BLANKS = r"(?>(?<=\s)|\s*)"
"""The blanks that end a value; among them it is not looked for its end again."""

MARKS: Final = (
    ("required", re.compile(r"\s*()required")),
    ("default", re.compile(rf"\s*default:\s*+(.*?)(?={_BLANKS}(?:(?:{_KEYS}):|$)|{_SENTENCE})")),
    ("format", re.compile(r"\s*format:\s*([a-z][a-z0-9-]*)")),
    ("pattern", re.compile(r"\s*pattern:\s*(\^.*?\$)(?=\s*[A-Z]|\s*$|\s*\w+:)")),
    ("enum", re.compile(rf"\s*enum:\s*+(.*?)(?={_SENTENCE}|{_BLANKS}$)")),
    *((word, re.compile(rf"\s*{word}:\s*(-?\d+(?:\.\d+)?(?:e[+-]?\d+)?)")) for word in _COUNTS),
)
"""What may follow a row's type, each as the page runs them together: `minimum: 1maximum: 10`."""


@dataclass(frozen=True, slots=True)
class CloudflareRow:
    """One row of the parameters: its name, its type's word, its marks, and the description."""

    name: str
    kind: str
    marks: Mapping[str, str]
    note: str
    side: str = ""

    def accepts(self, value: object) -> bool:
        """Whether a value of an example may be this row's."""
        return type_name[type(value)] in self.kind

    def is_in(self, members: Mapping[str, object]) -> bool:
        """Whether a result has this row as one of its members."""
        return self.name in members and self.accepts(members[self.name])


def rows(chapter: Chapter) -> tuple[list[CloudflareRow], list[OpenPoint]]:
    """The rows of a chapter, those of the output last, and the lines that are none."""
    found: list[CloudflareRow] = []
    points: list[OpenPoint] = []
    for section in chapter.sections:
        side = section.title.casefold() if section.title.casefold() in {"input", "output"} else ""
        for name, line in _lines(section):
            row = _row(name, line, side)
            if row is None:
                points.append(OpenPoint(section.place, f"{name} {line}"))
            else:
                found.append(row)
    return sorted(found, key=lambda row: row.side == "output"), points


def _lines(section: Section) -> Iterator[tuple[str, str]]:
    """The name and the line of marks of each row; both may stand in one paragraph."""
    name = ""
    for block in section.blocks:
        if not isinstance(block, Text):
            continue
        line = block.text
        named = _ROW.match(line)
        if named is not None:
            name, line = named[1], line[named.end() :]
        if name and line.startswith("`"):
            yield name, line
            name = ""
        elif named is None:
            name = ""


def _row(name: str, line: str, side: str) -> CloudflareRow | None:
    kind = _KIND.match(line)
    if kind is None:
        return None
    marks: dict[str, str] = {}
    at = kind.end()
    while True:
        for word, pattern in MARKS:
            found = pattern.match(line, at)
            if found is not None and word not in marks:
                marks[word] = found[1]
                at = found.end()
                break
        else:
            return CloudflareRow(name, kind[1], marks, line[at:].strip(), side)


def border(found: Sequence[CloudflareRow], results: Sequence[object], whole: bool) -> int:
    """Where the output's rows begin: where the page says so, else by the results shown.

    Args:
        found: the rows of both tabs.
        results: what the page's examples result in.
        whole: whether the last row is the last one of the output, and not where the page was cut.
    """
    if any(row.side for row in found):
        return sum(row.side != "output" for row in found)
    members: dict[str, object] = {}
    for result in results:
        if isinstance(result, dict):
            members.update(result)
    for way in BORDERS if whole else BORDERS[:-1]:
        at = way(found, members)
        if at < len(found) and not any("required" in row.marks for row in found[at:]):
            return at
    return len(found)


def _all_shown(found: Sequence[CloudflareRow], members: Mapping[str, object]) -> int:
    """Before the last rows that are all of them members of a result."""
    at, taken = len(found), set[str]()
    while at and found[at - 1].is_in(members) and found[at - 1].name not in taken:
        at -= 1
        taken.add(found[at].name)
    return at


def _repeated(found: Sequence[CloudflareRow], _members: Mapping[str, object]) -> int:
    """Before the first row whose name was there already."""
    seen: set[str] = set()
    for at, row in enumerate(found):
        if row.name in seen:
            return at
        seen.add(row.name)
    return len(found)


def _last_shown(found: Sequence[CloudflareRow], members: Mapping[str, object]) -> int:
    """Before the last row that is a member of a result: some may be left out of it."""
    return max((at for at, row in enumerate(found) if row.is_in(members)), default=len(found))


def _last_alike(found: Sequence[CloudflareRow], members: Mapping[str, object]) -> int:
    """Before a last row that is not a member of a result, but like one: its name was changed."""
    last = len(found) - 1
    alike = last >= 0 and not found[last].marks
    return last if alike and any(map(found[last].accepts, members.values())) else len(found)


BORDERS: Final = (_all_shown, _repeated, _last_shown, _last_alike)
"""The ways in which it shows where the output begins, the surest first; the last one guesses."""


def schema(row: CloudflareRow) -> tuple[Schema, list[str]]:
    """A row's schema, and what of the row no keyword could be made of."""
    stated, unknown = type_of(row.kind)
    kinds, unread = kinds_of(stated), []
    if unknown:
        unread.append(row.kind)
        stated = {}
    for word, value in row.marks.items():
        if word == "enum":
            stated.pop("type", None)
            stated["enum"] = [typed(each.strip(), kinds) for each in value.split(",")]
        elif word == "format":
            _put_format(stated, value)
        elif word in _COUNTS and word in KEYWORDS:
            stated[word] = number(value)
        elif word not in {"required", "default"}:
            unread.append(f"{word}: {value}")
    return stated, unread


def _put_format(stated: Schema, word: str) -> None:
    """A format beside an array is its elements'."""
    if word in _FORMATS and stated.get("type") == "array":
        stated["items"] = {"type": "string", "format": _FORMATS[word]}
    elif word in _FORMATS:
        stated["format"] = _FORMATS[word]


def default(row: CloudflareRow) -> object:
    """A row's default, ABSENT where none is stated, or none that can be read."""
    if "default" not in row.marks:
        return ABSENT
    kinds = kinds_of(type_of(row.kind)[0])
    value = typed(row.marks["default"].strip(), kinds)
    return ABSENT if isinstance(value, str) and {"array", "object"} & set(kinds) else value
