"""How much of what is on record was tried: every rule, every documented error, every reading."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from imagine_harness.contracts.loading.load import Recorded, names, recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.exercises import Exercise
from imagine_harness.harness.results.results import Result

LIMITS = (Exercise.LOWER, Exercise.UPPER)
"""The exercises that stand at a limit."""


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """What was tried of one rule.

    Attributes:
        rule, source, certainty: the rule, where it stands, how sure it is.
        possible: what can be tried of it, in the order in which it is shown.
        exercised: what was.
    """

    rule: str
    source: str
    certainty: str
    possible: tuple[Exercise, ...]
    exercised: frozenset[Exercise] = frozenset()

    @property
    def operation(self) -> str:
        """The full name of the rule's operation."""
        return ".".join(self.rule.split(".")[:2])


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of an operation, or of all of them.

    Attributes:
        rules, exercised: rules on record, and those of them that anything was tried of.
        limits, limits_met: lower and upper limits on record, and those that a body stood at.
        breakable, broken: rules that a body can break, and those that one broke alone.
    """

    rules: int
    exercised: int
    limits: int
    limits_met: int
    breakable: int
    broken: int

    @property
    def percent(self) -> float:
        """The share of rules that anything was tried of, 100 where there is no rule."""
        return 100.0 * self.exercised / self.rules if self.rules else 100.0

    def as_json(self) -> dict[str, Any]:
        """The numbers as JSON."""
        return {
            "rules": self.rules,
            "touched": self.exercised,
            "percent": round(self.percent, 1),
            "limits": self.limits,
            "limits_met": self.limits_met,
            "breakable": self.breakable,
            "broken": self.broken,
        }


@dataclass(frozen=True, slots=True)
class Coverage:
    """What was tried of all that is on record.

    Attributes:
        lines: what was tried of each rule, by its id; those that were never exercised among them.
        errors: whether each documented error was met, by `provider.when`.
        readings: for each reading all its choices, and whether each was in force, by its id.
    """

    lines: Mapping[str, RuleCoverage] = field(default_factory=dict)
    errors: Mapping[str, bool] = field(default_factory=dict)
    readings: Mapping[str, Mapping[str, bool]] = field(default_factory=dict)

    def merge(self, other: Coverage) -> Coverage:
        """What was tried in either."""
        lines = dict(self.lines)
        for rule, line in other.lines.items():
            known = lines.get(rule, line)
            lines[rule] = replace(known, exercised=known.exercised | line.exercised)
        readings = {
            name: _either(self.readings.get(name, {}), other.readings.get(name, {}))
            for name in (*self.readings, *other.readings)
        }
        return Coverage(lines, _either(self.errors, other.errors), readings)

    def exercising(self, exercised: Mapping[str, Iterable[str]]) -> Coverage:
        """The same with more exercises, by rule; a rule that is not on record is left out."""
        lines = dict(self.lines)
        for rule, ways in exercised.items():
            if rule in lines:
                line = lines[rule]
                lines[rule] = replace(line, exercised=line.exercised | {*map(Exercise, ways)})
        return replace(self, lines=lines)

    def meeting(self, errors: Iterable[str], readings: Mapping[str, str]) -> Coverage:
        """The same with more errors met and choices in force; what is not on record is left out."""
        met = {error: True for error in errors if error in self.errors}
        known = {
            name: {choice: True}
            for name, choice in readings.items()
            if choice in self.readings.get(name, {})
        }
        return self.merge(Coverage({}, met, known))

    @property
    def operations(self) -> list[str]:
        """The operations that have rules, by full name."""
        return list(dict.fromkeys(line.operation for line in self.lines.values()))

    def of(self, operation: str) -> list[RuleCoverage]:
        """The lines of one operation, in the order of its contract."""
        return [line for line in self.lines.values() if line.operation == operation]

    def totals(self, operation: str | None = None) -> Totals:
        """The numbers of one operation, or of all."""
        lines = self.of(operation) if operation else list(self.lines.values())
        limits = [(line, t) for line in lines for t in line.possible if t in LIMITS]
        breakable = [line for line in lines if Exercise.BROKEN in line.possible]
        return Totals(
            rules=len(lines),
            exercised=sum(bool(line.exercised) for line in lines),
            limits=len(limits),
            limits_met=sum(limit in line.exercised for line, limit in limits),
            breakable=len(breakable),
            broken=sum(Exercise.BROKEN in line.exercised for line in breakable),
        )

    def never_exercised(self) -> list[str]:
        """The ids of the rules that nothing was tried of."""
        return [rule for rule, line in self.lines.items() if not line.exercised]

    def as_json(self) -> dict[str, Any]:
        """The coverage as the reports write it."""
        return {
            "totals": self.totals().as_json(),
            "operations": {name: self.totals(name).as_json() for name in self.operations},
            "rules": {
                rule: {
                    "touched": [str(t) for t in line.possible if t in line.exercised],
                    "possible": [*map(str, line.possible)],
                    "source": line.source,
                    "certainty": line.certainty,
                }
                for rule, line in self.lines.items()
            },
            "never_touched": self.never_exercised(),
            "errors": dict(self.errors),
            "readings": {name: dict(choices) for name, choices in self.readings.items()},
        }


def _either(one: Mapping[str, bool], other: Mapping[str, bool]) -> dict[str, bool]:
    return {name: one.get(name, False) or other.get(name, False) for name in (*one, *other)}


def unexercised(operations: Iterable[Operation], providers: Iterable[Recorded] = ()) -> Coverage:
    """All rules of some operations, all errors and readings of some providers, none of it tried."""
    providers = list(providers)
    lines = {
        rule.statement.id: RuleCoverage(
            rule.statement.id,
            str(rule.statement.source),
            str(rule.statement.certainty),
            rule.possible,
        )
        for operation in operations
        for rule in operation.rules
    }
    shared = [each.provider for each in providers]
    errors = {f"{each.name}.{when}": False for each in shared for when in each.errors}
    readings = {
        name: dict.fromkeys(reading.choices, False)
        for each in providers
        for name, reading in each.readings.items()
    }
    return Coverage(lines, errors, readings)


def of_results(results: Iterable[Result]) -> Coverage:
    """What results tried, of all that is on record about the operations that they name."""
    results = list(results)
    wanted = {
        name
        for each in results
        for name in (*each.operations, *(".".join(rule.split(".")[:2]) for rule in each.exercised))
    }
    providers = sorted({name.partition(".")[0] for name in wanted} & {*names()})
    found = [
        operation
        for provider in providers
        for operation in recorded(provider).operations
        if operation.name in wanted
    ]
    coverage = unexercised(found, [recorded(each) for each in providers])
    for each in results:
        coverage = coverage.exercising(each.exercised).meeting(each.errors, each.readings)
    return coverage
