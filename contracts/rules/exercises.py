"""How one body can try a rule: it obeys it at a limit or elsewhere, or it breaks it alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import same


class Exercise(StrEnum):
    """One way in which a body can try a rule.

    `lower` and `upper` are obeyed at the limit: the number or length itself, the first or the last
    of what is listed. `broken` is broken alone: the body breaks this rule and no other.
    """

    OBEYED = "obeyed"
    LOWER = "lower"
    UPPER = "upper"
    BROKEN = "broken"


Exercises = tuple[Exercise, ...]

NEITHER: Exercises = ()
OBEYED: Exercises = (Exercise.OBEYED,)
LOWEST: Exercises = (Exercise.OBEYED, Exercise.LOWER)
HIGHEST: Exercises = (Exercise.OBEYED, Exercise.UPPER)
BROKEN: Exercises = (Exercise.BROKEN,)

SIZES: Mapping[str, tuple[tuple[type, ...], Callable[[Any], Any], Exercises]] = MappingProxyType(
    {
        "minimum": ((int, float), lambda value: value, LOWEST),
        "maximum": ((int, float), lambda value: value, HIGHEST),
        "minLength": ((str,), len, LOWEST),
        "maxLength": ((str,), len, HIGHEST),
        "minItems": ((list,), len, LOWEST),
        "maxItems": ((list,), len, HIGHEST),
    }
)
"""Keywords that limit: what they speak of, what they measure of it, what standing there is."""

SPOKEN: Mapping[str, tuple[type, ...]] = MappingProxyType(
    {"format": (str,), "items": (list,), "required": (dict,), "properties": (dict,)}
)
"""Keywords that speak of values of some types only, and not of empty ones."""


def among(value: object, listed: Sequence[object]) -> Exercises:
    """Where a value stands in a list; a list of one has no ends."""
    if len(listed) == 1:
        return OBEYED
    first = (Exercise.LOWER,) if same(value, listed[0]) else ()
    last = (Exercise.UPPER,) if same(value, listed[-1]) else ()
    return (Exercise.OBEYED, *first, *last)
