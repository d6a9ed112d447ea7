"""The rules across parameters on UniAll's pages, by small named patterns."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from imagine_harness.harness.drift.facts import RuleFact
from imagine_harness.harness.drift.phrases.page_statements import EDIT, PageStatements
from imagine_harness.harness.drift.phrases.sentences import sentences
from imagine_harness.harness.drift.phrases.statements import read_rule_sentence
from imagine_harness.harness.drift.readers.uniall.parameters import UniAllRow

DO_NOT = re.compile(r"\s*do not\b", re.IGNORECASE)
"""Opens a sentence that names parameters which may not come together."""

IMAGE_MISSING = re.compile(
    r"\bdo not pass (?:an? )?(?:input )?images?\b|\bwithout an? (?:input )?image\b", re.I
)
"""In the title of an error: what is refused is an edit that has no input image."""

FOR_EDITS = re.compile(r"[^.]*\bimage editing", re.IGNORECASE)
"""In an error, behind a value: it is for edits alone."""

LONGEST = 1000
"""Characters of an error's text that say what the error is."""

IMAGE_EDIT = re.compile(r"image2image|image[_-]to[_-]image|\bedit")
"""A task's kind that is an edit."""


@dataclass(frozen=True, slots=True)
class Remark:
    """A sentence, an item or an error of the page, with its section."""

    text: str
    section: str
    error: bool = False


def statements(
    rows: Sequence[UniAllRow], remarks: Sequence[Remark], section: str
) -> PageStatements:
    """What the notes of the parameters state, and the remarks in their section.

    A sentence that forbids something is looked at wherever it stands.
    """
    found = PageStatements(pictures=[row.name for row in rows if row.image])
    known = {row.name for row in rows}
    for remark in remarks:
        stated = _edited(remark.text[:LONGEST]) if remark.error else None
        if stated is not None and stated[0] in known:
            found.editing.setdefault(stated, remark.section)
    for row in rows:
        found.add(row.statements, section, row.name)
    schemas = {row.name: row.schema for row in rows}
    for remark in remarks:
        if not remark.error and (remark.section == section or DO_NOT.match(remark.text)):
            for sentence in sentences(remark.text):
                rule = read_rule_sentence(sentence, schemas)
                if not (rule.open or rule.states or DO_NOT.match(sentence)):
                    rule.left = []
                found.add(rule, remark.section)
    return found


def image_rules(
    rows: Sequence[UniAllRow],
    taken: Mapping[str, Collection[str]],
    stated: Sequence[RuleFact],
    remarks: Sequence[Remark],
    section: str,
) -> Iterator[RuleFact]:
    """The rules that an edit has an input image: an error says so, or the column of necessity.

    Args:
        rows: the parameters.
        taken: operation -> the parameters that it takes.
        stated: the rules that sentences state.
        remarks: what is said of them.
        section: where the parameters stand.
    """
    error = next((each for each in remarks if each.error and IMAGE_MISSING.search(each.text)), None)
    if error is None and not any(row.conditional for row in rows if row.image):
        return
    place = error.section if error is not None else section
    images = [row.name for row in rows if row.image]
    beside = (name for rule in stated if rule.type == "excludes" for name in rule.names)
    given = [name for name in dict.fromkeys(beside) if name in images] or images
    for operation, parameters in taken.items():
        groups = [name for name in given if name in parameters]
        if groups and operation == EDIT:
            yield RuleFact(operation, "one_of", {"groups": groups}, place)
        elif groups:
            kinds = (
                {"equals": {row.name: value}}
                for row in rows
                if row.name in parameters
                for value in row.statements.values
                if IMAGE_EDIT.search(value)
            )
            for when in islice(kinds, 1):
                yield RuleFact(operation, "requires_when", {"when": when, "groups": groups}, place)


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
