"""What moved in the rules across parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from imagine_harness.contracts.rules.types import rule_type
from imagine_harness.harness.drift.comparing.comparer import Comparer, Difference
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.kinds import NON_BREAKING
from imagine_harness.harness.drift.facts import RuleFact
from imagine_harness.harness.drift.keyed import by_value, json_key
from imagine_harness.harness.drift.page_facts import Area, Facts

MEMBERS = ("groups", "fields")
"""Keys of an entry that name the parameters which a rule relates to one another."""


@dataclass(frozen=True)
class RuleComparer(Comparer[RuleFact]):
    """The rules of the operations that both sides have, by what they state.

    A rule of the same type about the same parameters is another version of one that is gone.

    Attributes:
        both: the ids of these operations.
    """

    both: tuple[str, ...] = ()

    area, sort, by = Area.RULES, "rules", "normal"
    stated, address = "statement", "{0.operation}.{0.id}"

    def facts(self, side: Facts) -> Iterable[RuleFact]:
        return (rule for rule in side.rules if rule.operation in self.both)

    def version(self, fact: RuleFact, new: Iterable[RuleFact]) -> RuleFact | None:
        return next((each for each in new if is_version(fact, each)), None)

    def is_reached(self, fact: RuleFact) -> bool:
        """Whether the page was read where the rule stood, with nothing left that may be it."""
        words = [name.rpartition(".")[2] for name in fact.names]
        for point in self.page.open_points:
            if point.section == fact.section and any(word in point.text for word in words):
                return False
        return self.page.reaches(Area.RULES, fact.operation)

    @cached_property
    def _parameters(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Operation and name of the parameters of each side."""
        before, after = (
            {(fact.operation, fact.name) for fact in side.parameters}
            for side in (self.recorded, self.page)
        )
        return before, after

    def _is_about(self, fact: RuleFact, parameters: set[tuple[str, str]]) -> bool:
        return any((fact.operation, name) in parameters for name in fact.names)

    def removed(self, fact: RuleFact) -> Finding | None:
        before, after = self._parameters
        if self._is_about(fact, before - after) and self.page.reaches(Area.INPUT, fact.operation):
            # It went with its parameter.
            return None
        rule = self.address.format(fact)
        return self.finding(f"{_sort(fact)}-removed", fact, None, rule=rule)

    def added(self, fact: RuleFact) -> Finding:
        before, after = self._parameters
        harmless = self._is_about(fact, after - before) and not rule_type(fact.type).demanding
        severity = NON_BREAKING if harmless else ""
        return self.finding(f"{_sort(fact)}-added", None, fact, severity=severity)

    def changed(self, before: RuleFact, after: RuleFact) -> Iterator[Difference]:
        if before.normal == after.normal:
            return
        old, new = (by_value(fact.entry.get("listed", ())).keys() for fact in (before, after))
        # A behaviour that differs only in that it knows more values breaks nobody.
        severity = NON_BREAKING if not _refuses(before) and old < new else ""
        rule, kind = self.address.format(before), f"{_sort(before)}-{_change(before, after)}"
        yield self.finding(kind, before, after, rule=rule, severity=severity)

    def finding(
        self, kind: str, before: RuleFact | None, after: RuleFact | None, **more: Any
    ) -> Finding:
        concerned = [name for fact in (before, after) if fact for name in fact.names]
        more |= {"parameter": next(iter(concerned), None)}
        return super().finding(
            kind, before, after, parameters=tuple(dict.fromkeys(concerned)), **more
        )


def _refuses(fact: RuleFact) -> bool:
    return rule_type(fact.type).refuses


def _sort(fact: RuleFact) -> str:
    return "request-rule" if _refuses(fact) else "request-behaviour"


def _change(before: RuleFact, after: RuleFact) -> str:
    looser = rule_type(before.type).wider_is_looser
    rest = [
        {name: value for name, value in fact.normal_entry.items() if name not in MEMBERS}
        for fact in (before, after)
    ]
    if not _refuses(before) or looser is None or json_key(rest[0]) != json_key(rest[1]):
        return "changed"
    old, new = (by_value(_members(fact)).keys() for fact in (before, after))
    if old < new:
        return "loosened" if looser else "tightened"
    if new < old:
        return "tightened" if looser else "loosened"
    return "changed"


def _members(fact: RuleFact) -> list[Any]:
    members: list[Any] = next(fact.normal_entry[name] for name in MEMBERS if name in fact.entry)
    return members


def is_version(before: RuleFact, after: RuleFact) -> bool:
    """Whether a rule stands in the place of another one."""
    if (before.operation, before.type) != (after.operation, after.type):
        return False
    if "field" in before.entry:
        return bool(before.entry["field"] == after.entry.get("field"))
    return len(set(before.names) & set(after.names)) > 1
