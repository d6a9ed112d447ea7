"""From an operation to Hypothesis strategies of whole request bodies, composed of its rules' own.

Rules about several parameters decide which of them may be there together. Parameters that rules
relate to one another are a group; for each group every combination of *absent*, *a value that some
rule names* and *another value* is tried once. Those that break nothing are the presences that
bodies are drawn from, one of each group, so that nothing has to be drawn and thrown away.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from imagine_harness.contracts.fields import ABSENT, Patch, Path, patched, same, steps
from imagine_harness.contracts.model import Parameter, nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import values, ways
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.single import Constraint, Required
from imagine_harness.contracts.rules.tables import Table
from imagine_harness.harness.generation.presence import (
    AnyOther,
    Group,
    Presence,
    Singles,
    alone,
    is_whole,
    merged,
    patches,
    values_named,
)

if TYPE_CHECKING:
    from imagine_harness.contracts.rules.ways import Way


@dataclass(frozen=True)
class Generator:
    """Draws the bodies of one operation; for a subject `/*`, single elements."""

    operation: Operation

    def __repr__(self) -> str:
        return f"Generator({self.operation.name})"

    def bodies(self) -> SearchStrategy[Any]:
        """Bodies that break no rule."""
        return self.around({})

    def breaking(self, rule: Rule) -> SearchStrategy[Any]:
        """Bodies that break `rule` and no other.

        Raises:
            ValueError: on drawing, when no body can break it alone.
        """
        return self._once(("breaks", id(rule)), lambda: _breaking(self, rule, rule.negative()))

    def obeying(self, rule: Rule) -> SearchStrategy[Any]:
        """Bodies that break nothing and in which the parameters of `rule` are as it draws them."""
        return self._once(("obeys", id(rule)), lambda: _obeying(self, rule, rule.positive()))

    def plainest_body(self, patch: Patch, broken: Rule | None) -> Any:
        """The plainest body with `patch` in it that breaks exactly `broken`, or nothing.

        Raises:
            ValueError: there is no such body.
        """
        presences = self.presences_around(patch, broken)
        if not presences:
            raise ValueError(f"no body of {self.operation.name} fits {patch}")
        return self.mended(patched(self._witness(presences[0]), patch), broken)

    def _once(self, key: object, make: Callable[[], SearchStrategy[Any]]) -> SearchStrategy[Any]:
        """A strategy that is made once: Hypothesis takes its time to look into a new one.

        An identity in its key is that of something it keeps.
        """
        if key not in self._strategies:
            self._strategies[key] = make()
        return self._strategies[key]

    def one_of(self, presences: list[Presence]) -> SearchStrategy[Presence]:
        """One of several presences, as `presences_around` gives and keeps them."""
        return self._once(("of", id(presences)), lambda: st.sampled_from(presences))

    @cached_property
    def _subject(self) -> Path:
        return steps(self.operation.subject.removeprefix("/*"))

    @cached_property
    def _across(self) -> tuple[Rule, ...]:
        """The rules that relate several parameters and can be broken."""
        single = (Constraint, Required)
        return tuple(
            rule for rule in self.operation.rules if not isinstance(rule, single) and rule.refuses
        )

    @cached_property
    def _concerned(self) -> tuple[Parameter, ...]:
        by_name = {
            p.name: p for rule in self._across if not rule.about_unlisted for p in rule.parameters
        }
        return tuple(p for p in self.operation.parameters.values() if p.name in by_name)

    @cached_property
    def _groups(self) -> tuple[Group, ...]:
        """The parameters concerned, in groups that no rule relates to one another."""
        groups: list[set[str]] = []
        for rule in self._across:
            if not rule.about_unlisted:
                joined = {p.name for p in rule.parameters}
                for other in [group for group in groups if group & joined]:
                    groups.remove(other)
                    joined |= other
                groups.append(joined)
        made = (
            Group(
                tuple(p for p in self._concerned if p.name in names),
                self.operation.rules,
                self._across,
                self._subject,
                self._witness,
            )
            for names in groups
        )
        return tuple(made)

    @cached_property
    def _plainest(self) -> Presence:
        """The presence of each group that breaks no rule with the fewest parameters, together."""
        return {name: option for group in self._groups for name, option in group.fitting[0].items()}

    def broken(self, body: object) -> set[str]:
        """The ids of the rules that a root breaks."""
        return {
            violation.rule
            for rule in self.operation.rules
            for violation in rule.check(body, nothing_seen)
        }

    def _witness(self, presence: Presence) -> Any:
        """The plainest body of a presence: required parameters and the presence's, samples all."""
        patch: dict[Path, object] = {
            p.path: values.sample(p.schema)
            for p in self.operation.parameters.values()
            if p.required and not _is_nested(p)
        }
        for parameter in self._concerned:
            if parameter.name not in presence:
                continue
            option = presence[parameter.name]
            patch[parameter.path] = (
                option.sample(parameter) if isinstance(option, AnyOther) else option
            )
        for table in self._tables:
            if is_whole(table, presence):
                patch |= dict(zip((p.path for p in table.parameters), table.rows[0], strict=True))
        return patched({}, patch)

    def presences_around(self, patch: Patch, broken: Rule | None) -> list[Presence]:
        """The presences on which `patch` breaks exactly the rule `broken`, or with None nothing.

        They are of the groups that the patch or the rule concerns, the others being as plain as
        can be.
        """
        wanted = {broken.statement.id} if broken else set()
        sorts = frozenset((path, self._sort(path, value)) for path, value in patch.items())
        key = sorts, frozenset(self._singles.broken_by(patch)), *wanted
        if key not in self._around:
            groups = [group for group in self._groups if group.is_met(patch, broken)]
            combined = (
                {**self._plainest, **merged(each)}
                for each in product(*(group.presences for group in groups))
            )
            self._around[key] = [
                presence
                for presence in combined
                if self.broken(self.mended(patched(self._witness(presence), patch), broken))
                == wanted
            ]
        return self._around[key]

    def around(
        self, presence: Presence, met: Patch | None = None, broken: Rule | None = None
    ) -> SearchStrategy[Any]:
        """Bodies of a presence, in which the groups that nothing concerns are any that fit."""
        free = [group for group in self._groups if not group.is_met(met or {}, broken)]
        freed = {p.name for group in free for p in group.parameters}
        kept = {name: option for name, option in presence.items() if name not in freed}
        key = tuple(kept), tuple(map(repr, kept.values())), tuple(met or ()), len(free)
        return self._once(key, lambda: self._composed(kept, free, tuple(met or ())))

    @cached_property
    def _around(self) -> dict[object, list[Presence]]:
        return {}

    def _sort(self, path: Path, value: object) -> str:
        """What rules about several parameters can tell a value by."""
        if value is ABSENT:
            return repr(value)
        parameter = next((p for p in self._concerned if p.path == path), None)
        named = parameter and any(
            same(value, each) for each in values_named(parameter, self._across)
        )
        return repr(value) if named else type(value).__name__

    @cached_property
    def _singles(self) -> Singles:
        return Singles(self.operation.rules)

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

    @cached_property
    def _tables(self) -> list[Table]:
        return [rule for rule in self._across if isinstance(rule, Table)]

    @cached_property
    def _strategies(self) -> dict[object, SearchStrategy[Any]]:
        return {}

    def _composed(
        self, presence: Presence, free: Sequence[Group], without: tuple[Path, ...]
    ) -> SearchStrategy[Any]:
        """Bodies of patches: that of a presence, one a free group, and of parameters alone."""
        alone = [(path, part) for path, part in self._alone if path not in without]
        laid = ways.one_of(patches(presence, self._concerned, self._tables, without))
        patched_in = [laid, *(group.way for group in free)]

        def body(draw: DrawFn) -> Any:
            patch = {path: part(draw) for path, part in alone}
            for part in patched_in:
                patch |= part(draw)
            given = [item for item in patch.items() if item[1] is not ABSENT]
            return patched({}, dict(sorted(given, key=lambda item: len(item[0]))))

        return ways.strategy(body)

    @cached_property
    def _alone(self) -> list[tuple[Path, Way]]:
        return [*alone(self.operation, self._concerned, self._subject)]


@lru_cache(maxsize=128)
def generator(operation: Operation) -> Generator:
    """The generator of an operation, shared by all who ask: it keeps what it works out."""
    return Generator(operation)


def _is_nested(parameter: Parameter) -> bool:
    """Whether a parameter stands inside another one."""
    return len(parameter.path) > len(parameter.subject) + 1


@st.composite
def _breaking(
    draw: DrawFn, generator: Generator, rule: Rule, negative: SearchStrategy[Patch]
) -> Any:
    patch = draw(negative)
    presences = generator.presences_around(patch, rule)
    if not presences:
        raise ValueError(f"{rule.statement.id} cannot be broken alone: nothing fits {patch}")
    body = draw(generator.around(draw(generator.one_of(presences)), patch, rule))
    return generator.mended(patched(body, patch), rule)


@st.composite
def _obeying(
    draw: DrawFn, generator: Generator, rule: Rule, positive: SearchStrategy[Patch]
) -> Any:
    patch = generator.within(draw(positive))
    presences = generator.presences_around(patch, None)
    if not presences:
        raise ValueError(f"{rule.statement.id} draws what other rules forbid: {patch}")
    body = draw(generator.around(draw(generator.one_of(presences)), patch, None))
    return generator.mended(patched(body, patch), None)
