"""Drawing values: strategies for what a parameter's schema allows and for what it forbids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from contracts.fields import Schema
from contracts.formats import FORMATS
from contracts.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
else:
    st = Lazy("hypothesis.strategies")

LARGE = 2**31
"""How far numbers are drawn where a page states no limit."""

LONG = 40
"""How many characters or items are drawn where a page states no limit."""

SAMPLES: Mapping[str, object] = MappingProxyType(
    {
        "string": "a lighthouse at dusk",
        "integer": 1,
        "number": 1.0,
        "boolean": True,
        "object": {},
        "array": [],
        "null": None,
    }
)
"""One plain value of each JSON type."""


def types(schema: Schema) -> tuple[str, ...]:
    """The JSON types that a schema allows, in its order; those of the listed values for an enum."""
    stated = schema.get("type", ())
    return (stated,) if isinstance(stated, str) else tuple(stated)


def allowed(schema: Schema) -> SearchStrategy[Any]:
    """Values that a parameter's schema allows, its limits more often than not."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return st.one_of([_ALLOWED[name](schema) for name in types(schema) or tuple(_ALLOWED)])


def sample(schema: Schema) -> Any:
    """One plain value that the schema allows; the same at every call."""
    if "enum" in schema:
        return schema["enum"][0]
    if "format" in schema:
        return FORMATS[schema["format"]].right[0]
    name = types(schema)[0] if types(schema) else "string"
    if name in ("integer", "number"):
        return max(schema.get("minimum", 1), min(1, schema.get("maximum", 1)))
    if name == "string":
        return "a lighthouse at dusk"[: schema.get("maxLength")].ljust(
            schema.get("minLength", 0), "."
        )
    if name == "array":
        return [sample(schema.get("items", {}))] * max(1, schema.get("minItems", 1))
    if name == "object":
        known = schema.get("properties", {})
        return {key: sample(known.get(key, {})) for key in schema.get("required", ())}
    return SAMPLES[name]


def of_other_types(schema: Schema) -> SearchStrategy[Any]:
    """Values of every JSON type that the schema does not allow."""
    others = set(SAMPLES) - set(types(schema))
    if "number" in types(schema):
        others.discard("integer")
    strategies = [_ANY[name]() for name in sorted(others - {"number"})]
    if "number" in others:
        strategies.append(st.just(schema.get("minimum", 0) + 0.5))
    return st.one_of(strategies)


def integers(low: int, high: int) -> SearchStrategy[int]:
    """Whole numbers from `low` to `high`, both included and drawn often."""
    return st.one_of(st.sampled_from(sorted({low, high})), st.integers(low, high))


def _integers(schema: Schema) -> SearchStrategy[Any]:
    low, high = schema.get("minimum"), schema.get("maximum")
    low = low if low is not None else (high if high is not None else 0) - LARGE
    return integers(low, high if high is not None else max(low, 0) + LARGE)


def _numbers(schema: Schema) -> SearchStrategy[Any]:
    low, high = schema.get("minimum", -LARGE), schema.get("maximum", LARGE)
    return st.floats(low, high, allow_nan=False)


def _strings(schema: Schema) -> SearchStrategy[Any]:
    if "format" in schema:
        return _formatted(schema["format"])
    low = schema.get("minLength", 0)
    high = schema.get("maxLength", low + LONG)
    texts = st.text(min_size=low, max_size=min(high, low + LONG))
    if high > low + LONG and "maxLength" not in schema:
        return texts
    return st.one_of(texts, st.sampled_from([low, high]).map(lambda size: "x" * size))


def _formatted(name: str) -> SearchStrategy[str]:
    if name == "uuid4":
        return st.uuids(version=4).map(str)
    return st.sampled_from(FORMATS[name].right)


def _arrays(schema: Schema) -> SearchStrategy[Any]:
    low = schema.get("minItems", 0)
    return st.lists(
        allowed(schema.get("items", {"type": "string"})),
        min_size=low,
        max_size=schema.get("maxItems", low + 4),
    )


def _objects(schema: Schema) -> SearchStrategy[Any]:
    known = {key: allowed(below) for key, below in schema.get("properties", {}).items()}
    must = {key: known.pop(key, st.text()) for key in schema.get("required", ())}
    return st.fixed_dictionaries(must, optional=known)


_ALLOWED: Mapping[str, Callable[[Schema], SearchStrategy[Any]]] = MappingProxyType(
    {
        "integer": _integers,
        "number": _numbers,
        "string": _strings,
        "array": _arrays,
        "object": _objects,
        "boolean": lambda _: st.booleans(),
        "null": lambda _: st.none(),
    }
)

_ANY: Mapping[str, Callable[[], SearchStrategy[Any]]] = MappingProxyType(
    {
        "string": lambda: st.sampled_from(["", "1", "true", "text"]),
        "integer": lambda: st.integers(-9, 9),
        "boolean": lambda: st.booleans(),
        "object": lambda: st.sampled_from([{}, {"key": 1}]),
        "array": lambda: st.sampled_from([[], ["text"], [1]]),
        "null": lambda: st.none(),
    }
)
