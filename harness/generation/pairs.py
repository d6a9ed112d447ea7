"""Minimal pairs: a body that breaks one rule, and the legal one beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from imagine_harness.contracts.fields import ABSENT, Patch, Path, patched, pointer, steps
from imagine_harness.contracts.model import nothing_seen
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.tables import Table
from imagine_harness.harness.generation.bodies import Generator


@dataclass(frozen=True, slots=True)
class MinimalPair:
    """Two bodies that differ as little as can be.

    Attributes:
        rule: the id of the one rule that `broken` breaks.
        pointers: JSON Pointers of the values in which the two differ, mostly one.
    """

    rule: str
    broken: Any
    legal: Any
    pointers: tuple[str, ...]


def pairs(generator: Generator, rule: Rule) -> SearchStrategy[MinimalPair]:
    """Bodies that break `rule` and nothing else, each with its legal neighbour.

    Raises:
        ValueError: on drawing, when no body can break it alone, or has no neighbour.
    """
    return _pairs(generator, rule, generator.breaking(rule))


def differences(one: Any, other: Any, path: Path = ()) -> Iterator[str]:
    """JSON Pointers of the outermost values in which two decoded bodies differ."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            yield from differences(one.get(key, ABSENT), other.get(key, ABSENT), (*path, key))
    elif one is ABSENT or other is ABSENT or json.dumps(one) != json.dumps(other):
        yield pointer(path)


def neighbour(generator: Generator, rule: Rule, broken: Any) -> Any | None:
    """The legal body that differs least from one that breaks `rule`; None where there is none."""
    found = [each for each in _candidates(generator, rule, broken) if not generator.broken(each)]
    return min(found, key=lambda each: len(list(differences(broken, each))), default=None)


@st.composite
def _pairs(
    draw: DrawFn, generator: Generator, rule: Rule, breaking: SearchStrategy[Any]
) -> MinimalPair:
    broken = draw(breaking)
    legal = neighbour(generator, rule, broken)
    if legal is None:
        raise ValueError(f"{rule.statement.id}: nothing legal stands beside {broken!r:.200}")
    return MinimalPair(rule.statement.id, broken, legal, tuple(differences(broken, legal)))


def _candidates(generator: Generator, rule: Rule, broken: Any) -> Iterator[Any]:
    """Bodies that might be legal: as the fix says, without a parameter, with a plain value."""
    if not isinstance(broken, dict):
        yield generator.plainest_body({}, None)
        return
    for patch in (*_patches(rule, broken), *_rows(generator, rule)):
        yield generator.mended(patched(broken, patch), None)


def _patches(rule: Rule, broken: Any) -> Iterator[Patch]:
    yield {
        steps(step.path): ABSENT if step.op == "remove" else step.value
        for violation in rule.check(broken, nothing_seen)
        for step in violation.fix
    }
    own = [each for each in rule.parameters if each.path]
    for parameter in own:
        for value in (ABSENT, parameter.default, values.sample(parameter.schema)):
            yield {parameter.path: value}
    yield {each.path: ABSENT for each in own}


def _rows(generator: Generator, rule: Rule) -> Iterator[Patch]:
    """The listed combinations that one of the rule's parameters belongs to."""
    for table in generator.operation.rules:
        if isinstance(table, Table) and any(p in table.parameters for p in rule.parameters):
            for row in table.rows:
                yield dict(zip((p.path for p in table.parameters), row, strict=True))
