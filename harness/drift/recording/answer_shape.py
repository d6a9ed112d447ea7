"""The shape of answers that were seen: as it is recorded, but for what they have otherwise."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.fields import type_name
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.rules.keywords import KEYWORDS, expanded

DEEPEST = 20
"""Levels of an answer that are looked at."""


def adjusted(recorded: Mapping[str, Any], answers: Sequence[Any]) -> dict[str, Any]:
    """What `required` and `fields` of a recorded shape must say for these answers to have it.

    Raises:
        ContractError: an answer is no object.
    """
    if not all(isinstance(each, dict) for each in answers):
        raise ContractError("an answer that is no object has no shape that can be recorded")
    occurrences = _FieldOccurrences()
    for each in answers:
        occurrences.look(each, "", 0)
    required = [name for name in recorded.get("required", ()) if occurrences.always(name)]
    fields = {
        name: _line(line, occurrences.values[name]) for name, line in recorded["fields"].items()
    }
    return {"required": required, "fields": fields}


def _line(line: Mapping[str, Any], values: Sequence[Any]) -> dict[str, Any]:
    """What is said of one field; where values are otherwise, their types and no more."""
    stated = {key: value for key, value in line.items() if key in KEYWORDS}
    engine = SchemaEngine(expanded(stated))
    if all(map(engine.is_valid, values)):
        return stated
    kinds = {type_name[type(each)] for each in values}
    types = stated.get("type", [])
    kinds |= {types} if isinstance(types, str) else set(types)
    return {"type": min(kinds) if len(kinds) == 1 else sorted(kinds)}


class _FieldOccurrences:
    """The fields of answers: their values, and how often each is where it may be."""

    def __init__(self) -> None:
        self.values: dict[str, list[Any]] = defaultdict(list)
        self._holders: Counter[str] = Counter()

    def look(self, value: Any, path: str, depth: int) -> None:
        """Take in a value, and what is inside of it."""
        if isinstance(value, dict) and depth < DEEPEST:
            self._holders[path] += 1
            for key, below in value.items():
                inner = f"{path}.{key}" if path else key
                self.values[inner].append(below)
                self.look(below, inner, depth + 1)
        elif isinstance(value, list) and depth < DEEPEST:
            for each in value:
                self.look(each, f"{path}[]", depth + 1)

    def always(self, name: str) -> bool:
        """Whether a field is in everything that may hold it."""
        return len(self.values[name]) == self._holders[name.rpartition(".")[0]]
