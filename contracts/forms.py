"""Forms as the JSON objects that they stand for: each field in the type that is documented."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.untrusted.decoding import (
    MOST_VALUES,
    TooMuch,
    Undecodable,
    decoded,
    whole,
)


class FormError(Exception):
    """A form cannot be decoded; the message says why in a few words."""


def as_object(parts: Iterable[tuple[str, Any]], operation: Operation) -> dict[str, Any]:
    """The JSON object that names and values of a form stand for; a file is its data URI.

    A field is repeated, or named `field[]`, for an array; text becomes the type that the
    parameter documents where it can. A repeated field is that parameter which the page has for
    several, where it has one.

    Raises:
        FormError: a field holds an object of too many values.
    """
    fields: dict[str, list[Any]] = {}
    listed: set[str] = set()
    for name, value in parts:
        plain = name.removesuffix("[]")
        if plain != name:
            listed.add(plain)
        fields.setdefault(plain, []).append(value)
    for name in [name for name, given in fields.items() if len(given) > 1]:
        parameter = operation.parameters.get(name)
        if parameter is not None and parameter.several is not None:
            fields.setdefault(parameter.several, []).extend(fields.pop(name))
    return {
        name: _value(operation, name, several, as_array=name in listed)
        for name, several in fields.items()
    }


def _value(operation: Operation, name: str, several: list[Any], *, as_array: bool) -> Any:
    parameter = operation.parameters.get(name)
    types = values.types(parameter.schema) if parameter else ()
    if "array" in types and ("string" not in types or as_array or len(several) > 1):
        return several
    return _typed(several[-1], types)


def _typed(value: Any, types: tuple[str, ...]) -> Any:
    if not isinstance(value, str) or "string" in types:
        return value
    if "boolean" in types:
        return {"true": True, "false": False}.get(value.lower(), value)
    if {"integer", "number"} & set(types):
        number = whole(value)
        return value if number is None else number
    return _object(value) if "object" in types else value


def _object(text: str) -> Any:
    try:
        return decoded(text, MOST_VALUES)
    except TooMuch as error:
        raise FormError(str(error)) from error
    except Undecodable:
        return text
