"""Conditions on parameters, and groups of parameters that are given together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imagine_harness.contracts.fields import (
    ABSENT,
    Patch,
    Schema,
    brief_text,
    given,
    given_schema,
    holding,
    same,
)
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.rules import values, ways
from imagine_harness.contracts.rules.lazy import Lazy

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
        return st.tuples(*parts).map(merged)

    def failing(self) -> SearchStrategy[Patch]:
        """Patches under which the condition does not hold."""
        ways: list[SearchStrategy[Patch]] = []
        for parameter, wanted in self.equals:
            others = [v for v in _enum_of(parameter) if v not in wanted]
            if others:
                ways.append(_one_value(parameter, others))
            if not parameter.required and parameter.default not in wanted:
                ways.append(st.just({parameter.path: ABSENT}))
        if self.anyof:
            ways.append(st.just({parameter.path: ABSENT for parameter in self.anyof}))
        if not ways:
            for parameter, wanted in self.equals:
                others = [v for v in _numbers(parameter) if v not in wanted]
                ways += [_one_value(parameter, others)] if others else []
        return st.one_of(ways)

    def named(self, parameter: Parameter) -> Sequence[object]:
        """The values of a parameter that it asks for."""
        return [value for p, wanted in self.equals if p is parameter for value in wanted]

    def __str__(self) -> str:
        parts = [f"{p.name} is {' or '.join(map(brief_text, wanted))}" for p, wanted in self.equals]
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


def _enum_of(parameter: Parameter) -> list[object]:
    if "enum" in parameter.schema:
        return list(parameter.schema["enum"])
    return [True, False] if parameter.schema.get("type") == "boolean" else []


def _numbers(parameter: Parameter) -> list[object]:
    """Numbers that a parameter without a list takes: its limits, and what is next to a plain."""
    if not {"integer", "number"} & {*values.types(parameter.schema)}:
        return []
    plain, low = values.sample(parameter.schema), parameter.schema.get("minimum")
    high = parameter.schema.get("maximum", plain + 1)
    return [each for each in (low, high, min(plain + 1, high)) if each is not None]


def _some(parameter: Parameter) -> object:
    return values.sample(parameter.schema)


def merged(patches: tuple[Patch, ...]) -> Patch:
    """Several patches as one; the last of them wins."""
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


def group_schemas(groups: Groups) -> list[Schema]:
    """For each group, a schema that holds where all of it is given."""
    return [{"allOf": [given_schema(p.path) for p in group]} for group in groups]
