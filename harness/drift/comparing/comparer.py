"""Facts of one sort on both sides, compared by address: gone, new or other."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import Area, Facts

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class Unreached:
    """A recorded fact that the page does not reach, by its address: `generate.num_images`."""

    address: str


Change = Finding | Unreached


@dataclass(frozen=True)
class Comparer(Generic[Fact]):
    """One sort of facts, of one operation or of the whole model.

    A sort says what its facts are called by, and what is found where one is gone, new or other.
    What is gone from where the page was not read to its end is not reached.

    Attributes:
        recorded, page: all facts of both sides.
        operation: None for facts of the whole model.
    """

    recorded: Facts
    page: Facts
    operation: str | None = None

    area: ClassVar[Area]

    def facts(self, side: Facts) -> Iterable[Fact]:
        """The facts of one side that are compared."""
        raise NotImplementedError

    def key(self, fact: Fact) -> Hashable:
        """What a fact is known by."""
        raise NotImplementedError

    def address(self, fact: Fact) -> str:
        """The address under which it is said that a fact was not reached."""
        raise NotImplementedError

    def removed(self, fact: Fact) -> Finding | None:
        """The finding about a fact that the page has no more, None where another one tells it."""
        raise NotImplementedError

    def added(self, fact: Fact) -> Finding | None:
        """The finding about a fact that only the page has, None where it is implied by others."""
        raise NotImplementedError

    def changed(self, before: Fact, after: Fact) -> Iterator[Change]:
        """What moved in a fact that both sides have."""
        yield from ()

    def version(self, fact: Fact, new: Iterable[Fact]) -> Fact | None:
        """The new fact that stands in the place of one that is gone, None where none does."""
        return None

    def is_reached(self, fact: Fact) -> bool:
        """Whether the page was read where a fact that it does not have would stand."""
        return self.page.reaches(self.area, self.operation)

    def changes(self) -> Iterator[Change]:
        """What moved, in the order of the recorded facts; what is new comes last."""
        before, after = (
            {self.key(fact): fact for fact in self.facts(side)}
            for side in (self.recorded, self.page)
        )
        new = {key: fact for key, fact in after.items() if key not in before}
        for key, fact in before.items():
            if key in after:
                yield from self.changed(fact, after[key])
            elif (version := self.version(fact, new.values())) is not None:
                del new[self.key(version)]
                yield from self.changed(fact, version)
            elif (finding := self.removed(fact)) is not None:
                yield finding if self.is_reached(fact) else Unreached(self.address(fact))
        yield from filter(None, map(self.added, new.values()))


def finding(kind: str, before: Any, after: Any, **more: Any) -> Finding:
    """A finding of a kind about a fact on both sides, which says the operation and the section."""
    either = after or before
    operation = getattr(before or after, "operation", None)
    return Finding(
        kind,
        **{"operation": operation, "section": either.section, **more},
        before=before,
        after=after,
    )
