"""What a rule is, and the rule types by the names that contracts use."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from imagine_harness.contracts.combinations import Closed, Excludes, OneOf, Table, Together, Unique
from imagine_harness.contracts.conditions import AllowedWhen, IgnoredWhen, RequiresWhen
from imagine_harness.contracts.constraints import Constraint, Required
from imagine_harness.contracts.conversions import Nearest, Precedence
from imagine_harness.contracts.fields import Patch, Schema
from imagine_harness.contracts.model import Parameter, Seen, Statement, Violation

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


class Rule(Protocol):
    """One documented constraint, with four faces that a property test holds together.

    Bodies are roots: the whole decoded body, or one element where the subject is `/*`.
    """

    @property
    def statement(self) -> Statement:
        """Its id, where it is stated, how sure that is, and the reading it hangs on."""

    @property
    def kind(self) -> str:
        """Its rule type, or the JSON Schema keyword of a single parameter."""

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        """The parameters it speaks of, the first one first in messages."""

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        """The violations in `body`; none when it obeys or the rule does not apply."""

    def positive(self) -> SearchStrategy[Patch]:
        """Patches that obey, the documented limits often among them."""

    def negative(self) -> SearchStrategy[Patch]:
        """Patches that break this rule and, on a body that fits them, no other."""

    def as_schema(self) -> Schema:
        """JSON Schema 2020-12 that accepts exactly the roots in which `check` finds nothing."""


RULE_TYPES: Mapping[str, type] = MappingProxyType(
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

BEHAVIOUR = frozenset({"precedence", "nearest"})
"""Types that describe what happens instead of refusing: never broken."""

HARMLESS = frozenset({"ignored_when"})
"""Types whose breaking is accepted without effect: a warning, unless a reading says otherwise."""


def enforced(rule: Rule, readings: Mapping[str, str]) -> bool:
    """Whether a body that breaks `rule` is refused under `readings`; otherwise it is a warning."""
    if rule.kind in HARMLESS and rule.statement.reading is None:
        return False
    return rule.statement.enforced(readings)
