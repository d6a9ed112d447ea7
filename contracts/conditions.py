"""Rules that hold under a condition, and the condition itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagine_harness.contracts import values, ways
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
    same,
    shown,
)
from imagine_harness.contracts.lazy import Lazy
from imagine_harness.contracts.model import Change, Parameter, Seen, Statement, Violation, added

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
else:
    st = Lazy("hypothesis.strategies")

Groups = tuple[tuple[Parameter, ...], ...]
"""Alternatives: each group counts as given when all of its parameters are."""


@dataclass(frozen=True, repr=False)
class Condition:
    """Holds when every listed parameter has one of its values and any of `anyof` is given.

    An absent parameter has its default, where one is documented.
    """

    equals: tuple[tuple[Parameter, tuple[object, ...]], ...] = ()
    anyof: tuple[Parameter, ...] = ()

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return (*(parameter for parameter, _ in self.equals), *self.anyof)

    def holds(self, body: object) -> bool:
        """Whether it holds in `body`."""
        return all(self._equal(body, *pair) for pair in self.equals) and (
            not self.anyof or any(given(body, parameter.path) for parameter in self.anyof)
        )

    @staticmethod
    def _equal(body: object, parameter: Parameter, wanted: tuple[object, ...]) -> bool:
        value = parameter.value(body)
        if value is ABSENT:
            value = parameter.default
        return any(same(value, each) for each in wanted)

    def as_schema(self) -> Schema:
        """A schema that holds for exactly the bodies in which the condition holds."""
        parts = [_equal_schema(parameter, wanted) for parameter, wanted in self.equals]
        if self.anyof:
            parts.append({"anyOf": [given_schema(parameter.path) for parameter in self.anyof]})
        return {"allOf": parts}

    def holding(self) -> SearchStrategy[Patch]:
        """Patches under which the condition holds."""
        parts = [_one_value(p, wanted) for p, wanted in self.equals]
        if self.anyof:
            parts.append(
                st.sampled_from(self.anyof).flatmap(
                    lambda p: st.just({p.path: _some(p)}),
                )
            )
        return st.tuples(*parts).map(_merged)

    def failing(self) -> SearchStrategy[Patch]:
        """Patches under which the condition does not hold."""
        ways: list[SearchStrategy[Patch]] = []
        for parameter, wanted in self.equals:
            others = [v for v in _listed(parameter) if v not in wanted]
            if others:
                ways.append(_one_value(parameter, others))
            if not parameter.required and parameter.default not in wanted:
                ways.append(st.just({parameter.path: ABSENT}))
        if self.anyof:
            ways.append(st.just({parameter.path: ABSENT for parameter in self.anyof}))
        return st.one_of(ways)

    def __str__(self) -> str:
        parts = [f"{p.name} is {' or '.join(map(shown, wanted))}" for p, wanted in self.equals]
        if self.anyof:
            parts.append(" or ".join(p.name for p in self.anyof) + " is given")
        return " and ".join(parts)


def _equal_schema(parameter: Parameter, wanted: tuple[object, ...]) -> Schema:
    schema = holding(parameter.path, {"enum": list(wanted)})
    if parameter.default in wanted:
        return {"anyOf": [schema, {"not": given_schema(parameter.path)}]}
    return schema


def _one_value(parameter: Parameter, listed: Sequence[object]) -> SearchStrategy[Patch]:
    return st.sampled_from(listed).map(lambda value: {parameter.path: value})


def _listed(parameter: Parameter) -> list[object]:
    if "enum" in parameter.schema:
        return list(parameter.schema["enum"])
    return [True, False] if parameter.schema.get("type") == "boolean" else []


def _some(parameter: Parameter) -> object:
    return values.sample(parameter.schema)


def _merged(patches: tuple[Patch, ...]) -> Patch:
    return {path: value for patch in patches for path, value in patch.items()}


def given_patch(parameters: tuple[Parameter, ...]) -> SearchStrategy[Patch]:
    """Patches in which every one of the parameters is given."""
    return st.tuples(*(ways.allowed(p.drawn) for p in parameters)).map(
        lambda some: {p.path: value for p, value in zip(parameters, some, strict=True)}
    )


def absent_patch(groups: Groups) -> Patch:
    """The patch that removes every parameter of every group."""
    return {parameter.path: ABSENT for group in groups for parameter in group}


def group_names(groups: Groups) -> str:
    """The groups in words: `width with height or resolution`."""
    return " or ".join(" with ".join(p.name for p in group) for group in groups)


@dataclass(frozen=True, repr=False)
class RequiresWhen:
    """Under a condition, at least one group must be given."""

    statement: Statement
    when: Condition
    groups: Groups
    kind: str = "requires_when"

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
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=pointer(first[0].path),
            parameters=named,
            message=f"{group_names(self.groups)} is required when {self.when}",
            expected=group_names(self.groups),
            got=ABSENT,
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=added(body, ((p.path, _some(p)) for p in first if not given(body, p.path))),
        )

    def positive(self) -> SearchStrategy[Patch]:
        offered = [
            st.tuples(self.when.holding(), st.just(absent_patch(self.groups)), given_patch(group))
            for group in self.groups
        ]
        return st.one_of([drawn.map(_merged) for drawn in offered])

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


def group_schemas(groups: Groups) -> list[Schema]:
    """For each group, a schema that holds where all of it is given."""
    return [{"allOf": [given_schema(p.path) for p in group]} for group in groups]


@dataclass(frozen=True, repr=False)
class AllowedWhen:
    """A parameter (or some of its values) is allowed under a condition; without one, never."""

    statement: Statement
    parameter: Parameter
    when: Condition | None
    only: tuple[object, ...] = ()
    kind: str = "allowed_when"

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
        said = f"{self.parameter.name} {shown(value)}" if self.only else self.parameter.name
        yield Violation(
            rule=self.statement.id,
            kind=self.kind,
            pointer=at,
            parameters=(self.parameter.name,),
            message=f"{said} {self.says} when {self.when}"
            if self.when
            else f"{said} is not allowed",
            expected=str(self.when) if self.when else None,
            got=value,
            source=self.statement.source,
            certainty=self.statement.certainty,
            fix=(Change("remove", at),),
        )

    @property
    def says(self) -> str:
        """How the rule is worded in messages."""
        return "is allowed only"

    def positive(self) -> SearchStrategy[Patch]:
        if self.when is None:
            return st.just({self.parameter.path: ABSENT})
        return st.tuples(self.when.holding(), self._concerned()).map(_merged)

    def negative(self) -> SearchStrategy[Patch]:
        if self.when is None:
            return self._concerned()
        return st.tuples(self.when.failing(), self._concerned()).map(_merged)

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


@dataclass(frozen=True, repr=False)
class IgnoredWhen(AllowedWhen):
    """A parameter is accepted and has no effect outside a condition; sending it is a warning."""

    kind: str = "ignored_when"

    @property
    def says(self) -> str:
        return "has an effect only"
