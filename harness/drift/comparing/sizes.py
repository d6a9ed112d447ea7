"""What moved in the tables of sizes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from imagine_harness.harness.drift.comparing.comparer import Comparer, Difference
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import SizeFact
from imagine_harness.harness.drift.page_facts import Area, Facts


@dataclass(frozen=True)
class SizeComparer(Comparer[SizeFact]):
    """The sizes that one table lists; one may be of other pixels, or have another label.

    Attributes:
        fields: the parameters that the table is about.
    """

    fields: tuple[str, ...] = ()

    area, sort, by = Area.SIZES, "sizes", "text"
    kind, stated, address = "listed-size", "text", "size {0.text}"

    def facts(self, side: Facts) -> Iterable[SizeFact]:
        own = (self.operation, self.fields)
        return [size for size in side.sizes if (size.operation, size.fields) == own]

    def version(self, fact: SizeFact, new: Iterable[SizeFact]) -> SizeFact | None:
        others = [*new]
        alike = [each for each in others if fact.label and each.label == fact.label]
        alike += [each for each in others if each.pixels == fact.pixels]
        return next(iter(alike), None)

    def is_reached(self, fact: SizeFact) -> bool:
        """Whether the tables were read to their end, and the size is in no row that was not."""
        unread = " ".join(point.text for point in self.page.open_points)
        return self.page.reaches(Area.SIZES) and fact.pixels not in unread

    def changed(self, before: SizeFact, after: SizeFact) -> Iterator[Difference]:
        if before.pixels != after.pixels:
            yield self.finding("listed-size-changed", before, after)
        elif before.label != after.label:
            yield self.finding("listed-size-relabelled", before, after)

    def finding(
        self, kind: str, before: SizeFact | None, after: SizeFact | None, **more: Any
    ) -> Finding:
        return super().finding(kind, before, after, parameters=self.fields, **more)
