"""Facts of one sort on both sides, compared by address: gone, new or other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.page_facts import Area, Facts

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Unreached:
    """A recorded fact that the page does not reach, by its address: `generate.num_images`."""

    address: str


Difference = Finding | Unreached


@dataclass(frozen=True)
class Comparer(Generic[Fact]):
    """One sort of facts, of one operation or of the whole model.

    A sort says what its facts are called by, and what is found where one is other; those that are
    gone or new are found alike. What is gone from where the page was not read is not reached.

    Attributes:
        recorded, page: all facts of both sides.
        operation: None for facts of the whole model.
        area: the area of the page in which they stand.
        sort: the field of `Facts` that has them.
        by: the attribute by which a fact is known.
        kind: how the kinds of findings begin.
        named: the attribute that is a finding's `parameter`, empty for none.
        stated: the attribute that a finding's `was` and `now` are.
        address: the address under which one is not reached, with the fact as `{0}`.
    """

    recorded: Facts
    page: Facts
    operation: str | None = None

    area: ClassVar[Area]
    sort: ClassVar[str]
    by: ClassVar[str]
    kind: ClassVar[str]
    named: ClassVar[str] = ""
    stated: ClassVar[str]
    address: ClassVar[str]

    def facts(self, side: Facts) -> Iterable[Fact]:
        """The facts of one side that are compared."""
        found: Iterable[Any] = getattr(side, self.sort)
        return (fact for fact in found if getattr(fact, "operation", None) == self.operation)

    def removed(self, fact: Fact) -> Finding | None:
        """The finding about a fact that the page has no more, None where another one tells it."""
        return self.finding(f"{self.kind}-removed", fact, None)

    def added(self, fact: Fact) -> Finding | None:
        """The finding about a fact that only the page has, None where it is implied by others."""
        return self.finding(f"{self.kind}-added", None, fact)

    def changed(self, before: Fact, after: Fact) -> Iterator[Difference]:
        """What moved in a fact that both sides have."""
        yield from ()

    def version(self, fact: Fact, new: Iterable[Fact]) -> Fact | None:
        """The new fact that stands in the place of one that is gone, None where none does."""
        return None

    def is_reached(self, fact: Fact) -> bool:
        """Whether the page was read where a fact that it does not have would stand."""
        return self.page.reaches(self.area, self.operation)

    def unreached(self, fact: Fact) -> Unreached:
        """That the page does not reach a fact."""
        return Unreached(self.address.format(fact))

    def finding(self, kind: str, before: Fact | None, after: Fact | None, **more: Any) -> Finding:
        """A finding about a fact; operation and section are the fact's, `more` stands over all."""
        either: Any = after or before
        was, now = (getattr(fact, self.stated) if fact else None for fact in (before, after))
        name = getattr(either, self.named) if self.named else None
        operation = getattr(before or after, "operation", None)
        stated = {"parameter": name, "was": was, "now": now, **more}
        return Finding(
            kind, operation, section=either.section, before=before, after=after, **stated
        )

    def changes(self) -> Iterator[Difference]:
        """What moved, in the order of the recorded facts; what is new comes last."""
        before, after = (
            {getattr(fact, self.by): fact for fact in self.facts(side)}
            for side in (self.recorded, self.page)
        )
        new = {key: fact for key, fact in after.items() if key not in before}
        for key, fact in before.items():
            if key in after:
                yield from self.changed(fact, after[key])
            elif (version := self.version(fact, new.values())) is not None:
                del new[getattr(version, self.by)]
                yield from self.changed(fact, version)
            elif (finding := self.removed(fact)) is not None:
                yield finding if self.is_reached(fact) else self.unreached(fact)
        yield from filter(None, map(self.added, new.values()))
