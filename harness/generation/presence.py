"""Which parameters of a body may be there together: presences, and the groups that they are of."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.fields import ABSENT, Patch, Path, patched, same
from imagine_harness.contracts.model import Parameter, nothing_seen
from imagine_harness.contracts.rules import values, ways
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.single import Constraint
from imagine_harness.contracts.rules.tables import Table
from imagine_harness.contracts.rules.ways import Always

if TYPE_CHECKING:
    from imagine_harness.contracts.operation import Operation
    from imagine_harness.contracts.rules.ways import Way


@dataclass(frozen=True)
class AnyOther:
    """Any value of a parameter except those that some rule names."""

    excepted: tuple[object, ...]

    def ways(self, parameter: Parameter) -> list[Way]:
        """How a value of this kind can be drawn, each as often as the others."""
        listed = self.finite(parameter)
        return ways.ways(parameter.schema) if listed is None else [*map(Always, listed)]

    def sample(self, parameter: Parameter) -> Any:
        """One value of this kind, the same at every call."""
        listed = self.finite(parameter)
        return values.sample(parameter.schema) if listed is None else listed[0]

    def finite(self, parameter: Parameter) -> list[Any] | None:
        """All values of this kind, None where there is no end of them."""
        known = parameter.schema.get("enum")
        if known is None and parameter.schema.get("type") == "boolean":
            known = [True, False]
        if known is None:
            return None
        return [v for v in known if not any(same(v, each) for each in self.excepted)]


Presence = dict[str, object]
"""For each parameter that rules relate to others: `ABSENT`, an `AnyOther`, or the value itself."""


@dataclass(frozen=True)
class Group:
    """Parameters that rules relate to one another, directly or through a third.

    Attributes:
        rules: every rule of the operation; `across` are those that relate several parameters.
        subject: path of the object that the rules speak of.
        witness: from a presence to the plainest body of it.
    """

    parameters: tuple[Parameter, ...]
    rules: tuple[Rule, ...]
    across: tuple[Rule, ...]
    subject: Path
    witness: Callable[[Presence], Any]

    @cached_property
    def presences(self) -> tuple[Presence, ...]:
        """Every combination, those with the fewest parameters first."""
        options = [list(_options(parameter, self.across)) for parameter in self.parameters]
        names = [parameter.name for parameter in self.parameters]
        presences = [dict(zip(names, chosen, strict=True)) for chosen in product(*options)]
        return tuple(
            sorted(presences, key=lambda presence: sum(v is not ABSENT for v in presence.values()))
        )

    @cached_property
    def fitting(self) -> tuple[Presence, ...]:
        """The presences that break no rule about the group.

        Raises:
            ValueError: there is none, so that the operation allows no body at all.
        """
        own = [rule for rule in self.rules if self._concerns(rule)]

        def fits(body: object) -> bool:
            return not any(True for rule in own for _ in rule.check(body, nothing_seen))

        fitting = tuple(presence for presence in self.presences if fits(self.witness(presence)))
        if not fitting:
            named = ", ".join(parameter.name for parameter in self.parameters)
            raise ValueError(f"the rules about {named} allow no body at all")
        return fitting

    @cached_property
    def way(self) -> Way:
        """The way that draws the patch of a presence that fits, each as often as another."""
        tables = [rule for rule in self.across if isinstance(rule, Table)]
        known = [patches(presence, self.parameters, tables) for presence in self.fitting]
        most = max(map(len, known))
        return ways.one_of([way for each in known for way in each * (most // len(each))])

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
        return not rule.about_unlisted and any(p.name in names for p in rule.parameters)


def patches(
    presence: Presence,
    parameters: Iterable[Parameter],
    tables: Iterable[Table],
    without: Collection[Path] = (),
) -> list[Way]:
    """The ways to draw the patch of a presence, without the values at some paths."""
    whole = [table for table in tables if is_whole(table, presence)]
    spared = {*without, *(p.path for table in whole for p in table.parameters)}
    parts: list[list[Way]] = [[Always(table.patch(row)) for row in table.rows] for table in whole]
    for p in parameters:
        option = presence.get(p.name, ABSENT)
        if option is not ABSENT and p.path not in spared:
            known = option.ways(p) if isinstance(option, AnyOther) else [Always(option)]
            parts.append([_at(p.path, way) for way in known])
    few = [listed for part in parts if (listed := ways.options(part)) is not None]
    if len(few) == len(parts) and math.prod(map(len, few)) <= ways.FEW:
        return [Always(_joined(each)) for each in product(*few)]
    drawn = [ways.one_of(part) for part in parts]
    return [lambda draw: _joined(part(draw) for part in drawn)]


def _at(path: Path, way: Way) -> Way:
    """From the way of a value to that of a patch which sets it."""
    return Always({path: way.value}) if isinstance(way, Always) else lambda draw: {path: way(draw)}


def _joined(several: Iterable[Patch]) -> Patch:
    return {path: value for patch in several for path, value in patch.items()}


def is_whole(table: Table, presence: Presence) -> bool:
    """Whether all of the values that a table lists together are there in a presence."""
    return all(presence.get(p.name, ABSENT) is not ABSENT for p in table.parameters)


def merged(presences: Iterable[Presence]) -> Presence:
    """Several presences of different groups as one."""
    return {name: option for presence in presences for name, option in presence.items()}


def _options(parameter: Parameter, across: Iterable[Rule]) -> Iterator[object]:
    """What a presence may say of a parameter."""
    if not parameter.required:
        yield ABSENT
    named = tuple(values_named(parameter, across))
    yield from named
    other = AnyOther(named)
    if other.finite(parameter) != []:
        yield other


def values_named(parameter: Parameter, rules: Iterable[Rule]) -> Iterator[object]:
    """The values of a parameter that some rule names."""
    known: list[object] = []
    for rule in rules:
        for value in rule.named(parameter):
            if not any(same(value, each) for each in known):
                known.append(value)
                yield value


def alone(
    operation: Operation, concerned: Collection[Parameter], subject: Path
) -> Iterator[tuple[Path, Way]]:
    """The parameters that no rule relates to others, each with how it is drawn.

    Those that stand inside another one are drawn with it.
    """
    every = operation.parameters.values()
    for parameter in every:
        if parameter in concerned or any(
            other.path != subject and _is_inside(parameter, other) for other in every
        ):
            continue
        known = ways.ways(parameter.schema)
        inside = [p for p in every if _is_inside(p, parameter) and p not in concerned]
        if parameter.path == subject:
            known = [lambda _draw: {}]
        elif inside:
            schemas = {p.path[-1]: p.schema for p in inside}
            known = [ways.objects(schemas, [p.path[-1] for p in inside if p.required])]
        yield parameter.path, ways.one_of(known if parameter.required else ways.optional(known))


def _is_inside(parameter: Parameter, other: Parameter) -> bool:
    path = other.path
    return len(path) < len(parameter.path) and parameter.path[: len(path)] == path


class Singles:
    """The rules about single parameters, found by what a patch is about."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = [rule for rule in rules if isinstance(rule, Constraint)]
        self._about: dict[Path, list[Constraint]] = {}

    def broken_by(self, patch: Patch) -> Iterator[str]:
        """The ids of those that a patch breaks, whatever is around it."""
        body = patched({}, patch)
        for path in patch:
            if path not in self._about:
                about = [rule for rule in self._rules if _meet(rule.parameter.path, path)]
                self._about[path] = about
            for rule in self._about[path]:
                yield from (each.rule for each in rule.check(body, nothing_seen))


def _meet(one: Path, other: Path) -> bool:
    """Whether one path leads to the other, or the other to it."""
    return all(a == b for a, b in zip(one, other, strict=False))
