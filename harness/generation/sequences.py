"""Bodies one after another, for rules that remember: legal ones, or the last repeats a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from imagine_harness.contracts.fields import ABSENT, patched
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import ways
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.harness.generation.bodies import Generator

MOST = 4
"""Up to how many bodies a sequence has where nobody asks for more."""


def sequences(generator: Generator, most: int = MOST) -> SearchStrategy[list[Any]]:
    """One to `most` bodies that break no rule when they are sent in this order."""
    return _sequences(generator, most)


def repeating(generator: Generator, rule: Rule, most: int = MOST) -> SearchStrategy[list[Any]]:
    """Two to `most` bodies, the last of which breaks `rule` and no other: it repeats a value.

    Raises:
        ValueError: `rule` remembers nothing.
    """
    if not rule.stateful:
        raise ValueError(f"{rule.statement.id} is of type {rule.kind}, which remembers nothing")
    return _repeating(generator, rule, most)


def broken(operation: Operation, bodies: Iterable[Any]) -> list[set[str]]:
    """The ids of the rules that each body breaks when they are sent in this order."""
    sent: set[tuple[str, str]] = set()

    def seen(rule: str, value: object) -> bool:
        return (rule, repr(value)) in sent

    found = []
    for body in bodies:
        found.append({each.rule for rule in operation.rules for each in rule.check(body, seen)})
        for rule in _remembering(operation):
            value = rule.parameters[0].value(body)
            if value is not ABSENT:
                sent.add((rule.statement.id, repr(value)))
    return found


def _remembering(operation: Operation) -> Iterator[Rule]:
    return (rule for rule in operation.rules if rule.stateful)


@st.composite
def _sequences(draw: DrawFn, generator: Generator, most: int) -> list[Any]:
    count = draw(st.integers(1, most))
    bodies = [draw(generator.bodies()) for _ in range(count)]
    for rule in _remembering(generator.operation):
        bodies = _with_distinct_values(bodies, rule, draw(_different(rule, count)), always=False)
    return bodies


@st.composite
def _repeating(draw: DrawFn, generator: Generator, rule: Rule, most: int) -> list[Any]:
    *before, last = [*draw(_sequences(generator, most - 1)), draw(generator.bodies())]
    for other in _remembering(generator.operation):
        drawn = draw(_different(other, len(before) + 1))
        *before, last = _with_distinct_values([*before, last], other, drawn, always=other is rule)
    path = rule.parameters[0].path
    return [*before, patched(last, {path: rule.parameters[0].value(draw(st.sampled_from(before)))})]


def _different(rule: Rule, count: int) -> SearchStrategy[list[Any]]:
    allowed = ways.allowed(rule.parameters[0].schema)
    return st.lists(allowed, min_size=count, max_size=count, unique=True)


def _with_distinct_values(
    bodies: list[Any], rule: Rule, drawn: list[Any], *, always: bool
) -> list[Any]:
    """The bodies with different values of a parameter, where they have one or always."""
    parameter = rule.parameters[0]
    return [
        patched(body, {parameter.path: value})
        if always or parameter.value(body) is not ABSENT
        else body
        for body, value in zip(bodies, drawn, strict=True)
    ]
