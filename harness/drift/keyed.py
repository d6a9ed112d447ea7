"""JSON values and what moved between two sides of them: gone, new or other, by address."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from imagine_harness.contracts.fields import ABSENT, Schema, type_name
from imagine_harness.contracts.rules import values


def keyed(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """Every address with what stands there on both sides, ABSENT where nothing does.

    What the first side has comes first, in its order.
    """
    for key in (*before, *(key for key in after if key not in before)):
        yield key, before.get(key, ABSENT), after.get(key, ABSENT)


def json_key(value: object) -> str:
    """A value as text that is equal for values that JSON calls equal; order of keys aside."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=list)


def by_value(values_: Iterable[Any]) -> dict[str, Any]:
    """Values by what makes them equal to others, each once."""
    return {json_key(value): value for value in values_}


def without(values_: Iterable[Any], others: Iterable[Any]) -> list[Any]:
    """The values that are not among others, in their order."""
    there = by_value(others)
    return [value for value in values_ if json_key(value) not in there]


def types(schema: Schema) -> frozenset[str]:
    """The JSON types of a schema's values; of an enum, those of the listed values."""
    if "enum" in schema:
        return frozenset(type_name[type(value)] for value in schema["enum"])
    return frozenset(values.types(schema))


def describe_types(schema: Schema) -> object:
    """The types of a schema as a finding has them: a name, or several in alphabetical order."""
    named = sorted(types(schema))
    return named[0] if len(named) == 1 else named


def covers(wide: frozenset[str], narrow: frozenset[str]) -> bool:
    """Whether every value of the narrow types is one of the wide ones."""
    return narrow <= wide | ({"integer"} if "number" in wide else set())
