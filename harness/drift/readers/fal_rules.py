"""Rules across parameters, as the descriptions on fal's pages state them: sentences by pattern."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

Rule = tuple[str, dict[str, Any]]

_NAME = r"[`'\"]?\w+[`'\"]?"
_NAMES = rf"(?P<names>{_NAME}(?:(?:,? (?:or|and|nor) |, ?){_NAME})*)"


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence that states a rule.

    Attributes:
        pattern: with the names of other parameters as `names`, up to the end of the sentence.
        rules: the parameter that is described, and the others -> the rules.
    """

    pattern: re.Pattern[str]
    rules: Callable[[str, list[str]], Iterator[Rule]]


def _excludes(name: str, others: list[str]) -> Iterator[Rule]:
    for other in others:
        yield "excludes", {"groups": sorted((name, other))}


def _requires(name: str, others: list[str]) -> Iterator[Rule]:
    yield "requires_when", {"groups": [name], "when": {"given": sorted(others)}}


def _one_of(name: str, others: list[str]) -> Iterator[Rule]:
    yield "one_of", {"groups": sorted({name, *others})}


SENTENCES: Mapping[str, Sentence] = MappingProxyType(
    {
        "cannot be used with": Sentence(
            re.compile(
                r"\b(?:cannot|can not|can't|must not|may not) be "
                r"(?:used|set|combined|specified|provided|given)"
                r"(?: together| in conjunction| at the same time)? (?:with|as) "
                rf"{_NAMES}(?=[.;!) ]|$)",
                re.I,
            ),
            _excludes,
        ),
        "mutually exclusive": Sentence(
            re.compile(rf"\bmutually exclusive with {_NAMES}(?=[.;!) ]|$)", re.I), _excludes
        ),
        "required when": Sentence(
            re.compile(
                rf"\brequired (?:when|if) {_NAMES} (?:is|are) "
                r"(?:provided|set|given|specified|used)\b(?! to)",
                re.I,
            ),
            _requires,
        ),
        "at least one of": Sentence(
            re.compile(
                rf"\b(?:either|at least one of) {_NAMES} (?:must|has to|needs to) be "
                r"(?:provided|set|given|specified)\b",
                re.I,
            ),
            _one_of,
        ),
    }
)
"""The sentences by what they say. Names that are no parameters of the operation are left out."""


def rules(notes: Mapping[str, str]) -> Iterator[Rule]:
    """The rules that descriptions state, each once; `notes` are descriptions by parameter."""
    seen = set()
    for name, note in notes.items():
        for sentence in SENTENCES.values():
            for found in sentence.pattern.finditer(note):
                named = re.findall(r"\w+", found["names"])
                others = [other for other in named if other in notes and other != name]
                for rule in sentence.rules(name, others) if others else ():
                    if str(rule) not in seen:
                        seen.add(str(rule))
                        yield rule
