"""The answers that a page shows as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from imagine_harness.contracts.fields import Schema, type_name
from imagine_harness.harness.drift.facts import UNKNOWN, OutputFact

DEEPEST = 20
"""Levels of an answer that are looked at."""

WIDEST = 50
"""Elements of an array that are looked at."""

_WORD = re.compile(r"(?!.*xxx)[A-Za-z][A-Za-z0-9_-]{0,40}")
"""A value that may be a word of the API: a state, a mode; no placeholder."""


def answer_fields(operation: str, answer: object, section: str) -> Iterator[OutputFact]:
    """The fields of an answer that an example shows; of `null` it is not known what else it is."""
    for path, value in _fields(answer, "", 0):
        words = (value,) if isinstance(value, str) and _WORD.fullmatch(value) else ()
        kind = type_name[type(value)]
        schema: Schema = {} if value is None else {"type": kind}
        yield OutputFact(operation, path, section, schema, words)


def _fields(value: object, path: str, depth: int) -> Iterator[tuple[str, object]]:
    if depth > DEEPEST:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            inside = f"{path}.{key}" if path else key
            yield inside, inner
            yield from _fields(inner, inside, depth + 1)
    elif isinstance(value, list):
        for inner in value[:WIDEST]:
            yield from _fields(inner, f"{path}[]", depth + 1)


def merged_outputs(facts: Iterable[OutputFact]) -> tuple[OutputFact, ...]:
    """One fact for each field: what is stated first holds, what is shown adds up."""
    found: dict[tuple[str, str], OutputFact] = {}
    for fact in facts:
        known = found.get((fact.operation, fact.path))
        if known is None:
            found[fact.operation, fact.path] = fact
            continue
        found[fact.operation, fact.path] = replace(
            known,
            schema=known.schema or fact.schema,
            shown=tuple(dict.fromkeys((*known.shown, *fact.shown))),
            required=fact.required if known.required is UNKNOWN else known.required,
        )
    return tuple(found.values())
