"""What decides an answer: the nouns of an operation's outcome, as its contract records them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.model import Statement
from imagine_harness.contracts.sizes import SizeTable


@dataclass(frozen=True, slots=True)
class Carrier:
    """How an image travels in the answer: by which parameter, and which carrier each value means.

    Carriers are `url`, `base64` and `data-uri`.
    """

    parameter: str | None
    by_value: Mapping[Any, str]
    otherwise: str


@dataclass(frozen=True, slots=True)
class SizeSource:
    """Which parameters decide the pixels, each None where the operation has none.

    Attributes:
        width, height: exact pixels.
        size: `WxH`, `W:H` or `auto` in one string.
        ratio, tier: a shape and a scale from `table`.
        table: the listed sizes.
        default_ratio: the shape where none is asked for; None for that of the first input image.
        default_tier: the scale where none is asked for; None for the first one of the table.
        tier_statement: under whose reading `tier` still counts when `size` is of the form
            `W:H`; None where it always does.
        statement: where it is stated which pixels come of it.
    """

    table: SizeTable
    statement: Statement
    width: str | None = None
    height: str | None = None
    size: str | None = None
    ratio: str | None = None
    tier: str | None = None
    default_ratio: str | None = None
    default_tier: str | None = None
    tier_statement: Statement | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """What a call costs, in US dollars: for each image made and each image given.

    Attributes:
        units: how many of the provider's own units one dollar is, where it counts in others.
        at: where an answer tells it, as in `data[].cost`, there for each image, or
            `usage.cost`, there for all of them; None where none does.
    """

    image: float
    input: float
    statement: Statement
    units: int = 1
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the pages promise about the answer to an accepted request, and what decides it.

    Attributes:
        prompt: the parameter that says what to picture.
        count: the parameters that say how many images, the first given one wins.
        format: the parameter that names the image format, or None for `default_format`.
        formats: that parameter's values -> jpeg, png, webp, gif or avif.
        quality: the parameter that says how hard to compress.
        lifetime: the parameter that says for how many seconds a URL is served.
        inputs: the parameters that hold input images.
        statement: where all this is stated.
        open: `format` and `size`, where a request that asks for none is promised none, and `count`
            where not even one that asks for it is.
    """

    prompt: str
    count: tuple[str, ...]
    format: str | None
    formats: Mapping[str, str]
    default_format: str
    carrier: Carrier
    size: SizeSource
    statement: Statement
    inputs: tuple[str, ...] = ()
    input_formats: tuple[str, ...] = ()
    quality: str | None = None
    lifetime: str | None = None
    price: Price | None = None
    open: frozenset[str] = frozenset()
