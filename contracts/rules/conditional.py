"""Rules that hold under a condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from imagine_harness.contracts.fields import (
    ABSENT,
    Patch,
    Schema,
    brief_text,
    get,
    given,
    given_schema,
    holding,
    nested,
    pointer,
    same,
)
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation, added
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.conditions import (
    Condition,
    Groups,
    absent_patch,
    given_patch,
    group_names,
    group_schemas,
    merged,
)
from imagine_harness.contracts.rules.exercises import NEITHER, OBEYED, Exercises
from imagine_harness.contracts.rules.keys import CONDITION, GROUPS, TEXT, VALUES, keyed
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext
else:
    st = Lazy("hypothesis.strategies")


@dataclass(frozen=True, repr=False)
class RequiresWhen(Rule):
    """Under a condition, at least one group must be given."""

    statement: Statement
    when: Condition
    groups: Groups
    kind: str = "requires_when"

    needs = keyed(when=CONDITION, groups=GROUPS)
    demanding = True
    fewest = 1
    wider_is_looser = True

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.condition(entry) or Condition(), context.groups(entry))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (*(p for group in self.groups for p in group), *self.when.parameters)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        if not isinstance(get(body, self.parameters[0].subject), dict) or not self.when.holds(body):
            return
        if any(all(given(body, p.path) for p in group) for group in self.groups):
            return
        first = self.groups[0]
        named = tuple(dict.fromkeys(p.name for group in self.groups for p in group))
        yield self.violation(
            pointer(first[0].path),
            f"{group_names(self.groups)} is required when {self.when}",
            names=named,
            expected=group_names(self.groups),
            got=ABSENT,
            fix=added(
                body, ((p.path, values.sample(p.schema)) for p in first if not given(body, p.path))
            ),
        )

    def positive(self) -> SearchStrategy[Patch]:
        offered = [
            st.tuples(self.when.holding(), st.just(absent_patch(self.groups)), given_patch(group))
            for group in self.groups
        ]
        return st.one_of([drawn.map(merged) for drawn in offered])

    def negative(self) -> SearchStrategy[Patch]:
        return self.when.holding().map(lambda patch: {**absent_patch(self.groups), **patch})

    def as_schema(self) -> Schema:
        applies = {
            "allOf": [
                holding(self.parameters[0].subject, {"type": "object"}),
                self.when.as_schema(),
            ]
        }
        return {"if": applies, "then": {"anyOf": group_schemas(self.groups)}}

    def exercise(self, root: object) -> Exercises:
        there = isinstance(get(root, self.parameters[0].subject), dict)
        return OBEYED if there and self.when.holds(root) else NEITHER

    def named(self, parameter: Parameter) -> Sequence[object]:
        return self.when.named(parameter)


@dataclass(frozen=True, repr=False)
class AllowedWhen(Rule):
    """A parameter (or some of its values) is allowed under a condition; without one, never."""

    statement: Statement
    parameter: Parameter
    when: Condition | None
    only: tuple[object, ...] = ()
    kind: str = "allowed_when"

    needs = keyed(field=TEXT)
    takes = keyed(values=VALUES, when=CONDITION)

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(
            statement,
            context.field(entry),
            context.condition(entry),
            tuple(entry.get("values", ())),
        )

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter, *(self.when.parameters if self.when else ()))

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        value = self.parameter.value(body)
        if not given(body, self.parameter.path) or (self.when and self.when.holds(body)):
            return
        if self.only and not any(same(value, each) for each in self.only):
            return
        at = pointer(self.parameter.path)
        said = f"{self.parameter.name} {brief_text(value)}" if self.only else self.parameter.name
        yield self.violation(
            at,
            f"{said} {self.says} when {self.when}" if self.when else f"{said} is not allowed",
            names=(self.parameter.name,),
            expected=str(self.when) if self.when else None,
            got=value,
            fix=(Change("remove", at),),
        )

    @property
    def says(self) -> str:
        """How the rule is worded in messages."""
        return "is allowed only"

    def positive(self) -> SearchStrategy[Patch]:
        if self.when is None:
            return st.just({self.parameter.path: ABSENT})
        return st.tuples(self.when.holding(), self._concerned()).map(merged)

    def negative(self) -> SearchStrategy[Patch]:
        if self.when is None:
            return self._concerned()
        return st.tuples(self.when.failing(), self._concerned()).map(merged)

    def _concerned(self) -> SearchStrategy[Patch]:
        if self.only:
            return st.sampled_from(self.only).map(lambda value: {self.parameter.path: value})
        return given_patch((self.parameter,))

    def as_schema(self) -> Schema:
        concerned = given_schema(self.parameter.path)
        if self.only:
            listed = nested(self.parameter.path, {"enum": list(self.only)})
            concerned = {"allOf": [concerned, listed]}
        if self.when is None:
            return {"not": concerned}
        return {"if": concerned, "then": self.when.as_schema()}

    def exercise(self, root: object) -> Exercises:
        """Under its condition, when what it is about is there; without one, when that is not."""
        value = self.parameter.value(root)
        if self.when is None:
            return OBEYED if isinstance(get(root, self.parameter.subject), dict) else NEITHER
        about = not self.only or any(same(value, each) for each in self.only)
        return OBEYED if value is not ABSENT and about else NEITHER

    def named(self, parameter: Parameter) -> Sequence[object]:
        of_condition = self.when.named(parameter) if self.when else ()
        return (*of_condition, *(self.only if parameter is self.parameter else ()))


@dataclass(frozen=True, repr=False)
class IgnoredWhen(AllowedWhen):
    """A parameter is accepted and has no effect outside a condition; sending it is a warning."""

    kind: str = "ignored_when"

    needs = keyed(field=TEXT, when=CONDITION)
    takes = keyed(values=VALUES)
    harmless = True

    @property
    def says(self) -> str:
        return "has an effect only"
