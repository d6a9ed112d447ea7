"""Rules across parameters, as the rows of Lumenfall's tables state them: sentences by pattern."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from imagine_harness.harness.drift.facts import OpenPoint, ParameterFact, RuleFact, SizeFact
from imagine_harness.harness.drift.readers.lumenfall_page import Part, Row

SENTENCES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "precedence": re.compile(r"\bIf `?(?P<other>\w+)`? is also provided, `?(?P=other)`? takes"),
        "ignored": re.compile(
            r"(?<!\w)`?(?P<names>\w{1,60}+`?(?:(?:,| and|, and) `?\w{1,60}+`?){0,9}) (?:is|are) "
            r"ignored when `?(?P<other>\w+)`? is provided"
        ),
        "excludes": re.compile(
            r"(?:\b(?:cannot|must not|can't) be (?:set|used|sent|combined)(?: together)?"
            r"|\bmutually exclusive) with `?(?P<other>\w+)`?",
            re.I,
        ),
        "nearest": re.compile(r"\bmapped to (?:the|its) (?:nearest|closest) supported\b", re.I),
    }
)
"""The sentences by what they say of the parameter in whose row they stand."""

UNLISTED = "is mapped to the nearest supported value, and none is listed"
"""What is left open where a page lists no values."""


def rules(
    parameters: Sequence[ParameterFact],
    rows: Iterable[tuple[Part, Row]],
    sizes: Sequence[SizeFact],
    problems: list[OpenPoint],
) -> tuple[list[RuleFact], list[ParameterFact]]:
    """The rules, and the parameters as they are under them.

    What is called required and may not stand beside another is not required: one of both is.
    `sizes` are all that the page lists, none where it was not read to their end.
    """
    found: dict[str, RuleFact] = {}
    values = {row.name: row.values for _, row in rows}
    names = {(fact.operation, fact.name) for fact in parameters}
    for fact in parameters:
        for rule in (*_between(fact, names), *_nearest(fact, values, sizes, problems)):
            found.setdefault(f"{rule.operation} {rule.type} {rule.entry}", rule)
    beside: dict[tuple[str, str], set[str]] = {}
    for rule in found.values():
        if rule.type == "excludes":
            for name in rule.entry["groups"]:
                others = beside.setdefault((rule.operation, name), set())
                others |= {*rule.entry["groups"]} - {name}
    settled = []
    for fact in parameters:
        either = beside.get((fact.operation, fact.name), set()) if fact.required else set()
        if either:
            entry = {"groups": [fact.name, *sorted(either)]}
            one_of = RuleFact(fact.operation, "one_of", entry, fact.section)
            found[f"{fact.operation} {fact.name}"] = one_of
        settled.append(replace(fact, required=fact.required and not either))
    return list(found.values()), settled


def _between(fact: ParameterFact, names: set[tuple[str, str]]) -> Iterator[RuleFact]:
    """The rules between a parameter and another one of its operation."""

    def rule(kind: str, *groups: str) -> Iterator[RuleFact]:
        known = all((fact.operation, name) in names for name in groups)
        if known and len(set(groups)) == len(groups):
            yield RuleFact(fact.operation, kind, {"groups": list(groups)}, fact.section)

    for found in SENTENCES["precedence"].finditer(fact.note):
        yield from rule("precedence", found["other"], fact.name)
    for found in SENTENCES["ignored"].finditer(fact.note):
        for name in re.findall(r"\w+", found["names"]):
            yield from rule("precedence", found["other"], name)
    for found in SENTENCES["excludes"].finditer(fact.note):
        yield from rule("excludes", *sorted((fact.name, found["other"])))


def _nearest(
    fact: ParameterFact,
    values: Mapping[str, list[str]],
    sizes: Sequence[SizeFact],
    problems: list[OpenPoint],
) -> Iterator[RuleFact]:
    if not SENTENCES["nearest"].search(fact.note):
        return
    listed = values[fact.name] or list(dict.fromkeys(_listed(fact.schema.get("format"), sizes)))
    if listed:
        entry = {"field": fact.name, "listed": listed}
        yield RuleFact(fact.operation, "nearest", entry, fact.section)
    else:
        problems.append(OpenPoint(fact.section, f"{fact.name} {UNLISTED}"))


def _listed(form: object, sizes: Iterable[SizeFact]) -> Iterator[str]:
    """The ratios or the tiers of listed sizes, by their labels: `1K (3:4)`, or `3:4`."""
    for size in sizes:
        tier, _, ratio = size.label.rpartition(" ")
        if form == "ratio" and ratio:
            yield ratio.strip("()")
        elif form == "tier" and tier:
            yield tier
