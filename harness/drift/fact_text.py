"""Facts for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.drift.facts import Unknown
from imagine_harness.harness.drift.page_facts import Facts


def as_json(facts: Facts) -> str:
    """All facts; what the page does not state is left out, what is unknown is `"unknown"`."""
    plain = _as_json(facts)
    plain["reached"] = sorted(
        str(area) if operation is None else f"{operation} {area}"
        for area, operation in facts.reached
    )
    return json.dumps(plain, indent=2, ensure_ascii=False) + "\n"


def _as_json(value: Any) -> Any:
    if isinstance(value, Unknown):
        return "unknown"
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: _as_json(each) for name, each in pairs if each is not ABSENT}
    if isinstance(value, dict):
        return {name: _as_json(each) for name, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return [_as_json(each) for each in value]
    return value


def as_text(facts: Facts) -> str:
    """A line for each fact, under the sort of fact."""
    return "\n".join(map(printable, _lines(facts))) + "\n"


def _lines(facts: Facts) -> Iterator[str]:
    yield f"{facts.title}: {', '.join(fact.id for fact in facts.models)}"
    for endpoint in facts.endpoints:
        yield f"endpoint {endpoint.operation}: {endpoint.address or 'not on the page'}"
    for p in facts.parameters:
        schema = json.dumps(p.schema, ensure_ascii=False)
        default = "" if p.default is ABSENT else f", default {json.dumps(p.default)}"
        wanted = ", required" if p.required else ""
        yield f"parameter {p.operation}.{p.name}: {schema}{default}{wanted} ({p.section})"
    for rule in facts.rules:
        stated = json.dumps(rule.statement, default=list)
        yield f"rule {rule.operation}: {stated} ({rule.section})"
    for size in facts.sizes:
        yield f"size {size.text} ({size.section})"
    for output in facts.outputs:
        yield f"output {output.operation} {output.path}: {json.dumps(output.schema)}"
    for price in facts.prices:
        yield f"price {price.of}: {price.amount} ({price.section})"
    if facts.status is not None:
        yield f"status: {facts.status.word} ({facts.status.section})"
    for point in facts.open_points:
        yield f"not understood: {point.section}: {point.text}"
