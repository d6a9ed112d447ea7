"""Ratios, tiers, nearest and clamping: arithmetic on sizes, and nothing of any provider."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

Pixels = tuple[int, int]
"""Width and height, in that order."""

_LABEL = re.compile(r"^(\S+) \((\S+)\)$")
_PIXELS = re.compile(r"^([0-9]{1,9})x([0-9]{1,9})$")


@dataclass(frozen=True)
class SizeTable:
    """Listed sizes by tier and ratio, tiers and ratios in the page's order."""

    pixels: Mapping[tuple[str, str], Pixels]

    @cached_property
    def tiers(self) -> tuple[str, ...]:
        """The tiers as the page writes them: `1K`."""
        return tuple(dict.fromkeys(tier for tier, _ in self.pixels))

    @cached_property
    def ratios(self) -> tuple[str, ...]:
        """The ratios as the page writes them: `16:9`."""
        return tuple(dict.fromkeys(ratio for _, ratio in self.pixels))

    def at(self, tier: str, ratio: str) -> Pixels:
        """The size listed for a tier and a ratio, both of this table.

        Where a tier does not list the ratio, its nearest one is taken.
        """
        if (tier, ratio) not in self.pixels:
            ratio = nearest_ratio(ratio_of(ratio), [r for t, r in self.pixels if t == tier])
        return self.pixels[tier, ratio]


def labelled(rows: Iterable[Sequence[int]], labels: Iterable[str]) -> SizeTable:
    """A table from rows and labels of the form `TIER (RATIO)`.

    Raises:
        ValueError: a label has another form.
    """
    pixels: dict[tuple[str, str], Pixels] = {}
    for (width, height), label in zip(rows, labels, strict=True):
        found = _LABEL.match(label)
        if not found:
            raise ValueError(f"label {label!r} is not of the form 'TIER (RATIO)'")
        pixels[found[1], found[2]] = (width, height)
    return SizeTable(pixels)


def scaled(
    table: SizeTable, tier: str, source: str, *, side: int, most: float, multiple: int
) -> SizeTable:
    """`table` with one more tier, made by scaling another.

    Both sides grow by one factor, at most `most`, so that the area stays within `side` squared;
    they are floored to multiples of `multiple`.
    """
    more = dict(table.pixels)
    for (name, ratio), (width, height) in table.pixels.items():
        if name == source:
            factor = min(most, math.sqrt(side * side / (width * height)))
            more[tier, ratio] = (
                math.floor(width * factor / multiple) * multiple,
                math.floor(height * factor / multiple) * multiple,
            )
    return SizeTable(more)


def nominal(ratio: str, side: int) -> Pixels:
    """The size whose area is about `side` squared: the height is rounded first, then the width."""
    shape = ratio_of(ratio)
    height = _half_up(side / math.sqrt(shape))
    return _half_up(height * shape), height


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def ratio_of(ratio: str) -> float:
    """Width over height of `W:H`."""
    width, height = ratio.split(":")
    return float(width) / float(height)


def read_ratio(text: str) -> float | None:
    """Width over height of `W:H`; None for a text that says no shape."""
    try:
        shape = ratio_of(text)
    except (ValueError, ZeroDivisionError):
        return None
    return shape if 0 < shape < math.inf else None


def pixels_of(text: str) -> Pixels | None:
    """The pixels of `WxH`, None for another form."""
    found = _PIXELS.match(text)
    return (int(found[1]), int(found[2])) if found else None


def nearest_ratio(shape: float, ratios: Iterable[str]) -> str:
    """The ratio closest to `shape` on a logarithmic scale; the first of equals."""
    return min(ratios, key=lambda ratio: abs(math.log(ratio_of(ratio) / shape)))


def side_of(tier: str) -> float:
    """The side of a square of a tier, in pixels: `2K` is 2048, `0.25` megapixels are 500."""
    if tier[-1] in "kK":
        return float(tier[:-1]) * 1024
    return math.sqrt(float(tier) * 1_000_000)


def nearest_tier(side: float, tiers: Iterable[str]) -> str:
    """The tier whose side is closest on a logarithmic scale; the first of equals."""
    return min(tiers, key=lambda tier: abs(math.log(side_of(tier) / side)))
