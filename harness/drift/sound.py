"""Facts without those that can be of nothing: limits that are no numbers, sizes of no pixels."""

from __future__ import annotations

from dataclasses import replace

from contracts.fields import Schema
from harness.drift.compare_parameters import LIMITS
from harness.drift.compare_rules import names
from harness.drift.facts import Facts, OpenPoint, ParameterFact

MOST_PIXELS = 100_000
"""Pixels of a side beyond which a size is none."""


def sound(facts: Facts) -> Facts:
    """The facts that can be; the others are open points."""
    opened: list[OpenPoint] = []
    parameters = tuple(_parameter(fact, opened) for fact in facts.parameters)
    rules = []
    for rule in facts.rules:
        known = {fact.name for fact in facts.parameters if fact.operation == rule.operation}
        named = names(rule)
        if named and known >= set(named):
            rules.append(rule)
        else:
            about = ", ".join(named) or "nothing"
            opened.append(OpenPoint(rule.section, f"a rule of type {rule.type} about {about}"))
    sizes = []
    for size in facts.sizes:
        if 1 <= min(size.width, size.height) <= max(size.width, size.height) <= MOST_PIXELS:
            sizes.append(size)
        else:
            opened.append(OpenPoint(size.section, f"a size of {size.width}x{size.height}"))
    if not opened:
        return facts
    return replace(
        facts,
        parameters=parameters,
        rules=tuple(rules),
        sizes=tuple(sizes),
        open_points=(*facts.open_points, *opened),
    )


def _parameter(fact: ParameterFact, opened: list[OpenPoint]) -> ParameterFact:
    schema = _schema(fact, fact.schema, opened)
    return fact if schema == fact.schema else replace(fact, schema=schema)


def _schema(fact: ParameterFact, schema: Schema, opened: list[OpenPoint]) -> Schema:
    kept: Schema = {}
    for keyword, value in schema.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        whole = keyword in ("minimum", "maximum") or (isinstance(value, int) and value >= 0)
        if keyword in LIMITS and not (number and whole):
            opened.append(OpenPoint(fact.section, f"{fact.name}: {keyword} {value!r}"))
        elif keyword == "items" and isinstance(value, dict):
            kept[keyword] = _schema(fact, value, opened)
        elif keyword == "enum" and not value:
            opened.append(OpenPoint(fact.section, f"{fact.name}: a list of no values"))
        else:
            kept[keyword] = value
    return kept
