"""Facts without those that can be of nothing: limits that are no numbers, sizes of no pixels."""

from __future__ import annotations

from dataclasses import replace

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.harness.drift.comparing.parameters import LIMITS
from imagine_harness.harness.drift.facts import OpenPoint, ParameterFact
from imagine_harness.harness.drift.page_facts import Facts

LARGEST = 2**63 - 1
"""The largest number that a contract's file can hold."""

MOST_PIXELS = 100_000
"""Pixels of a side beyond which a size is none."""


def plausible(facts: Facts) -> Facts:
    """The facts that can be; the others are open points."""
    opened: list[OpenPoint] = []
    parameters = tuple(_parameter(fact, opened) for fact in facts.parameters)
    known = {(fact.operation, fact.name) for fact in facts.parameters}
    rules = []
    for rule in facts.rules:
        named = rule.names
        if named and all((rule.operation, name) in known for name in named):
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


def is_number(value: object) -> bool:
    """Whether a value is a number that a contract can hold."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return -LARGEST <= value <= LARGEST


def _parameter(fact: ParameterFact, opened: list[OpenPoint]) -> ParameterFact:
    schema, default = _schema(fact, fact.schema, opened), fact.default
    number = isinstance(default, int | float) and not isinstance(default, bool)
    if number and not is_number(default):
        opened.append(OpenPoint(fact.section, f"{fact.name}: the default {default}"))
        default = ABSENT
    if schema == fact.schema and default is fact.default:
        return fact
    return replace(fact, schema=schema, default=default, whole=False)


def _schema(fact: ParameterFact, schema: Schema, opened: list[OpenPoint]) -> Schema:
    kept: Schema = {}
    for keyword, value in schema.items():
        number = is_number(value)
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
