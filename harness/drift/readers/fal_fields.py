"""One `<ParamField>` of fal's pages: its attributes and sentences as the words of a contract."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.pages.markdown import plain
from imagine_harness.harness.drift.readers.fal_types import (
    ENUM,
    NUMBER,
    kind,
    names_of,
    number,
    value_of,
    without_enum,
)

Json = Any

_COUNT = (
    r"(?P<count>\d{1,18}|one|two|three|four|five|six|seven|eight|nine|ten)(?=.)(?![\w*\u00d7]|\.\d|\s*(?:[kKMG]B"
    r"|%|px|pixels|megapixels|MP|char|seconds|minutes|steps|tokens))"
)
_COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

LABELS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "default": re.compile(r"\bDefault value: `([^`]*)`"),
        "values": re.compile(
            r"\b(?:Possible|Allowed|Supported|Valid|Available) values: (?:[*-] )?"
            r"(`[^`]*`(?:,? ?(?:[*-] )?`[^`]*`)*)"
        ),
        "range": re.compile(rf"\bRange: `({NUMBER})` ?(?:to|-|\u2013) ?`({NUMBER})`"),
        "least": re.compile(rf"\bMin(?:imum)?(?: value)?: `({NUMBER})`"),
        "most": re.compile(rf"\bMax(?:imum)?(?: value)?: `({NUMBER})`"),
    }
)
"""What the format says with a label, after the description."""

ITEMS: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        "a maximum of": ("maxItems", re.compile(rf"\bmax(?:imum)?(?: of)? {_COUNT}", re.I)),
        "up to": ("maxItems", re.compile(rf"\b(?:up to|at most|no more than) {_COUNT}", re.I)),
        "not exceed": ("maxItems", re.compile(rf"\b(?:not|cannot) exceed {_COUNT}", re.I)),
        "at least": ("minItems", re.compile(rf"\b(?:at least|a? ?minimum of) {_COUNT}", re.I)),
    }
)
"""Sentences about a list: how many elements it takes."""

LENGTHS: Mapping[str, tuple[str, re.Pattern[str]]] = MappingProxyType(
    {
        "most": (
            "maxLength",
            re.compile(
                r"\b(?:max(?:imum)?(?: length)?(?: of|:)?|up to|at most|no more than|not exceed) "
                r"(?P<count>\d{1,18}) char",
                re.I,
            ),
        ),
        "least": (
            "minLength",
            re.compile(
                r"\b(?:min(?:imum)?(?: length)?(?: of|:)?|at least) (?P<count>\d{1,18}) char", re.I
            ),
        ),
    }
)
"""Sentences about a string: how long it may be."""

LAST_USED = re.compile(r"\bonly the (?:first|last) \w+ (?:\w+ )?(?:will be|are) used\b", re.I)
"""Says that more elements are taken than count: no limit is broken by them."""

IMAGE_ADDRESS = re.compile(r"(?:^|_)(?:image|images|mask|face|photo|reference)_urls?$")
"""Names of what takes the address of a picture: an http or https URL, or a data URI."""

FILE = re.compile(r"(?:^|_)(?:Image|ImageFile|File|Video|VideoFile|Audio|AudioFile)$")
"""fal's own types of what was made: an object with the `url` to fetch it from."""


@dataclass(frozen=True, slots=True)
class Field:
    """What a `<ParamField>` states.

    Attributes:
        word: its type as the page writes it, without blanks.
        default: ABSENT where it has none.
        whole: its end was seen.
        note: the description without what stands behind labels.
        open: what could not be read, in words.
    """

    name: str
    word: str
    schema: Schema
    default: object
    required: bool
    whole: bool
    note: str
    open: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A `<ParamField>` as it stands on the page: the attributes of its tag, and its text."""

    attributes: Mapping[str, str]
    text: str
    whole: bool

    @property
    def name(self) -> str:
        return self.attributes.get("body", "").strip()

    @property
    def word(self) -> str:
        return "".join(self.attributes.get("type", "").split())

    def labelled(self, label: str) -> tuple[str, ...] | None:
        """What stands behind a label; None where the field does not have it."""
        found = LABELS[label].search(self.text)
        return found and found.groups()

    @property
    def values(self) -> list[str] | None:
        """The listed values as they are written."""
        found = self.labelled("values")
        return re.findall(r"`([^`]*)`", found[0]) if found else None

    @property
    def note(self) -> str:
        rest = self.text
        for label in LABELS.values():
            rest = label.sub("", rest)
        return " ".join(rest.split())


def stated(attributes: Mapping[str, str], sources: Iterable[str], *, whole: bool) -> Field:
    """A field of the attributes of its tag and its paragraphs, as Markdown."""
    # The space at the end says that no number or word is cut short there.
    text = " ".join((*map(plain, sources), *([""] if whole else [])))
    each, problems = Written(attributes, text, whole), list[str]()
    schema = _typed(each, problems)
    schema |= _limits(each, schema, problems)
    known = kind(each.word)
    # A type of listed values that lists none is read otherwise than it is meant.
    unlisted = known is None or (each.values is None and ENUM in names_of(known))
    if whole and unlisted and known is not None:
        problems.append(f"{each.name} takes listed values, and the list is not understood")
    return Field(
        name=each.name,
        word=each.word,
        schema=schema,
        default=_default(each, schema, problems),
        required=attributes.get("required", "false") != "false",
        whole=whole and not unlisted,
        note=each.note,
        open=tuple(problems),
    )


def _typed(each: Written, problems: list[str]) -> Schema:
    schema = kind(each.word)
    if schema is None:
        problems.append(f"{each.name} is of type {each.word!r}")
        return {}
    if "items" in schema:
        inner = _with_values(each, schema["items"], problems)
        if IMAGE_ADDRESS.search(each.name) and inner.get("type") == "string":
            inner["format"] = "image-url"
        return {**without_enum(schema), "items": inner}
    schema = _with_values(each, schema, problems)
    if IMAGE_ADDRESS.search(each.name) and "string" in names_of(schema):
        schema["format"] = "image-url"
    return schema


def _with_values(each: Written, schema: Schema, problems: list[str]) -> Schema:
    """A schema with the values that are listed for it."""
    listed, names = each.values, names_of(schema)
    if listed is None:
        return without_enum(schema)
    known = {ENUM, "null"} if ENUM in names else {"string", "integer", "number", "null"}
    if others := sorted(set(names) - known):
        said = f"{' or '.join(others)} or one of these words: {', '.join(listed)}"
        problems.append(f"{each.name} takes {said}")
        return without_enum(schema)
    numeric = set(names) & {"integer", "number"} or (
        ENUM in names and each.word != "Enum" and _counts(each)
    )
    values: list[Json] = [number(value) if numeric else value for value in listed]
    return {"enum": [*values, *([None] if "null" in names else [])]}


def _counts(each: Written) -> bool:
    """Whether a named list of values is one of numbers: its default is written without quotes."""
    default = each.labelled("default")
    numbers = all(re.fullmatch(NUMBER, value) for value in each.values or ())
    return bool(numbers and default and re.fullmatch(NUMBER, default[0]))


def _limits(each: Written, schema: Schema, problems: list[str]) -> Schema:
    limits = dict(_bounds(each))
    names = set(names_of(schema))
    if limits and not names & {"integer", "number"}:
        problems.append(f"{each.name} has a range and is no number")
        return {}
    # The next sentence may take a limit back, so that one that is cut short sets none.
    if "array" in names and each.whole and not LAST_USED.search(each.text):
        return dict(_counted(each, ITEMS))
    if "string" in names and each.whole and "enum" not in schema:
        return dict(_counted(each, LENGTHS))
    return limits


def _bounds(each: Written) -> Iterator[tuple[str, int | float | str]]:
    if found := each.labelled("range"):
        yield from (("minimum", number(found[0])), ("maximum", number(found[1])))
        return
    for label, keyword in (("least", "minimum"), ("most", "maximum")):
        if found := each.labelled(label):
            yield keyword, number(found[0])


def _counted(
    each: Written, sentences: Mapping[str, tuple[str, re.Pattern[str]]]
) -> Iterator[tuple[str, int]]:
    for keyword, pattern in sentences.values():
        if found := pattern.search(each.text):
            word = found["count"].lower()
            yield keyword, _COUNTS.index(word) + 1 if word in _COUNTS else int(word)


def _default(each: Written, schema: Schema, problems: list[str]) -> object:
    """The default of the attribute, else of the sentence."""
    text = each.attributes.get("default")
    if text is None:
        found = each.labelled("default")
        if found is None:
            return ABSENT
        text = _unquoted(found[0])
    value = value_of(text, schema)
    if value is ABSENT:
        problems.append(f"{each.name} has the default {text!r}")
    return ABSENT if value is None else value


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text
