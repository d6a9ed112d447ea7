"""An example of an answer, made of the facts about its fields."""

from __future__ import annotations

from collections.abc import Iterable
from copy import copy
from typing import Any

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.facts import OutputFact

SAMPLES: dict[str, Any] = {
    "string": "https://example.com/result.png",
    "integer": 7,
    "number": 0.5,
    "boolean": True,
    "object": {},
    "array": [],
    "null": None,
}


def example(outputs: Iterable[OutputFact]) -> dict[str, Any]:
    """An object with every field of an answer, the words of the API that facts show in them."""
    answer: dict[str, Any] = {}
    for fact in sorted(outputs, key=lambda fact: fact.path.count(".")):
        here = answer
        *holders, last = fact.path.split(".")
        for step in holders:
            here = _inside(here, step)
        if not last.endswith("[]"):
            here.setdefault(last, _value(fact))
    return answer


def _inside(here: dict[str, Any], step: str) -> dict[str, Any]:
    """The object that a step leads to, made where there is none yet."""
    if not step.endswith("[]"):
        if not isinstance(here.get(step), dict):
            here[step] = {}
        inner: dict[str, Any] = here[step]
        return inner
    if not here.get(step[:-2]):
        here[step[:-2]] = [{}]
    element: dict[str, Any] = here[step[:-2]][0]
    return element


def _value(fact: OutputFact) -> object:
    if fact.shown:
        return fact.shown[0]
    if "enum" in fact.schema:
        return fact.schema["enum"][0]
    kind = type_of(fact.schema)
    return copy(SAMPLES[kind]) if kind else None


def type_of(schema: Schema) -> str:
    """A schema's type, the one beside null where it is one of two; empty if it states none."""
    kinds = schema.get("type", "")
    return kinds if isinstance(kinds, str) else next(kind for kind in kinds if kind != "null")
