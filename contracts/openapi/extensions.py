"""What OpenAPI has no word for, under `x-` keys, and facts as they stand on record."""

from __future__ import annotations

from collections.abc import Mapping

from imagine_harness.contracts.model import Statement
from imagine_harness.contracts.rules.base import Rule, enforced


def attributes(noun: object, *names: str) -> dict[str, object]:
    """Some attributes of a noun, by name."""
    return {name: getattr(noun, name) for name in names}


def provenance(statement: Statement) -> dict[str, object]:
    """Where a fact stands and how sure it is, as extensions."""
    stated: dict[str, object] = {
        "x-source": str(statement.source),
        "x-certainty": str(statement.certainty),
    }
    if statement.reading:
        stated |= {"x-reading": statement.reading, "x-choice": statement.choice}
    return stated | ({"x-note": statement.note} if statement.note else {})


def describe_rule(rule: Rule, readings: Mapping[str, str]) -> dict[str, object]:
    """A rule and whether the readings in force assert it."""
    statement = rule.statement
    return {
        **attributes(statement, "id", "certainty", "reading", "choice", "note"),
        "kind": rule.kind,
        "source": str(statement.source),
        "enforced": enforced(rule, readings),
        "parameters": list(dict.fromkeys(p.name for p in rule.parameters)),
    }
