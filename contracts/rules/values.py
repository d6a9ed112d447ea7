"""Values of a parameter: one plain one, and strategies for those of types that it forbids."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.fields import Schema
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy

    from imagine_harness.contracts.model import Parameter
else:
    st = Lazy("hypothesis.strategies")

LARGE = 2**31
"""How far numbers are drawn where a page states no limit."""

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


def samples(parameters: Mapping[str, Parameter]) -> dict[str, str]:
    """One plain value of each parameter, as the text that stands for it in a path."""
    return {name: str(sample(parameter.schema)) for name, parameter in parameters.items()}


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
