"""From an operation to Hypothesis strategies of whole request bodies, composed of its rules' own.

Rules about several parameters decide which of them may be there together. For the few parameters
concerned, every combination of *absent*, *a value that some rule names* and *another value* is
tried once; those that break nothing are the layouts that bodies are drawn from, so that nothing
has to be drawn and thrown away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from contracts import values
from contracts.combinations import Table
from contracts.conditions import AllowedWhen, RequiresWhen
from contracts.constraints import Constraint, Required
from contracts.fields import ABSENT, Patch, Path, patched, same, steps
from contracts.model import Parameter, nothing_seen
from contracts.operation import Operation
from contracts.rules import BEHAVIOUR, Rule


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
class Generator:
    """Draws the bodies of one operation; for a subject `/*`, single elements."""

    operation: Operation

    def __repr__(self) -> str:
        return f"Generator({self.operation.name})"

    def bodies(self) -> SearchStrategy[Any]:
        """Bodies that break no rule."""
        return st.sampled_from(self._fitting).flatmap(self.of_layout)

    def breaking(self, rule: Rule) -> SearchStrategy[Any]:
        """Bodies that break `rule` and no other.

        Raises:
            ValueError: on drawing, when no body can break it alone.
        """
        return _breaking(self, rule)

    def obeying(self, rule: Rule) -> SearchStrategy[Any]:
        """Bodies that break nothing and in which the parameters of `rule` are as it draws them."""
        return _obeying(self, rule)

    def plain(self, patch: Patch, broken: Rule | None) -> Any:
        """The plainest body with `patch` in it that breaks exactly `broken`, or nothing.

        Raises:
            ValueError: there is no such body.
        """
        layouts = self.layouts_around(patch, broken)
        if not layouts:
            raise ValueError(f"no body of {self.operation.name} fits {patch}")
        return self.mended(patched(self._witness(layouts[0]), patch), broken)

    @cached_property
    def _subject(self) -> Path:
        return steps(self.operation.subject.removeprefix("/*"))

    @cached_property
    def _across(self) -> tuple[Rule, ...]:
        """The rules that relate several parameters and can be broken."""
        single = (Constraint, Required)
        return tuple(
            rule
            for rule in self.operation.rules
            if not isinstance(rule, single) and rule.kind not in BEHAVIOUR
        )

    @cached_property
    def _concerned(self) -> tuple[Parameter, ...]:
        by_name = {
            p.name: p for rule in self._across if rule.kind != "closed" for p in rule.parameters
        }
        return tuple(p for p in self.operation.parameters.values() if p.name in by_name)

    @cached_property
    def _layouts(self) -> tuple[Layout, ...]:
        """Every combination, those with the fewest parameters first."""
        options = [list(self._options(parameter)) for parameter in self._concerned]
        names = [parameter.name for parameter in self._concerned]
        layouts = [dict(zip(names, chosen, strict=True)) for chosen in product(*options)]
        return tuple(
            sorted(layouts, key=lambda layout: sum(v is not ABSENT for v in layout.values()))
        )

    @cached_property
    def _fitting(self) -> tuple[Layout, ...]:
        """The layouts that break no rule."""
        fitting = tuple(
            layout for layout in self._layouts if not self.broken(self._witness(layout))
        )
        if not fitting:
            raise ValueError(f"the rules of {self.operation.name} allow no body at all")
        return fitting

    def _options(self, parameter: Parameter) -> Iterator[object]:
        if not parameter.required:
            yield ABSENT
        named = tuple(_named(parameter, self._across))
        yield from named
        other = Other(named)
        if other.listed(parameter) != []:
            yield other

    def broken(self, body: object) -> set[str]:
        """The ids of the rules that a root breaks."""
        return {
            violation.rule
            for rule in self.operation.rules
            for violation in rule.check(body, nothing_seen)
        }

    def _witness(self, layout: Layout) -> Any:
        """The plainest body of a layout: required parameters and the layout's, samples all."""
        patch: dict[Path, object] = {
            p.path: values.sample(p.schema)
            for p in self.operation.parameters.values()
            if p.required and not _is_nested(p)
        }
        tables = self._tables(layout)
        for parameter in self._concerned:
            option = layout[parameter.name]
            patch[parameter.path] = (
                option.sample(parameter) if isinstance(option, Other) else option
            )
        for table in tables:
            patch |= dict(zip((p.path for p in table.parameters), table.rows[0], strict=True))
        return patched({}, patch)

    def layouts_around(self, patch: Patch, broken: Rule | None) -> list[Layout]:
        """The layouts on which `patch` breaks exactly the rule `broken`, or with None nothing."""
        wanted = {broken.statement.id} if broken else set()
        key = (frozenset((path, self._sort(path, value)) for path, value in patch.items()), *wanted)
        if key not in self._around:
            self._around[key] = [
                layout
                for layout in self._layouts
                if self.broken(self.mended(patched(self._witness(layout), patch), broken)) == wanted
            ]
        return self._around[key]

    @cached_property
    def _around(self) -> dict[object, list[Layout]]:
        return {}

    def _sort(self, path: Path, value: object) -> str:
        """What rules about several parameters can tell a value by."""
        if value is ABSENT:
            return repr(value)
        parameter = next((p for p in self._concerned if p.path == path), None)
        named = parameter and any(same(value, each) for each in _named(parameter, self._across))
        return repr(value) if named else type(value).__name__

    def within(self, patch: Patch) -> Patch:
        """`patch` without an object in place of the subject, which would take all else away."""
        return {
            path: value
            for path, value in patch.items()
            if path != self._subject or not isinstance(value, dict)
        }

    def mended(self, body: Any, broken: Rule | None) -> Any:
        """`body` with what a patch left behind put right, for every rule but `broken`.

        A patch may set one side of a table's row, or an object without what it must hold.
        """
        for rule in self.operation.rules:
            if rule is broken or not isinstance(rule, Required | Table):
                continue
            for violation in rule.check(body, nothing_seen):
                body = patched(body, {steps(step.path): step.value for step in violation.fix})
        return body

    def _tables(self, layout: Layout) -> list[Table]:
        return [
            rule
            for rule in self._across
            if isinstance(rule, Table)
            and all(layout.get(p.name, ABSENT) is not ABSENT for p in rule.parameters)
        ]

    def of_layout(self, layout: Layout, without: tuple[Path, ...] = ()) -> SearchStrategy[Any]:
        """Bodies of a layout; parameters that are not in it come and go freely."""
        key = id(layout), without
        if key not in self._made:
            self._made[key] = self._strategy(layout, without)
        return self._made[key]

    @cached_property
    def _made(self) -> dict[object, SearchStrategy[Any]]:
        return {}

    def _strategy(self, layout: Layout, without: tuple[Path, ...]) -> SearchStrategy[Any]:
        must: dict[Any, SearchStrategy[Any]] = {}
        may: dict[Any, SearchStrategy[Any]] = {}
        tables = self._tables(layout)
        in_tables = {p.path for table in tables for p in table.parameters}
        for p in self.operation.parameters.values():
            if p.path in without or p.path in in_tables:
                continue
            if p.name in layout:
                option = layout[p.name]
                if option is not ABSENT:
                    must[p.path] = (
                        option.allowed(p) if isinstance(option, Other) else st.just(option)
                    )
            elif not self._below(p):
                (must if p.required else may)[p.path] = self._whole(p)
        for table in tables:
            must[table.statement.id] = table.positive()
        return st.fixed_dictionaries(must, optional=may).map(_assembled)

    def _below(self, parameter: Parameter) -> bool:
        """Whether a parameter stands inside another one, and is drawn with it."""
        return any(
            other is not parameter
            and len(other.path) < len(parameter.path)
            and parameter.path[: len(other.path)] == other.path
            and other.path != self._subject
            for other in self.operation.parameters.values()
        )

    def _whole(self, parameter: Parameter) -> SearchStrategy[Any]:
        """Values of a parameter together with those that stand inside it."""
        inside = [
            p
            for p in self.operation.parameters.values()
            if p is not parameter
            and p.path[: len(parameter.path)] == parameter.path
            and p not in self._concerned
        ]
        if parameter.path == self._subject:
            return st.just({})
        if not inside:
            return values.allowed(parameter.schema)
        return st.fixed_dictionaries(
            {p.path[-1]: values.allowed(p.schema) for p in inside if p.required},
            optional={p.path[-1]: values.allowed(p.schema) for p in inside if not p.required},
        )


def _is_nested(parameter: Parameter) -> bool:
    """Whether a parameter stands inside another one."""
    return len(parameter.path) > len(parameter.subject) + 1


def _assembled(drawn: dict[Any, Any]) -> Any:
    patch: dict[Path, object] = {}
    for key, value in drawn.items():
        patch |= value if isinstance(key, str) else {key: value}
    return patched({}, dict(sorted(patch.items(), key=lambda item: len(item[0]))))


def _named(parameter: Parameter, rules: Iterable[Rule]) -> Iterator[object]:
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


@st.composite
def _breaking(draw: DrawFn, generator: Generator, rule: Rule) -> Any:
    patch = draw(rule.negative())
    layouts = generator.layouts_around(patch, rule)
    if not layouts:
        raise ValueError(f"{rule.statement.id} cannot be broken alone: nothing fits {patch}")
    body = draw(generator.of_layout(draw(st.sampled_from(layouts)), tuple(patch)))
    return generator.mended(patched(body, patch), rule)


@st.composite
def _obeying(draw: DrawFn, generator: Generator, rule: Rule) -> Any:
    patch = generator.within(draw(rule.positive()))
    layouts = generator.layouts_around(patch, None)
    if not layouts:
        raise ValueError(f"{rule.statement.id} draws what other rules forbid: {patch}")
    body = draw(generator.of_layout(draw(st.sampled_from(layouts)), tuple(patch)))
    return generator.mended(patched(body, patch), None)
