"""Explain a promise: what it demands, what it rests on, where it is tried, and by which command."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from imagine_harness.contracts.model import Certainty
from imagine_harness.harness.suites.cases.catalog import case_of, cases
from imagine_harness.harness.suites.registry import PROMISES, PromiseText

if TYPE_CHECKING:
    from imagine_harness.contracts.catalog import Catalog
    from imagine_harness.contracts.operation import Operation
    from imagine_harness.harness.suites.cases.item import Item

MOST_NAMED = 4
"""Cases of one operation that are named; of more the number is told."""

COMMANDS = {
    "client": "client FILE.py::FUNCTION --operation {operation}",
    "server": "server URL --speaks {provider}",
    "gateway": "gateway URL --front {provider} --upstream PROVIDER",
}
"""What each subject is checked with, after `imagine-harness check`."""


def explain_promise(catalog: Catalog, name: str) -> list[tuple[str, str]] | None:
    """Labels and texts that explain a promise or one of its cases; None if `name` is no promise.

    Raises:
        click.UsageError: the promise has no such case; the message says which it has.
    """
    known = PROMISES.get(name.partition("[")[0])
    if known is None:
        return None
    every = [each for each in cases(catalog, known.subject) if each[1].promise == known.id]
    found = [(where, item) for where, item in every if name in (known.id, item.id)]
    if not found:
        raise click.UsageError(f"nothing is named {name!r}, {_known([item for _, item in every])}")
    return [
        ("promise", name),
        ("demands", known.says),
        ("why", known.why),
        ("basis", _basis(known)),
        ("broken by", known.broken),
        *_operations(found),
        ("check", _command(known, name, found[0][0])),
    ]


def _basis(known: PromiseText) -> str:
    if known.documented:
        return f"documented: {known.documented}"
    return "practice: no page states it, users rely on it"


def _operations(found: list[tuple[Operation, Item[Any]]]) -> list[tuple[str, str]]:
    """For each operation its cases, and where the surest fact stands that is at stake in them."""
    by_operation: dict[str, list[Item[Any]]] = {}
    for operation, item in found:
        by_operation.setdefault(operation.name, []).append(item)
    lines = []
    for name, items in by_operation.items():
        lines.append(("tried at", f"{name}{_names(items)}"))
        states = [item.states for item in items if item.states]
        surest = min(states, key=lambda each: [*Certainty].index(each.certainty), default=None)
        if surest is not None:
            lines.append(("source", f"{surest.source} ({surest.certainty})"))
    return lines


def _names(items: list[Item[Any]]) -> str:
    names = list(filter(None, dict.fromkeys(map(case_of, items))))
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return f": {', '.join(names[:MOST_NAMED])}{more}" if names else ""


def _known(items: list[Item[Any]]) -> str:
    return f"its cases{named}" if (named := _names(items)) else "it has no cases"


def _command(known: PromiseText, name: str, operation: Operation) -> str:
    subject = COMMANDS[known.subject].format(operation=operation.name, provider=operation.provider)
    return f"imagine-harness check {subject} --only {_quoted(name)}"


def _quoted(name: str) -> str:
    """A name as a shell takes it; brackets would be a pattern of files."""
    return f"'{name}'" if "[" in name else name
