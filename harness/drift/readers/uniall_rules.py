"""The rules across parameters on UniAll's pages, by small named patterns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.harness.drift.facts import OpenPoint, RuleFact
from imagine_harness.harness.drift.readers.uniall_parameters import Row

DO_NOT = re.compile(r"\s*do not\b", re.IGNORECASE)
"""Opens a sentence that names parameters which may not come together."""

IMAGE_MISSING = re.compile(
    r"\bdo not pass (?:an? )?(?:input )?images?\b|\bwithout an? (?:input )?image\b", re.I
)
"""In the title of an error: what is refused is an edit that has no input image."""

FOR_EDITS = re.compile(r"[^.]*\bimage editing", re.IGNORECASE)
"""In an error, behind a value: it is for edits alone."""

LONGEST = 1000
"""Characters of an error's text in which it is said what the error is."""

EDIT = "edit"
IMAGE_EDIT = re.compile(r"image2image|image[_-]to[_-]image|\bedit")
"""A task's kind that is an edit."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence, an item or an error of the page, with its section."""

    text: str
    section: str
    error: bool = False


def rules(
    rows: Sequence[Row],
    taken: Mapping[str, Collection[str]],
    remarks: Sequence[Remark],
    section: str,
) -> Iterator[RuleFact | OpenPoint]:
    """The rules of a page; a sentence that forbids something else is an open point.

    Args:
        rows: the parameters.
        taken: operation -> the parameters that it takes.
        remarks: what is said of them.
        section: where the parameters stand.
    """
    known = {row.name for row in rows}
    images = dict.fromkeys(row.name for row in rows if row.image)
    together: list[str] = []
    for remark in remarks:
        if not remark.error and DO_NOT.match(remark.text):
            names = [code for code in re.findall(r"`([^`]+)`", remark.text) if code in known]
            if len(names) < 2:
                yield OpenPoint(remark.section, remark.text)
                continue
            together += [name for name in names if name in images]
            for operation, parameters in taken.items():
                groups = [name for name in names if name in parameters]
                if len(groups) > 1:
                    yield RuleFact(operation, "excludes", {"groups": groups}, remark.section)
    yield from _image_given(rows, taken, remarks, section, together or [*images])
    yield from _for_edits(rows, taken, remarks, section, images)


def _image_given(
    rows: Sequence[Row],
    taken: Mapping[str, Collection[str]],
    remarks: Sequence[Remark],
    section: str,
    images: Sequence[str],
) -> Iterator[RuleFact]:
    """An edit needs an input image: an error says so, or the column of necessity."""
    error = next((each for each in remarks if each.error and IMAGE_MISSING.search(each.text)), None)
    if error is None and not any(row.conditional for row in rows if row.image):
        return
    place = error.section if error is not None else section
    for operation, parameters in taken.items():
        groups = [name for name in images if name in parameters]
        if not groups:
            continue
        if operation == EDIT:
            yield RuleFact(operation, "one_of", {"groups": groups}, place)
            continue
        kinds = [
            (row.name, value)
            for row in rows
            if row.name in parameters
            for value in row.values
            if IMAGE_EDIT.search(value)
        ]
        for name, value in kinds[:1]:
            when = {"equals": {name: value}}
            yield RuleFact(operation, "requires_when", {"when": when, "groups": groups}, place)


def _for_edits(
    rows: Sequence[Row],
    taken: Mapping[str, Collection[str]],
    remarks: Sequence[Remark],
    section: str,
    images: Collection[str],
) -> Iterator[RuleFact]:
    """Values that are for edits alone: with an input image where one may come, else never."""
    known = {row.name for row in rows}
    found: dict[tuple[str, str], str] = {}
    for remark in remarks:
        stated = _edited(remark.text[:LONGEST]) if remark.error else None
        if stated is not None and stated[0] in known:
            found.setdefault(stated, remark.section)
    for row in rows:
        for value in row.editing:
            found.setdefault((row.name, value), section)
    given = {
        operation: [image for image in images if image in parameters]
        for operation, parameters in taken.items()
        if operation != EDIT
    }
    for (name, value), place in found.items():
        for operation, pictures in given.items():
            if name not in taken[operation]:
                continue
            entry: dict[str, Any] = {"field": name, "values": [value]}
            if pictures:
                entry["when"] = {"given": pictures}
            yield RuleFact(operation, "allowed_when", entry, place)


def _edited(text: str) -> tuple[str, str] | None:
    """The field and the value of a text such as "`a=b` is refused, `b` is for image editing"."""
    _, *codes = text.split("`")
    values = list(zip(codes[::2], codes[1::2], strict=False))
    last = {code.casefold(): n for n, (code, after) in enumerate(values) if FOR_EDITS.match(after)}
    for place, (code, _) in enumerate(values):
        field, _, value = code.partition("=")
        if re.fullmatch(r"\w+", field) and last.get(value.casefold(), -1) > place:
            return field, value
    return None
