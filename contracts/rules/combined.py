"""Rules about several parameters at once: what goes together, and what does not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Self

from imagine_harness.contracts.fields import (
    ABSENT,
    Patch,
    Schema,
    get,
    given,
    given_schema,
    holding,
    nested,
    pointer,
)
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation, added
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.conditions import (
    Groups,
    absent_patch,
    given_patch,
    group_names,
    group_schemas,
)
from imagine_harness.contracts.rules.exercises import NEITHER, OBEYED, Exercises
from imagine_harness.contracts.rules.keys import GROUPS, NAMES, keyed
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.rules.context import Entry, RuleContext
else:
    st = Lazy("hypothesis.strategies")


@dataclass(frozen=True, repr=False)
class Together(Rule):
    """Either all of the parameters are given or none."""

    statement: Statement
    members: tuple[Parameter, ...]
    kind: str = "together"

    needs = keyed(fields=NAMES)
    fewest = 2
    wider_is_looser = False

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.fields(entry))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.members

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        there = [p for p in self.members if given(body, p.path)]
        missing = [p for p in self.members if p not in there]
        if not there or not missing:
            return
        yield self.violation(
            pointer(missing[0].path),
            f"{_and(there)} must be used together with {_and(missing)}",
            names=(p.name for p in (*missing, *there)),
            expected=[p.name for p in self.members],
            got=[p.name for p in there],
            fix=(Change("remove", pointer(p.path)) for p in there),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return st.one_of(given_patch(self.members), st.just(absent_patch((self.members,))))

    def negative(self) -> SearchStrategy[Patch]:
        partial = [
            some
            for size in range(1, len(self.members))
            for some in combinations(self.members, size)
        ]
        return st.sampled_from(partial).flatmap(
            lambda some: given_patch(some).map(
                lambda patch: {**absent_patch((self.members,)), **patch}
            )
        )

    def as_schema(self) -> Schema:
        all_given = [given_schema(p.path) for p in self.members]
        parents = {p.path[:-1] for p in self.members}
        if len(parents) > 1:
            return {"if": {"anyOf": all_given}, "then": {"allOf": all_given}}
        keys = [p.path[-1] for p in self.members]
        needs = {key: [other for other in keys if other != key] for key in keys}
        return nested(parents.pop(), {"dependentRequired": needs})


@dataclass(frozen=True, repr=False)
class Grouped(Rule):
    """A rule about groups of parameters and nothing else."""

    statement: Statement
    groups: Groups

    needs = keyed(groups=GROUPS)

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.groups(entry))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for group in self.groups for p in group)


@dataclass(frozen=True, repr=False)
class Excludes(Grouped):
    """At most one of the groups is given; a group counts when any of its parameters is."""

    kind: str = "excludes"

    fewest = 2
    wider_is_looser = False

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        there = [tuple(p for p in group if given(body, p.path)) for group in self.groups]
        there = [group for group in there if group]
        if len(there) < 2:
            return
        kept = max(there, key=len)
        dropped = [p for group in there if group is not kept for p in group]
        names = tuple(p.name for group in there for p in group)
        yield self.violation(
            pointer(dropped[0].path),
            f"{_and(there[0])} cannot be used with "
            + _and([p for group in there[1:] for p in group]),
            names=names,
            expected=[[p.name for p in group] for group in self.groups],
            got=list(names),
            fix=(Change("remove", pointer(p.path)) for p in dropped),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return st.sampled_from(self.groups).flatmap(
            lambda group: given_patch(group).map(
                lambda patch: {**absent_patch(self.groups), **patch}
            )
        )

    def negative(self) -> SearchStrategy[Patch]:
        return st.sampled_from(list(combinations(self.groups, 2))).flatmap(
            lambda two: given_patch((*two[0], *two[1])).map(
                lambda patch: {**absent_patch(self.groups), **patch}
            )
        )

    def as_schema(self) -> Schema:
        some = [{"anyOf": [given_schema(p.path) for p in group]} for group in self.groups]
        return {"allOf": [{"not": {"allOf": list(two)}} for two in combinations(some, 2)]}


@dataclass(frozen=True, repr=False)
class OneOf(Grouped):
    """At least one of the groups is given whole."""

    kind: str = "one_of"

    demanding = True
    fewest = 1
    wider_is_looser = True

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        if not isinstance(get(body, self.parameters[0].subject), dict):
            return
        if any(all(given(body, p.path) for p in group) for group in self.groups):
            return
        first = self.groups[0]
        yield self.violation(
            pointer(first[0].path),
            f"one of {group_names(self.groups)} must be given",
            names=(p.name for p in self.parameters),
            expected=group_names(self.groups),
            got=ABSENT,
            fix=added(
                body, ((p.path, values.sample(p.schema)) for p in first if not given(body, p.path))
            ),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return st.sampled_from(self.groups).flatmap(
            lambda group: given_patch(group).map(
                lambda patch: {**absent_patch(self.groups), **patch}
            )
        )

    def negative(self) -> SearchStrategy[Patch]:
        return st.just(absent_patch(self.groups))

    def as_schema(self) -> Schema:
        applies = holding(self.parameters[0].subject, {"type": "object"})
        return {"if": applies, "then": {"anyOf": group_schemas(self.groups)}}

    def exercise(self, root: object) -> Exercises:
        return OBEYED if isinstance(get(root, self.parameters[0].subject), dict) else NEITHER


def _and(parameters: Sequence[Parameter]) -> str:
    return " and ".join(p.name for p in parameters)
