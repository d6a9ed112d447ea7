"""Which parameters of a body may be there together: layouts, and the groups that they are of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from contracts import values
from contracts.conditions import AllowedWhen, RequiresWhen
from contracts.fields import ABSENT, Patch, Path, same
from contracts.model import Parameter, nothing_seen
from contracts.rules import Rule


@dataclass(frozen=True)
class Other:
    """Any value of a parameter except those that some rule names."""

    excepted: tuple[object, ...]

    def allowed(self, parameter: Parameter) -> SearchStrategy[Any]:
        """Values of this kind."""
        listed = self.listed(parameter)
        return values.allowed(parameter.schema) if listed is None else st.sampled_from(listed)

    def sample(self, parameter: Parameter) -> Any:
        """One value of this kind, the same at every call."""
        listed = self.listed(parameter)
        return values.sample(parameter.schema) if listed is None else listed[0]

    def listed(self, parameter: Parameter) -> list[Any] | None:
        """All values of this kind, None where there is no end of them."""
        known = parameter.schema.get("enum")
        if known is None and parameter.schema.get("type") == "boolean":
            known = [True, False]
        if known is None:
            return None
        return [v for v in known if not any(same(v, each) for each in self.excepted)]


Layout = dict[str, object]
"""For each parameter that rules relate to others: `ABSENT`, an `Other`, or the value itself."""


@dataclass(frozen=True)
class Group:
    """Parameters that rules relate to one another, directly or through a third.

    Attributes:
        rules: every rule of the operation; `across` are those that relate several parameters.
        subject: path of the object that the rules speak of.
        witness: from a layout to the plainest body of it.
    """

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]
    across: tuple[Rule, ...]
    subject: Path
    witness: Callable[[Layout], Any]

    @cached_property
    def layouts(self) -> tuple[Layout, ...]:
        """Every combination, those with the fewest parameters first."""
        options = [list(_options(parameter, self.across)) for parameter in self.parameters]
        names = [parameter.name for parameter in self.parameters]
        layouts = [dict(zip(names, chosen, strict=True)) for chosen in product(*options)]
        return tuple(
            sorted(layouts, key=lambda layout: sum(v is not ABSENT for v in layout.values()))
        )

    @cached_property
    def fitting(self) -> tuple[Layout, ...]:
        """The layouts that break no rule about the group.

        Raises:
            ValueError: there is none, so that the operation allows no body at all.
        """
        own = [rule for rule in self.rules if self._concerns(rule)]
        fitting = tuple(
            layout
            for layout in self.layouts
            if not any(
                violation
                for rule in own
                for violation in rule.check(self.witness(layout), nothing_seen)
            )
        )
        if not fitting:
            named = ", ".join(parameter.name for parameter in self.parameters)
            raise ValueError(f"the rules about {named} allow no body at all")
        return fitting

    def is_met(self, patch: Patch, rule: Rule | None) -> bool:
        """Whether a patch or a rule has to do with one of the parameters."""
        if rule is not None and self._concerns(rule):
            return True
        return any(
            path != self.subject
            and path != ()
            and (path[: len(p.path)] == p.path or p.path[: len(path)] == path)
            for path in patch
            for p in self.parameters
        )

    def _concerns(self, rule: Rule) -> bool:
        names = {p.name for p in self.parameters}
        return rule.kind != "closed" and any(p.name in names for p in rule.parameters)


def merged(layouts: Iterable[Layout]) -> Layout:
    """Several layouts of different groups as one."""
    return {name: option for layout in layouts for name, option in layout.items()}


def _options(parameter: Parameter, across: Iterable[Rule]) -> Iterator[object]:
    """What a layout may say of a parameter."""
    if not parameter.required:
        yield ABSENT
    named = tuple(values_named(parameter, across))
    yield from named
    other = Other(named)
    if other.listed(parameter) != []:
        yield other


def values_named(parameter: Parameter, rules: Iterable[Rule]) -> Iterator[object]:
    """The values of a parameter that some rule names."""
    known: list[object] = []
    for rule in rules:
        conditions = (
            [rule.when] if isinstance(rule, AllowedWhen | RequiresWhen) and rule.when else []
        )
        found = [
            v for when in conditions for p, wanted in when.equals if p is parameter for v in wanted
        ]
        if isinstance(rule, AllowedWhen) and rule.parameter is parameter:
            found += rule.only
        for value in found:
            if not any(same(value, each) for each in known):
                known.append(value)
                yield value
