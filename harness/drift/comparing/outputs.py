"""What moved in the fields of an answer."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

from imagine_harness.harness.drift.comparing.comparer import Comparer, Difference
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import OutputFact
from imagine_harness.harness.drift.keyed import covers, describe_types, types, without
from imagine_harness.harness.drift.page_facts import Area


class OutputComparer(Comparer[OutputFact]):
    """The fields of one operation's answer by their paths; what only holds others is implied."""

    area, sort, by = Area.OUTPUT, "outputs", "path"
    named, stated, address = "path", "schema", "{0.operation} answer {0.path}"

    @cached_property
    def _recorded(self) -> list[str]:
        return sorted({fact.path for fact in self.facts(self.recorded)})

    @cached_property
    def _on_page(self) -> list[str]:
        return sorted({fact.path for fact in self.facts(self.page)})

    @cached_property
    def _known(self) -> list[str]:
        return sorted({*self._recorded, *self._on_page})

    @cached_property
    def _missing(self) -> list[str]:
        return without(self._recorded, self._on_page)

    def removed(self, fact: OutputFact) -> Finding | None:
        if is_container(fact.path, self._on_page):
            return None
        if self.is_reached(fact) and any(inside(fact.path, other) for other in self._missing):
            return None
        return self.finding(_kind(fact, "removed"), fact, None, was=fact.schema or None)

    def is_reached(self, fact: OutputFact) -> bool:
        """Whether the answer was read, and what holds the field is not named and left unopened."""
        holders = [outer for outer in self._on_page if inside(fact.path, outer)]
        unopened = any(not is_container(outer, self._on_page) for outer in holders)
        return self.page.reaches(Area.OUTPUT, self.operation) and not unopened

    def added(self, fact: OutputFact) -> Finding | None:
        if is_container(fact.path, self._known):
            return None
        return self.finding(_kind(fact, "added"), None, fact, now=fact.schema or None)

    def changed(self, before: OutputFact, after: OutputFact) -> Iterator[Difference]:
        def moved(kind: str, was: object, now: object) -> Finding:
            return self.finding(f"response-property-{kind}", before, after, was=was, now=now)

        if before.required is True and after.required is False:
            yield moved("became-optional", True, False)
        old, new = types(before.schema), types(after.schema)
        if old and new and not covers(old, new):
            yield moved("type-changed", describe_types(before.schema), describe_types(after.schema))
            return
        listed: Any = before.schema.get("enum")
        if listed is not None:
            for value in without([*after.schema.get("enum", ()), *after.shown], listed):
                yield moved("enum-value-added", None, value)
            for value in without(listed, after.schema.get("enum", listed)):
                yield moved("enum-value-removed", value, None)


def _kind(fact: OutputFact, what: str) -> str:
    return f"response-{'required' if fact.required is True else 'optional'}-property-{what}"


def inside(path: str, outer: str) -> bool:
    """Whether a field stands inside another one."""
    return path.startswith((f"{outer}.", f"{outer}[]"))


def is_container(path: str, others: Sequence[str]) -> bool:
    """Whether any of the others, which are sorted, stands inside a field."""
    for start in (f"{path}.", f"{path}[]"):
        at = bisect_left(others, start)
        if at < len(others) and others[at].startswith(start):
            return True
    return False
