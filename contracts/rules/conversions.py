"""What a gateway does instead of refusing: which parameter wins, and mapping to the nearest."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imagine_harness.contracts.fields import Patch, Schema, given
from imagine_harness.contracts.model import Parameter, Seen, Statement, Violation
from imagine_harness.contracts.rules import ways
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.combined import Grouped
from imagine_harness.contracts.rules.conditions import given_patch
from imagine_harness.contracts.rules.exercises import NEITHER, OBEYED, Exercises
from imagine_harness.contracts.rules.keys import NAMES, TEXT, keyed
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext
else:
    st = Lazy("hypothesis.strategies")


@dataclass(frozen=True, repr=False)
class Precedence(Grouped):
    """Of the groups that are given, the first decides; the others change nothing.

    Never broken: its promise is about the outcome. A negative adds a losing group to a winner.
    """

    kind: str = "precedence"

    refuses = False
    fewest = 2

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        return iter(())

    def positive(self) -> SearchStrategy[Patch]:
        return given_patch(self.groups[0])

    def negative(self) -> SearchStrategy[Patch]:
        return given_patch(self.parameters)

    def as_schema(self) -> Schema:
        return {}

    def exercise(self, root: object) -> Exercises:
        there = [group for group in self.groups if any(given(root, p.path) for p in group)]
        return OBEYED if len(there) > 1 else NEITHER


@dataclass(frozen=True, repr=False)
class Nearest(Rule):
    """Any value of the format is accepted, and mapped to the nearest supported one.

    Never broken: its promise is about the outcome. A negative is a value that is not listed.
    """

    statement: Statement
    parameter: Parameter
    listed: tuple[str, ...]
    kind: str = "nearest"

    needs = keyed(field=TEXT, listed=NAMES)
    refuses = False

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.field(entry), tuple(entry["listed"]))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        return iter(())

    def positive(self) -> SearchStrategy[Patch]:
        return st.sampled_from(self.listed).map(lambda value: {self.parameter.path: value})

    def negative(self) -> SearchStrategy[Patch]:
        return ways.allowed(self.parameter.schema).map(lambda value: {self.parameter.path: value})

    def as_schema(self) -> Schema:
        return {}
