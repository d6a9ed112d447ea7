"""What moved in the rules across parameters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from imagine_harness.contracts.rules.types import rule_type
from imagine_harness.harness.drift.comparing.comparer import Change, Comparer, finding
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.kinds import NON_BREAKING
from imagine_harness.harness.drift.facts import Area, Facts, RuleFact
from imagine_harness.harness.drift.keyed import by_value, json_key

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

    area = Area.RULES

    def facts(self, side: Facts) -> Iterable[RuleFact]:
        return (rule for rule in side.rules if rule.operation in self.both)

    def key(self, fact: RuleFact) -> str:
        return fact.normal

    def address(self, fact: RuleFact) -> str:
        return f"{fact.operation}.{fact.id}"

    def version(self, fact: RuleFact, new: Iterable[RuleFact]) -> RuleFact | None:
        return next((each for each in new if is_version(fact, each)), None)

    @cached_property
    def _parameters(self) -> tuple[set[tuple[str, str]], set[tuple[str, str]]]:
        """Operation and name of the parameters of each side."""
        before, after = (
            {(fact.operation, fact.name) for fact in side.parameters}
            for side in (self.recorded, self.page)
        )
        return before, after

    def is_reached(self, fact: RuleFact) -> bool:
        """Whether the page was read where the rule stood, with nothing left that may be it."""
        words = [name.rpartition(".")[2] for name in fact.names]
        for point in self.page.open_points:
            if point.section == fact.section and any(word in point.text for word in words):
                return False
        return self.page.reaches(Area.RULES, fact.operation)

    def removed(self, fact: RuleFact) -> Finding | None:
        before, after = self._parameters
        own = {(fact.operation, name) for name in fact.names}
        if own & (before - after) and self.page.reaches(Area.INPUT, fact.operation):
            # It went with its parameter.
            return None
        return removed(fact, self.address(fact))

    def added(self, fact: RuleFact) -> Finding:
        before, after = self._parameters
        return added(fact, after - before)

    def changed(self, before: RuleFact, after: RuleFact) -> Iterator[Change]:
        if before.normal != after.normal:
            yield changed(before, after, self.address(before))


def _finding(
    kind: str, before: RuleFact | None, after: RuleFact | None, *, harmless: bool, rule: str = ""
) -> Finding:
    sides = [fact for fact in (before, after) if fact is not None]
    concerned = tuple(dict.fromkeys(name for fact in sides for name in fact.names))
    return finding(
        kind,
        before,
        after,
        parameter=next((name for fact in sides[:1] for name in fact.names), None),
        was=before.statement if before else None,
        now=after.statement if after else None,
        severity=NON_BREAKING if harmless else "",
        rule=rule,
        parameters=concerned,
    )


def added(fact: RuleFact, new: Iterable[tuple[str, str]]) -> Finding:
    """The finding for a rule that only the page has; `new` are the page's new parameters."""
    about_new = any((fact.operation, name) in new for name in fact.names)
    harmless = about_new and not rule_type(fact.type).demanding
    return _finding(f"{_sort(fact)}-added", None, fact, harmless=harmless)


def removed(fact: RuleFact, rule: str = "") -> Finding:
    """The finding for a rule that the page has no more."""
    return _finding(f"{_sort(fact)}-removed", fact, None, harmless=False, rule=rule)


def changed(before: RuleFact, after: RuleFact, rule: str = "") -> Finding:
    """The finding for a rule of which both have a version."""
    old, new = (by_value(fact.entry.get("listed", ())).keys() for fact in (before, after))
    # A behaviour that differs only in that it knows more values breaks nobody.
    lists_more = not _refuses(before) and old < new
    kind = f"{_sort(before)}-{_change(before, after)}"
    return _finding(kind, before, after, harmless=lists_more, rule=rule)


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
