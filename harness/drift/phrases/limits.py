"""How many, how much, how long: sentences that bound a number, a list or a string."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Final

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.phrases.sentences import COUNTS, NUMBER, number
from imagine_harness.harness.drift.phrases.values import kinds_of


def _number_group(end: str) -> str:
    """A number or its word, and no part of a size, a ratio or another number."""
    words = "|".join(COUNTS)
    more = r" ?(?:hundred|thousand|million)|[\w\u00d7*:]|\.\d| ?[x\u00d7] ?\d"
    return rf"`?(?P<{end}>{NUMBER}|(?:{words})\b)`?(?!{more})"


LEAST, MOST = _number_group("least"), _number_group("most")
_LOW = rf"`?(?P<least>{NUMBER})`?"
_TO = r" ?(?:to|through|-|\u2013|~) ?"
_OF = r"(?: value| length| number| count| size)?(?: of| is| are)?:?\s*+"
_NOT = r"(?:must not|may not|can ?not|can't|should not|not|never)"


@dataclass(frozen=True, slots=True)
class Limit:
    """A phrase that states limits.

    Attributes:
        pattern: with the groups `least` and `most`, or one of them.
        example: a sentence that it consumes whole.
        bare: whether it needs a unit to be about a string's or a list's length.
    """

    name: str
    pattern: str
    example: str
    bare: bool = False


LIMITS: Final = (
    Limit("between", rf"\b(?:must |can )?(?:be )?between {_LOW} and {MOST}",
           "Between 1 and 500 {unit}.", bare=True),
    Limit("range", rf"\brange(?:s)?(?: of| is| from)?:?\s*+{_LOW}{_TO}{MOST}",
           "Range: `1` to `500` {unit}.", bare=True),
    Limit("from", rf"\bfrom {_LOW} (?:to|through|up to) {MOST}",
           "From 1 to 500 {unit}.", bare=True),
    Limit("in one code", rf"`(?P<least>{NUMBER})\s*+[-~\u2013]\s*+(?P<most>{NUMBER})`",
           "`1-500` {unit}.", bare=True),
    Limit("between codes",
          rf"`(?P<least>{NUMBER})`\s*+(?:(?:to|and|[-~\u2013])\s*+)?`(?P<most>{NUMBER})`",
           "`1` to `500` {unit}.", bare=True),
    Limit("in brackets", rf"\((?P<least>{NUMBER}){_TO}(?P<most>{NUMBER})%?(?=\)| [a-z])",
           "What it is (1-500 {unit}).", bare=True),
    Limit("to", rf"(?<![\w.,:`]){_LOW} ?(?:to|-|\u2013) ?{MOST}(?= [a-z])", "1 to 500 {unit}.",
           bare=True),
    Limit("exactly", rf"\bexactly {_number_group('both')}", "Exactly 500 {unit}."),
    Limit("up to", rf"\b(?:up to|at most|no more than|not more than|no longer than) {MOST}",
           "At most 500 {unit}."),
    Limit("maximum",
          rf"\bmax(?:imum|length|items|\.)?{_OF}{MOST}", "Maximum length of 500 {unit}."),
    Limit("not exceed",
          rf"\b{_NOT} (?:exceed|be (?:more|greater|longer|larger|higher) than) {MOST}",
           "Must not exceed 500 {unit}."),
    Limit("limited to", rf"\blimit(?:ed to| of| is)?:?\s*+{MOST}", "Limited to 500 {unit}."),
    Limit("or fewer",
          rf"(?<![\w.,:`]){MOST}(?: [a-z]{{1,20}})? (?:or (?:fewer|less)|max(?:imum)?)\b",
           "500 {unit} or fewer."),
    Limit("at least", rf"\b(?:at least|no fewer than|(?:no|not) less than) {LEAST}",
           "At least 500 {unit}."),
    Limit("minimum",
          rf"\bmin(?:imum|length|items|\.)?{_OF}{LEAST}", "Minimum length of 500 {unit}."),
    Limit("not below", rf"\b{_NOT} be (?:less|fewer|shorter|smaller|lower) than {LEAST}",
           "Cannot be less than 500 {unit}."),
    Limit("or more", rf"(?<![\w.,:`]){LEAST}(?: [a-z]{{1,20}})? or more\b", "500 {unit} or more."),
)  # fmt: skip
"""Phrases that bound a value; those with both ends first."""

_PATTERNS = tuple((re.compile(limit.pattern, re.IGNORECASE), limit) for limit in LIMITS)

_COUNTED = re.compile(rf"\d|\b(?:{'|'.join(COUNTS)})\b", re.IGNORECASE)
"""What is in every limit."""

LAST_USED = re.compile(r"\bonly the (?:first|last) \w+ (?:\w+ )?(?:will be|are) used\b", re.I)
"""Says that more elements are taken than count: no limit is broken by them."""

_UNIT = re.compile(
    r"[`*) ]{0,3}(?:or (?:more|fewer|less) )?(%|[A-Za-z]+)(?: ([A-Za-z]+))?(?: ([A-Za-z]+))?"
)
_LONG = re.compile(r"char(?:s|acters?)?|letters?|symbols?", re.IGNORECASE)
_WEIGHT = re.compile(r"[kmg]i?b|bytes?|kilobytes?|megabytes?|gigabytes?", re.IGNORECASE)
_NOT_ITEMS = re.compile(
    r"%|px|pixels?|megapixels?|mp|seconds?|minutes?|hours?|steps?|tokens?|words?|percent",
    re.IGNORECASE,
)
_WITHOUT = frozenset({"", "long", "in", "and", "or", "total", "each", "per"})
"""Words after a number that are no unit."""


def consume_limits(text: str, schema: Schema) -> tuple[str, Schema]:
    """What of a sentence about a parameter states no limit, and the limits as keywords."""
    found: Schema = {}
    kinds = () if "enum" in schema else kinds_of(schema)
    if not _COUNTED.search(text):
        return text, found

    def take(limit: Limit) -> Callable[[re.Match[str]], str]:
        def consume(stated: re.Match[str]) -> str:
            suffix = _suffix(kinds, schema, text_after(stated), bare=limit.bare)
            ends = dict(_ends(stated, suffix))
            if not suffix or any(found.get(key, end) != end for key, end in ends.items()):
                return stated[0]
            found.update(ends)
            return "\0"

        return consume

    for pattern, limit in _PATTERNS:
        text = pattern.sub(take(limit), text)
    return text, found


def text_after(stated: re.Match[str]) -> str:
    """What follows the last number of a phrase, its unit first."""
    last = max(stated.end(name) for name, value in stated.groupdict().items() if value)
    return stated.string[last : last + 60]


def _ends(stated: re.Match[str], suffix: str) -> Iterator[tuple[str, int | float]]:
    for name, text in stated.groupdict().items():
        ends = {"least": ("min",), "most": ("max",), "both": ("min", "max")}[name]
        yield from ((f"{end}{suffix}", number(text)) for end in ends if text)


def _suffix(kinds: Collection[str], schema: Schema, after: str, *, bare: bool) -> str:
    """What follows `min` and `max` in its keywords; empty where a limit is of another thing."""
    words = _units(after)
    first = words[0]
    if any(map(_LONG.fullmatch, words)):
        return "Length" if "string" in kinds else ""
    if _WEIGHT.fullmatch(first):
        return ""
    if "array" in kinds:
        return "" if _NOT_ITEMS.fullmatch(first) or (bare and first in _WITHOUT) else "Items"
    if {"integer", "number"} & {*kinds}:
        return "imum"
    plain = "string" in kinds and "format" not in schema and not bare
    return "Length" if plain and first in _WITHOUT else ""


def _units(after: str) -> tuple[str, ...]:
    """The words after a number, an empty one where none is."""
    found = _UNIT.match(after)
    return tuple(word or "" for word in found.groups()) if found else ("",)
