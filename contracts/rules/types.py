"""The rule types by the names that contracts use."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.closed import Closed
from imagine_harness.contracts.rules.combined import Excludes, OneOf, Together
from imagine_harness.contracts.rules.conditional import AllowedWhen, IgnoredWhen, RequiresWhen
from imagine_harness.contracts.rules.conversions import Nearest, Precedence
from imagine_harness.contracts.rules.memory import Unique
from imagine_harness.contracts.rules.single import Constraint, Required
from imagine_harness.contracts.rules.tables import Table

RULE_TYPES: Mapping[str, type[Rule]] = MappingProxyType(
    {
        "table": Table,
        "together": Together,
        "excludes": Excludes,
        "one_of": OneOf,
        "requires_when": RequiresWhen,
        "allowed_when": AllowedWhen,
        "ignored_when": IgnoredWhen,
        "unique": Unique,
        "closed": Closed,
        "precedence": Precedence,
        "nearest": Nearest,
        "constraint": Constraint,
        "required": Required,
    }
)
"""Rule types by the name that a contract uses. The only list: to add one, write its class."""


def rule_type(name: str) -> type[Rule]:
    """The rule type of a name."""
    return RULE_TYPES[name]


def in_entries() -> Mapping[str, type[Rule]]:
    """The rule types that entries of contract files state; the others are parameters' own lines."""
    return {name: made for name, made in RULE_TYPES.items() if made.needs is not None}
