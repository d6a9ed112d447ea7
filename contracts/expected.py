"""From an accepted request to what its answer must be: how many images, which size and format."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from imagine_harness.contracts import sizes
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.outcome import Outcome, SizeSource


@dataclass(frozen=True, slots=True)
class ExpectedAnswer:
    """What the answer to one accepted request must deliver.

    Attributes:
        count: images in the answer.
        width, height: pixels of every image.
        format: jpeg, png, webp, gif or avif.
        carrier: url, base64 or data-uri.
        quality: 1 to 100 for lossy formats, None where the request does not say.
        lifetime: seconds for which a URL is served, None where the request does not say.
        cost: US dollars for each image; None where no price is recorded.
        open: `format` and `size`, where what is said of it here is likely rather than promised.
    """

    count: int
    width: int
    height: int
    format: str
    carrier: str
    quality: int | None = None
    lifetime: int | None = None
    cost: float | None = None
    open: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Shape:
    """What a request asks for where only ratios and tiers are listed.

    Attributes:
        ratio: a listed one, or None where it is left to the model.
        tier: a listed one.
    """

    ratio: str | None
    tier: str


def shape(operation: Operation, root: object, readings: Mapping[str, str]) -> Shape:
    """The listed shape that `root`, an accepted body, amounts to, before any image is made.

    Raises:
        ValueError: the operation makes no images.
    """
    if operation.outcome is None:
        raise ValueError(f"{operation.name} makes no images")
    size = operation.outcome.size
    ratio, tier = _requested_shape(operation, size, root, readings)
    chosen = ratio or size.default_ratio or ""
    known = chosen in size.table.ratios or sizes.read_ratio(chosen) is not None
    return Shape(
        _listed_ratio(size, chosen, None) if known else None,
        _listed_tier(size, tier),
    )


def expected_answer(
    operation: Operation,
    root: object,
    readings: Mapping[str, str],
    inputs: Sequence[sizes.Pixels | None] = (),
) -> ExpectedAnswer:
    """What the answer to `root`, an accepted body or array element, must deliver.

    `inputs` are the pixels of each input image, None for one that was not looked at.

    Raises:
        ValueError: the operation makes no images.
    """
    outcome = operation.outcome
    if outcome is None:
        raise ValueError(f"{operation.name} makes no images")
    asked = _requested_shape(operation, outcome.size, root, readings)
    width, height = _pixels(operation, outcome.size, root, asked, inputs)
    return ExpectedAnswer(
        count=_count(operation, outcome, root),
        width=width,
        height=height,
        format=_format(operation, outcome, root),
        carrier=_carrier(operation, outcome, root),
        quality=_whole(operation, outcome.quality, root),
        lifetime=_whole(operation, outcome.lifetime, root),
        cost=_cost(outcome, len(inputs)),
        open=_open(operation, outcome, root),
    )


def _open(operation: Operation, outcome: Outcome, root: object) -> frozenset[str]:
    size = outcome.size
    deciding: dict[str, tuple[str | None, ...]] = {
        "count": (),
        "format": (outcome.format,),
        "size": (size.width, size.height, size.size, size.ratio, size.tier),
    }
    return frozenset(
        name
        for name in outcome.open
        if all(operation.effective(root, key) is ABSENT for key in deciding[name] if key)
    )


def _count(operation: Operation, outcome: Outcome, root: object) -> int:
    for name in outcome.count:
        value = operation.parameters[name].value(root)
        if isinstance(value, int | float):
            return int(value)
    for name in outcome.count:
        default = operation.parameters[name].default
        if isinstance(default, int):
            return default
    return 1


def _format(operation: Operation, outcome: Outcome, root: object) -> str:
    if outcome.format is None:
        return outcome.default_format
    value = operation.effective(root, outcome.format)
    return outcome.formats.get(str(value), outcome.default_format)


def _carrier(operation: Operation, outcome: Outcome, root: object) -> str:
    carrier = outcome.carrier
    if carrier.parameter is None:
        return carrier.otherwise
    value = operation.effective(root, carrier.parameter)
    return carrier.by_value.get(value, carrier.otherwise)


def _whole(operation: Operation, name: str | None, root: object) -> int | None:
    value = operation.effective(root, name) if name else ABSENT
    return int(value) if isinstance(value, int | float) else None


def _cost(outcome: Outcome, inputs: int) -> float | None:
    if outcome.price is None:
        return None
    return round(outcome.price.image + outcome.price.input * inputs, 6)


def _pixels(
    operation: Operation,
    size: SizeSource,
    root: object,
    asked: tuple[str, str],
    inputs: Sequence[sizes.Pixels | None],
) -> sizes.Pixels:
    exact = (_whole(operation, size.width, root), _whole(operation, size.height, root))
    if exact[0] is not None and exact[1] is not None:
        return exact[0], exact[1]
    ratio, tier = asked
    return size.table.at(
        _listed_tier(size, tier), _listed_ratio(size, ratio, inputs[0] if inputs else None)
    )


def _requested_shape(
    operation: Operation, size: SizeSource, root: object, readings: Mapping[str, str]
) -> tuple[str, str]:
    """The shape (a ratio, or "auto" or "") and the tier that a body asks for."""
    ratio = _text(operation, size.ratio, root)
    tier = _text(operation, size.tier, root)
    wanted = _text(operation, size.size, root)
    if not wanted:
        return ratio, tier
    pixels = sizes.pixels_of(wanted)
    if pixels is None:
        counts = size.tier_statement is None or size.tier_statement.enforced(readings)
        return wanted, tier if counts else ""
    side = math.sqrt(pixels[0] * pixels[1])
    return f"{pixels[0]}:{pixels[1]}", sizes.nearest_tier(side, size.table.tiers)


def _text(operation: Operation, name: str | None, root: object) -> str:
    value = operation.effective(root, name) if name else ABSENT
    return value if isinstance(value, str) else ""


def _listed_tier(size: SizeSource, tier: str) -> str:
    if not tier or tier == "auto":
        return size.default_tier or size.table.tiers[0]
    if tier in size.table.tiers:
        return tier
    return sizes.nearest_tier(sizes.side_of(tier), size.table.tiers)


def _listed_ratio(size: SizeSource, ratio: str, first: sizes.Pixels | None) -> str:
    if ratio in size.table.ratios:
        return ratio
    shape = sizes.read_ratio(ratio)
    if shape is not None:
        return sizes.nearest_ratio(shape, size.table.ratios)
    if not ratio and size.default_ratio:
        return size.default_ratio
    if first:
        return sizes.nearest_ratio(first[0] / first[1], size.table.ratios)
    return size.default_ratio or sizes.nearest_ratio(1.0, size.table.ratios)
