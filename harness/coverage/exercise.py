"""What one body tries of every rule: obeys it at a limit or elsewhere, or breaks it alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from imagine_harness.contracts.engine import SchemaEngine
from imagine_harness.contracts.model import Seen, nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.exercises import BROKEN, Exercises
from imagine_harness.contracts.schema import compiled_root


def exercises(
    operation: Operation, root: Any, seen: Seen = nothing_seen
) -> Mapping[str, Exercises]:
    """What one root tries of the rules of an operation, by their ids.

    A rule that it says nothing about is left out; so is one of several that it breaks.
    """
    known = _OPERATIONS.get(id(operation))
    if known is None:
        known = _OPERATIONS[id(operation)] = _Rules(operation)
    return known.exercises(root, seen)


def exercised(roots: Iterable[tuple[Operation, Any]]) -> Mapping[str, tuple[str, ...]]:
    """What several roots of operations tried of the rules, by their ids, in words."""
    found: dict[str, set[str]] = {}
    for operation, root in roots:
        for rule, ways in exercises(operation, root).items():
            found.setdefault(rule, set()).update(map(str, ways))
    return {rule: tuple(sorted(ways)) for rule, ways in found.items()}


class _Rules:
    """The rules of one operation, made ready."""

    def __init__(self, operation: Operation) -> None:
        # held, so that no other operation gets its identity
        self.operation = operation
        self._clean = SchemaEngine(compiled_root(operation.rules))
        self._with_memory = tuple(rule for rule in operation.rules if rule.stateful)

    def exercises(self, root: Any, seen: Seen) -> dict[str, Exercises]:
        broken = self._broken(root, seen)
        found = {
            name: how
            for rule in self.operation.rules
            if (name := rule.statement.id) not in broken and (how := rule.exercise(root))
        }
        if len(broken) == 1:
            found |= dict.fromkeys(broken, BROKEN)
        return found

    def _broken(self, root: Any, seen: Seen) -> set[str]:
        rules = self._with_memory if self._clean.is_valid(root) else self.operation.rules
        return {rule.statement.id for rule in rules if any(rule.check(root, seen))}


_OPERATIONS: dict[int, _Rules] = {}
