"""What an item is tried with: roots that are legal, near a rule, or break one, and can be said."""

from __future__ import annotations

from functools import cache
from typing import Any

from hypothesis.strategies import SearchStrategy

from contracts.operation import Operation
from contracts.rules import BEHAVIOUR, Rule
from harness.generate import Generator
from harness.suites.asked import as_form

NEVER_NEAR = frozenset({*BEHAVIOUR, "unique", "closed"})
"""Rules that no single body is near to."""


def legal(operation: Operation, about: str | None = None) -> SearchStrategy[Any]:
    """Roots that break nothing; with `about` they give this parameter, often at its limits."""
    drawn = generator(operation).bodies()
    if about is not None:
        parameter = operation.parameters[about]
        for rule in operation.rules:
            if rule.parameters[:1] == (parameter,) and rule.kind not in NEVER_NEAR:
                drawn = generator(operation).obeying(rule)
                break
    return _said(operation, drawn)


def near(operation: Operation, rule: Rule) -> SearchStrategy[Any]:
    """Roots that break nothing and in which the parameters of a rule are as it draws them."""
    if rule.kind in NEVER_NEAR:
        return legal(operation)
    return _said(operation, generator(operation).obeying(rule))


def breaking(operation: Operation, rule: Rule) -> SearchStrategy[Any]:
    """Roots that break one rule and nothing else."""
    return generator(operation).breaking(rule)


@cache
def generator(operation: Operation) -> Generator:
    """The generator of an operation, made once."""
    return Generator(operation)


def _said(operation: Operation, drawn: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Roots as the operation's first content type can say them."""
    return drawn.map(lambda root: as_form(operation, root)) if operation.form else drawn
