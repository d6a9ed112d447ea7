"""The ways in which values that a parameter's schema allows are drawn, and how often each.

A way is one value, or draws one with the `draw` of a Hypothesis composite. A parameter is a list of
ways, each as often as the others, from which one is drawn: one choice for most values, for others a
second one. Hypothesis takes time for every choice, and more for every strategy around it; and it
tries to swap what was drawn from strategies that look alike, for which ways are too different.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import cycle, islice
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeAlias

from imagine_harness.contracts.fields import ABSENT, Schema
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.rules.lazy import Lazy
from imagine_harness.contracts.rules.values import LARGE, types

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import DrawFn, SearchStrategy

    Way: TypeAlias = Callable[[DrawFn], Any]
else:
    st = Lazy("hypothesis.strategies")

NEAR = 3
"""How often a value at a limit or next to it is drawn for each one from anywhere."""

FEW = 100
"""Up to how many values between two limits are ways of their own."""

LONG = 40
"""How many more characters are drawn than must be, where a page states no limit."""

MORE = 4
"""How many more items are drawn than must be, where a page states no limit."""

DIFFERENT = 2
"""How many items of an array are drawn by themselves; a longer one repeats them."""

MADE = "uuid4"
"""The format whose values are made, not taken from its examples: they are to be told apart."""


@dataclass(frozen=True, slots=True, eq=False)
class Always:
    """The way of one value, a scalar that bodies may share."""

    value: Any

    def __call__(self, _draw: DrawFn) -> Any:
        return self.value


def allowed(schema: Schema) -> SearchStrategy[Any]:
    """Values that a parameter's schema allows, its limits more often than not."""
    known = ways(schema)
    few = options(known)
    return strategy(one_of(known)) if few is None else st.sampled_from(few)


def ways(schema: Schema) -> list[Way]:
    """Those of the values that a schema allows."""
    if "enum" in schema:
        return [Always(value) for value in schema["enum"]]
    return [way for name in types(schema) or tuple(_WAYS) for way in _WAYS[name](schema)]


def optional(known: Sequence[Way]) -> list[Way]:
    """The same ways, and as often `ABSENT`."""
    return [*(Always(ABSENT) for _ in known), *known]


def one_of(known: Sequence[Way]) -> Way:
    """The way that draws one of several."""
    if len(known) == 1:
        return known[0]
    chosen = st.sampled_from(known)
    return lambda draw: draw(chosen)(draw)


def of(drawn: SearchStrategy[Any]) -> Way:
    """The way that draws from a strategy."""
    return lambda draw: draw(drawn)


def options(known: Iterable[Way]) -> list[Any] | None:
    """The values of ways that are one value each; None where some way draws."""
    values = []
    for way in known:
        if not isinstance(way, Always):
            return None
        values.append(way.value)
    return values


def strategy(way: Way) -> SearchStrategy[Any]:
    """The strategy that draws in a way."""
    return _composite()(way)


@cache
def _composite() -> Callable[[Way], SearchStrategy[Any]]:
    """What makes strategies of ways; Hypothesis takes a signature apart once, not for every way."""

    @st.composite
    def drawn(draw: DrawFn, way: Way) -> Any:
        return way(draw)

    return drawn


def objects(known: Mapping[str, Schema], required: Collection[str]) -> Way:
    """Objects of known keys, of which those that are not required come and go."""
    parts = [
        (key, one_of(ways(below) if key in required else optional(ways(below))))
        for key, below in known.items()
    ]

    def made(draw: DrawFn) -> dict[str, Any]:
        drawn = ((key, part(draw)) for key, part in parts)
        return {key: value for key, value in drawn if value is not ABSENT}

    return made


def near_limits(low: int | None, high: int | None) -> list[int]:
    """The limits that are stated, and the whole numbers next to them and between them."""
    from_low = [low, low + 1] if low is not None else []
    from_high = [high, high - 1] if high is not None else []
    return [
        value
        for value in dict.fromkeys([*from_low, *from_high])
        if (low is None or low <= value) and (high is None or value <= high)
    ]


def _weighted(near: Sequence[Any], others: Sequence[Any]) -> list[Any]:
    """All of them, those near a limit `NEAR` times as often as the others together."""
    times = -(-NEAR * len(others) // len(near)) if near else 0
    return [*list(near) * max(1, times), *others]


def _integers(schema: Schema) -> list[Way]:
    low, high = schema.get("minimum"), schema.get("maximum")
    near = near_limits(low, high)
    if low is not None and high is not None and high - low < FEW:
        others = [value for value in range(low, high + 1) if value not in near]
        return [Always(value) for value in _weighted(near, others)]
    least = low if low is not None else (high if high is not None else 0) - LARGE
    most = high if high is not None else max(least, 0) + LARGE
    return _weighted([Always(value) for value in near], [of(st.integers(least, most))])


def _numbers(schema: Schema) -> list[Way]:
    low, high = schema.get("minimum", -LARGE), schema.get("maximum", LARGE)
    near = [Always(float(schema[key])) for key in ("minimum", "maximum") if key in schema]
    return _weighted(near, [of(st.floats(low, high, allow_nan=False))])


def _strings(schema: Schema) -> list[Way]:
    if schema.get("format") == MADE:
        return [of(st.uuids(version=4).map(str))]
    if "format" in schema:
        return [Always(value) for value in FORMATS[schema["format"]].right]
    low, high = schema.get("minLength", 0), schema.get("maxLength")
    most = low + LONG if high is None else min(high, low + LONG)
    near = [Always("x" * size) for size in near_limits(schema.get("minLength"), high)]
    return _weighted(near, [of(st.text(min_size=low, max_size=most))])


def _arrays(schema: Schema) -> list[Way]:
    low, high = schema.get("minItems", 0), schema.get("maxItems")
    near = near_limits(schema.get("minItems"), high)
    others = range(low, (low + MORE if high is None else high) + 1)
    sizes = _weighted(near, [size for size in others if size not in near])
    return [way for size in sizes for way in _of_size(schema.get("items", {}), size)]


def _of_size(items: Schema, size: int) -> Iterator[Way]:
    """Arrays of one size. Of few values, one after the other; of many, some that repeat."""
    few = options(ways(items)) if items else None
    if few is not None:
        for start in range(len(few)):
            yield _array([Always(value) for value in (*few[start:], *few[:start])], size)
        return
    item = items or {"type": "string"}
    yield _array([one_of(ways(item)) for _ in range(min(size, DIFFERENT))], size)


def _array(parts: Sequence[Way], size: int) -> Way:
    def made(draw: DrawFn) -> list[Any]:
        drawn = [part(draw) for part in parts]
        return [_fresh(value) for value in islice(cycle(drawn), size)]

    return made


def _fresh(value: Any) -> Any:
    """A copy of what could be changed in one place and would change in another."""
    if isinstance(value, dict):
        return {key: _fresh(below) for key, below in value.items()}
    return value


def _objects(schema: Schema) -> list[Way]:
    must: dict[str, Schema] = {key: {"type": "string"} for key in schema.get("required", ())}
    return [objects({**must, **schema.get("properties", {})}, must)]


_WAYS: Mapping[str, Callable[[Schema], list[Way]]] = MappingProxyType(
    {
        "integer": _integers,
        "number": _numbers,
        "string": _strings,
        "array": _arrays,
        "object": _objects,
        "boolean": lambda _: [Always(False), Always(True)],
        "null": lambda _: [Always(None)],
    }
)
