"""Rules about several parameters at once: what goes together, what does not, what is listed."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts import values, ways
from imagine_harness.contracts.conditions import (
    Groups,
    absent_patch,
    given_patch,
    group_names,
    group_schemas,
)
from imagine_harness.contracts.fields import (
    ABSENT,
    Patch,
    Path,
    Schema,
    get,
    given,
    given_schema,
    holding,
    nested,
    pointer,
)
from imagine_harness.contracts.lazy import Lazy
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation, added
from imagine_harness.contracts.printable import cut, printable

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
else:
    st = Lazy("hypothesis.strategies")

LONGEST_NAME = 200
"""Letters of a name or an id that are told."""

Row = tuple[int, ...]


@dataclass(frozen=True, repr=False)
class Table:
    """Whole numbers that are given together must be one of the listed rows."""

    statement: Statement
    parameters: tuple[Parameter, ...]
    rows: tuple[Row, ...]
    labels: tuple[str, ...] = ()
    kind: str = "table"

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        row = tuple(_whole(parameter.value(body)) for parameter in self.parameters)
        if None in row or row in self.rows:
            return
        near = nearest_row(row, self.rows)
        names = tuple(parameter.name for parameter in self.parameters)
        said = "x".join(map(str, row))
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(self.parameters[0].path),
            parameters=names,
            message=f"{' and '.join(names)} {said} is not a listed combination, "
            f"nearest is {'x'.join(map(str, near))}",
            expected=[list(listed) for listed in self.rows],
            got=list(row),
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=tuple(
                Change("replace", pointer(parameter.path), right)
                for parameter, right, value in zip(self.parameters, near, row, strict=True)
                if right != value
            ),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return st.sampled_from(self.rows).map(self.patch)

    def negative(self) -> SearchStrategy[Patch]:
        listed = set(self.rows)
        mixed = {
            (*row[:place], value, *row[place + 1 :])
            for row in self.rows
            for place in range(len(row))
            for value in (row[place] - 1, row[place] + 1, *{other[place] for other in self.rows})
        }
        return st.sampled_from(sorted(mixed - listed)).map(self.patch)

    def patch(self, row: Row) -> Patch:
        """The patch that sets the values of a row."""
        return {p.path: value for p, value in zip(self.parameters, row, strict=True)}

    def as_schema(self) -> Schema:
        whole = {"allOf": [holding(p.path, {"type": "integer"}) for p in self.parameters]}
        rows = [
            {
                "allOf": [
                    nested(p.path, {"const": v}) for p, v in zip(self.parameters, row, strict=True)
                ]
            }
            for row in self.rows
        ]
        return {"if": whole, "then": {"anyOf": rows}}


def _whole(value: object) -> int | None:
    """A whole number as JSON has it (`2.0` is one), else None."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def nearest_row(row: Sequence[object], rows: tuple[Row, ...]) -> Row:
    """The listed row with the smallest sum of ratios to `row`; the first of equals."""

    def distance(listed: Row) -> float:
        return sum(
            abs(math.log(right / value)) if isinstance(value, int) and value > 0 else math.inf
            for right, value in zip(listed, row, strict=True)
        )

    return min(rows, key=distance)


@dataclass(frozen=True, repr=False)
class Together:
    """Either all of the parameters are given or none."""

    statement: Statement
    parameters: tuple[Parameter, ...]
    kind: str = "together"

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        there = [p for p in self.parameters if given(body, p.path)]
        missing = [p for p in self.parameters if p not in there]
        if not there or not missing:
            return
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(missing[0].path),
            parameters=tuple(p.name for p in (*missing, *there)),
            message=f"{_and(there)} must be used together with {_and(missing)}",
            expected=[p.name for p in self.parameters],
            got=[p.name for p in there],
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=tuple(Change("remove", pointer(p.path)) for p in there),
        )

    def positive(self) -> SearchStrategy[Patch]:
        return st.one_of(given_patch(self.parameters), st.just(absent_patch((self.parameters,))))

    def negative(self) -> SearchStrategy[Patch]:
        partial = [
            some
            for size in range(1, len(self.parameters))
            for some in combinations(self.parameters, size)
        ]
        return st.sampled_from(partial).flatmap(
            lambda some: given_patch(some).map(
                lambda patch: {**absent_patch((self.parameters,)), **patch}
            )
        )

    def as_schema(self) -> Schema:
        all_given = [given_schema(p.path) for p in self.parameters]
        parents = {p.path[:-1] for p in self.parameters}
        if len(parents) > 1:
            return {"if": {"anyOf": all_given}, "then": {"allOf": all_given}}
        keys = [p.path[-1] for p in self.parameters]
        needs = {key: [other for other in keys if other != key] for key in keys}
        return nested(parents.pop(), {"dependentRequired": needs})


@dataclass(frozen=True, repr=False)
class Excludes:
    """At most one of the groups is given; a group counts when any of its parameters is."""

    statement: Statement
    groups: Groups
    kind: str = "excludes"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for group in self.groups for p in group)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        there = [tuple(p for p in group if given(body, p.path)) for group in self.groups]
        there = [group for group in there if group]
        if len(there) < 2:
            return
        kept = max(there, key=len)
        dropped = [p for group in there if group is not kept for p in group]
        names = tuple(p.name for group in there for p in group)
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(dropped[0].path),
            parameters=names,
            message=f"{_and(there[0])} cannot be used with "
            + _and([p for group in there[1:] for p in group]),
            expected=[[p.name for p in group] for group in self.groups],
            got=list(names),
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=tuple(Change("remove", pointer(p.path)) for p in dropped),
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
class OneOf:
    """At least one of the groups is given whole."""

    statement: Statement
    groups: Groups
    kind: str = "one_of"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return tuple(p for group in self.groups for p in group)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        if not isinstance(get(body, self.parameters[0].subject), dict):
            return
        if any(all(given(body, p.path) for p in group) for group in self.groups):
            return
        first = self.groups[0]
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(first[0].path),
            parameters=tuple(p.name for p in self.parameters),
            message=f"one of {group_names(self.groups)} must be given",
            expected=group_names(self.groups),
            got=ABSENT,
            source=self.statement.source,
            certainty=self.statement.certainty,
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


@dataclass(frozen=True, repr=False)
class Unique:
    """A value is used once: no earlier request and no earlier element had it. Needs memory."""

    statement: Statement
    parameter: Parameter
    kind: str = "unique"

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (self.parameter,)

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        value = self.parameter.value(body)
        if value is ABSENT or not seen(self.statement.id, value):
            return
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(self.parameter.path),
            parameters=(self.parameter.name,),
            message=f"{self.parameter.name} must be unique, {_said(value)} was used before",
            expected="a value that was never sent",
            got=value,
            source=self.statement.source,
            certainty=self.statement.certainty,
        )

    def positive(self) -> SearchStrategy[Patch]:
        return ways.allowed(self.parameter.schema).map(lambda value: {self.parameter.path: value})

    def negative(self) -> SearchStrategy[Patch]:
        """Patches that break the rule once their value was seen."""
        return self.positive()

    def as_schema(self) -> Schema:
        return {}


@dataclass(frozen=True, repr=False)
class Closed:
    """No keys beside the documented ones, at any level that parameters reach."""

    statement: Statement
    subject: Path
    parameters: tuple[Parameter, ...]
    kind: str = "closed"

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        for path, known in self._levels().items():
            here: Any = get(body, path)
            for key in here if isinstance(here, dict) else ():
                if key not in known:
                    yield self._violation((*path, key), known, here)

    def _violation(self, path: Path, known: list[str], here: dict[str, object]) -> Violation:
        name = _said(".".join(path[len(self.subject) :]))
        too_long = len(path[-1]) > LONGEST_NAME
        return Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(path[:-1] if too_long else path),
            parameters=(name,),
            message=f"{name} is not a documented parameter, known are {', '.join(known)}",
            expected=known,
            got=here[path[-1]],
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=() if too_long else (Change("remove", pointer(path)),),
        )

    def _levels(self) -> dict[Path, list[str]]:
        levels: dict[Path, list[str]] = {self.subject: []}
        for parameter in self.parameters:
            for depth in range(len(self.subject), len(parameter.path)):
                known = levels.setdefault(parameter.path[:depth], [])
                if parameter.path[depth] not in known:
                    known.append(parameter.path[depth])
        return levels

    def positive(self) -> SearchStrategy[Patch]:
        return st.just({})

    def negative(self) -> SearchStrategy[Patch]:
        names = st.sampled_from(["seed", "negative_prompt", "style", "extra"])
        known = self._levels()[self.subject]
        unknown = names.map(lambda name: name if name not in known else name + "_")
        return unknown.map(lambda name: {(*self.subject, name): 1})

    def as_schema(self) -> Schema:
        return {
            "allOf": [
                nested(
                    path,
                    {"properties": dict.fromkeys(known, True), "additionalProperties": False},
                )
                for path, known in self._levels().items()
            ]
        }


def _said(value: object) -> str:
    return printable(cut(str(value), LONGEST_NAME))


def _and(parameters: Sequence[Parameter]) -> str:
    return " and ".join(p.name for p in parameters)
