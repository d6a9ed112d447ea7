"""All facts of a page together, and how far the page was read.

What a page does not say is not what a page says no more: `Facts.reached` names the areas that were
read to their end. Where an area was not reached, a missing fact is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from imagine_harness.harness.drift.facts import (
    EndpointFact,
    ExampleFact,
    ModelFact,
    OpenPoint,
    OutputFact,
    ParameterFact,
    PriceFact,
    RuleFact,
    SizeFact,
    StatusFact,
)


class Area(StrEnum):
    """A part of a page that is read to its end or not."""

    MODELS = "models"
    ENDPOINTS = "endpoints"
    INPUT = "input"
    OUTPUT = "output"
    RULES = "rules"
    SIZES = "sizes"
    PRICES = "prices"
    STATUS = "status"


def reached(*areas: tuple[Area, bool]) -> frozenset[tuple[Area, str | None]]:
    """The areas that were read to their end for all operations: those whose word is true."""
    return frozenset((area, None) for area, whole in areas if whole)


@dataclass(frozen=True, slots=True)
class Facts:
    """All that was read on a page, each fact with the headings it stands under: `A > B`.

    Attributes:
        reached: the areas that were read to their end, with the operation or, for all operations
            of the page and for areas of the whole page, None.
        url: the page's own address, where it says it.
    """

    title: str
    models: tuple[ModelFact, ...] = ()
    endpoints: tuple[EndpointFact, ...] = ()
    parameters: tuple[ParameterFact, ...] = ()
    rules: tuple[RuleFact, ...] = ()
    sizes: tuple[SizeFact, ...] = ()
    outputs: tuple[OutputFact, ...] = ()
    prices: tuple[PriceFact, ...] = ()
    status: StatusFact | None = None
    examples: tuple[ExampleFact, ...] = ()
    open_points: tuple[OpenPoint, ...] = ()
    reached: frozenset[tuple[Area, str | None]] = frozenset()
    url: str = ""

    @property
    def operations(self) -> tuple[str, ...]:
        """The operations that the page speaks of, in its order."""
        named: Iterable[EndpointFact | ParameterFact] = (*self.endpoints, *self.parameters)
        return tuple(dict.fromkeys(fact.operation for fact in named))

    def of(self, operation: str) -> Facts:
        """The facts of one operation alone, in their order."""
        sorts = ("endpoints", "parameters", "rules", "sizes", "outputs", "examples")
        own: dict[str, Any] = {
            sort: tuple(fact for fact in getattr(self, sort) if fact.operation == operation)
            for sort in sorts
        }
        return replace(self, **own)

    def reaches(self, area: Area, operation: str | None = None) -> bool:
        """Whether an area was read to its end, so that what is missing there is not on the page."""
        return (area, None) in self.reached or (area, operation) in self.reached
