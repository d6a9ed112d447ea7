"""Constraints on one value, by JSON Schema keyword: how each is said, broken and mended."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.engine import anchored
from imagine_harness.contracts.fields import ABSENT, Schema, brief_text, type_name
from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.rules import values, ways
from imagine_harness.contracts.rules.lazy import Lazy

if TYPE_CHECKING:
    from hypothesis import strategies as st
    from hypothesis.strategies import SearchStrategy
else:
    st = Lazy("hypothesis.strategies")

LONGEST_WORD = 100
"""Letters of a value that may be one of a list, misspelt."""


@dataclass(frozen=True, slots=True)
class Keyword:
    """One JSON Schema keyword.

    Attributes:
        says: the keyword's value -> "at most 4", to follow "must be".
        breaking: the parameter's schema -> values that break this keyword and no other of it.
        mend: (the parameter's schema, an offending value) -> the nearest right one, or `ABSENT`.
        schema: the keyword's value -> the JSON Schema that asserts it.
    """

    says: Callable[[Any], str]
    breaking: Callable[[Schema], SearchStrategy[Any]]
    mend: Callable[[Schema, Any], Any] = lambda _schema, _value: ABSENT
    schema: Callable[[Any], Schema] | None = None

    def as_schema(self, name: str, value: Any) -> Schema:
        """The JSON Schema that asserts this keyword with this value."""
        return self.schema(value) if self.schema else {name: value}


FAR = 3
"""How many times as long as every listed text one is that is close to none of them."""


def _enumerate(listed: list[Any]) -> str:
    if len(listed) == 1:
        return brief_text(listed[0])
    return "one of " + ", ".join(brief_text(value) for value in listed)


def _typed(stated: str | list[str]) -> str:
    names = [stated] if isinstance(stated, str) else stated
    return " or ".join(_with_article(name) for name in names)


def _with_article(name: str) -> str:
    if name == "null":
        return name
    return f"an {name}" if name[0] in "aio" else f"a {name}"


def _unlisted(schema: Schema) -> SearchStrategy[Any]:
    listed: list[Any] = schema["enum"]
    words = [value for value in listed if isinstance(value, str)]
    near = [w.swapcase() for w in words] + [w + " " for w in words] + ["unlisted", ""]
    wrong = [value for value in dict.fromkeys(near) if value not in words]
    return st.one_of(st.sampled_from(wrong), st.sampled_from([None, 7, ["unlisted"], {}]))


def _retyped(schema: Schema, value: Any) -> Any:
    """The same value in an allowed type, where that loses nothing."""
    allowed = values.types(schema)
    if isinstance(value, str) and {"integer", "number"} & set(allowed):
        if re.fullmatch(r"-?[0-9]{1,15}", value):
            return int(value)
        fraction = "number" in allowed and re.fullmatch(r"-?[0-9]{1,15}\.[0-9]{1,15}", value)
        return float(value) if fraction else ABSENT
    if isinstance(value, float) and value.is_integer() and "integer" in allowed:
        return int(value)
    if isinstance(value, str) and "boolean" in allowed:
        return {"true": True, "false": False}.get(value.lower(), ABSENT)
    if isinstance(value, str) and "array" in allowed:
        return [value]
    if isinstance(value, int | float) and "string" in allowed and not isinstance(value, bool):
        return str(value)
    return ABSENT


def _closest(schema: Schema, value: Any) -> Any:
    if not isinstance(value, str | int | float) or len(str(value)) > LONGEST_WORD:
        return ABSENT
    by_text = {str(listed).lower(): listed for listed in schema["enum"]}
    given = str(value).strip().lower()
    if len(given) > FAR * max(map(len, by_text)):
        return ABSENT
    near = difflib.get_close_matches(given, by_text, n=1)
    return by_text[near[0]] if near else ABSENT


def _below(schema: Schema) -> SearchStrategy[Any]:
    low = schema["minimum"]
    if "number" in values.types(schema):
        return st.floats(low - values.LARGE, low, exclude_max=True)
    return st.one_of(st.just(low - 1), st.integers(low - values.LARGE, low - 1))


def _above(schema: Schema) -> SearchStrategy[Any]:
    high = schema["maximum"]
    if "number" in values.types(schema):
        return st.floats(high, high + values.LARGE, exclude_min=True)
    return st.one_of(st.just(high + 1), st.integers(high + 1, high + values.LARGE))


def _too_short(schema: Schema) -> SearchStrategy[Any]:
    return st.text(max_size=schema["minLength"] - 1)


def _too_long(schema: Schema) -> SearchStrategy[Any]:
    return st.integers(1, 5).map(lambda more: "x" * (schema["maxLength"] + more))


def _items(schema: Schema, low: int, high: int) -> SearchStrategy[Any]:
    return st.lists(
        ways.allowed(schema.get("items", {"type": "string"})), min_size=low, max_size=high
    )


def _bad_item(schema: Schema) -> SearchStrategy[Any]:
    items = schema["items"]
    broken = [
        KEYWORDS[name].breaking(items)
        for name in items
        if name in KEYWORDS and (name != "minLength" or items[name] > 0)
    ]
    spare = schema.get("maxItems", 4) - 1
    good = st.lists(ways.allowed(items), max_size=min(3, spare))
    return st.tuples(good, st.one_of(broken)).map(lambda drawn: [*drawn[0], drawn[1]])


def _missing_key(schema: Schema) -> SearchStrategy[Any]:
    whole = values.sample({**schema, "type": "object"})
    return st.sampled_from(schema["required"]).map(
        lambda missing: {key: value for key, value in whole.items() if key != missing}
    )


def _bad_key(schema: Schema) -> SearchStrategy[Any]:
    whole = values.sample({**schema, "type": "object"})

    def with_bad(key: str, name: str) -> SearchStrategy[Any]:
        bad = KEYWORDS[name].breaking(schema["properties"][key])
        return bad.map(lambda value: {**whole, key: value})

    return st.one_of(
        [
            with_bad(key, name)
            for key, below in schema["properties"].items()
            for name in below
            if name in KEYWORDS
        ]
    )


def _formatted(name: str) -> Schema:
    return {"format": name, "pattern": anchored(FORMATS[name].pattern)}


def _as_items(schema: Schema) -> Schema:
    return {"items": expanded(schema)}


def _as_properties(known: dict[str, Schema]) -> Schema:
    return {"properties": {key: expanded(below) for key, below in known.items()}}


def expanded(schema: Schema) -> Schema:
    """A parameter line as plain JSON Schema: our named formats become patterns, at any depth."""
    plain: Schema = {}
    for name, value in schema.items():
        plain |= KEYWORDS[name].as_schema(name, value)
    return plain


def plural(count: int, noun: str) -> str:
    """A count with its noun: `1 item`, `2 items`."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


KEYWORDS: Mapping[str, Keyword] = MappingProxyType(
    {
        "type": Keyword(_typed, values.of_other_types, _retyped),
        "enum": Keyword(_enumerate, _unlisted, _closest),
        "minimum": Keyword(lambda n: f"at least {n}", _below, lambda s, _: s["minimum"]),
        "maximum": Keyword(lambda n: f"at most {n}", _above, lambda s, _: s["maximum"]),
        "minLength": Keyword(lambda n: f"at least {plural(n, 'character')}", _too_short),
        "maxLength": Keyword(
            lambda n: f"at most {plural(n, 'character')}",
            _too_long,
            lambda s, v: v[: s["maxLength"]],
        ),
        "format": Keyword(
            lambda name: FORMATS[name].wanted,
            lambda s: st.sampled_from(FORMATS[s["format"]].wrong),
            schema=_formatted,
        ),
        "minItems": Keyword(
            lambda n: f"at least {plural(n, 'item')}", lambda s: _items(s, 0, s["minItems"] - 1)
        ),
        "maxItems": Keyword(
            lambda n: f"at most {plural(n, 'item')}",
            lambda s: _items(s, s["maxItems"] + 1, s["maxItems"] + 3),
            lambda s, v: v[: s["maxItems"]],
        ),
        "items": Keyword(lambda s: "an array of " + items_said(s), _bad_item, schema=_as_items),
        "required": Keyword(lambda keys: "an object with " + ", ".join(keys), _missing_key),
        "properties": Keyword(
            lambda known: (
                "an object with "
                + ", ".join(f"{key} as {items_said(below)}" for key, below in known.items())
            ),
            _bad_key,
            schema=_as_properties,
        ),
    }
)
"""Every keyword that a parameter line may use. The only list."""


def items_said(schema: Schema) -> str:
    """A schema as a noun phrase: `a string`, `an object with url`."""
    parts = [
        keyword.says(schema[name])
        for name, keyword in KEYWORDS.items()
        if name in schema and not (name == "type" and ("required" in schema or "format" in schema))
    ]
    return ", ".join(parts) or "anything"


EACH = Keyword(lambda schema: "an array, each item " + items_said(schema), _bad_item)
"""How a single bad item of an array is said, where `items` is broken."""


def named_type(value: object) -> str:
    """JSON's name for the type of a decoded value."""
    return type_name[type(value)]
