"""Rules that remember what was sent before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imagine_harness.contracts.fields import ABSENT, Patch, Schema, pointer
from imagine_harness.contracts.model import Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules import ways
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.keys import TEXT, keyed
from imagine_harness.contracts.untrusted.printing import brief

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext


@dataclass(frozen=True, repr=False)
class Unique(Rule):
    """A value is used once: no earlier request and no earlier element had it. Needs memory."""

    statement: Statement
    parameter: Parameter
    kind: str = "unique"

    needs = keyed(field=TEXT)
    stateful = True

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.field(entry))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        value = self.parameter.value(body)
        if value is ABSENT or not seen(self.statement.id, value):
            return
        yield self.violation(
            pointer(self.parameter.path),
            f"{self.parameter.name} must be unique, {brief(value)} was used before",
            names=(self.parameter.name,),
            expected="a value that was never sent",
            got=value,
        )

    def positive(self) -> SearchStrategy[Patch]:
        return ways.allowed(self.parameter.schema).map(lambda value: {self.parameter.path: value})

    def negative(self) -> SearchStrategy[Patch]:
        """Patches that break the rule once their value was seen."""
        return self.positive()

    def as_schema(self) -> Schema:
        return {}
