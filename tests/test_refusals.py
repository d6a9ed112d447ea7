"""Every refusal is worded at every provider, and every wording is of a refusal."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.rules import values
from tests.test_house import ENGINE, GRAPH, MOCKED, PROVIDERS, ROOT, operations, tree


@cache
def raised(file: Path) -> Sequence[tuple[str, ...]]:
    """What the refusals that a file makes are called, where it says so in place."""
    found = []
    for node in ast.walk(tree(file)):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
            continue
        if node.func.id == "Refusal" and isinstance(node.args[0], ast.Tuple):
            told = [each.value for each in node.args[0].elts if isinstance(each, ast.Constant)]
            if told:
                found.append(tuple(map(str, told)))
    return found


def reasons(provider: str) -> set[tuple[str, ...]]:
    """Descriptions of every refusal that a provider's mock can make."""
    own = sorted((ROOT / "mocks" / provider).glob("*.py"))
    package = f"imagine_harness.mocks.{provider}"
    modules = [name for name in GRAPH.modules if f"{name}.".startswith(f"{package}.")]
    needed = {name for each in modules for name in GRAPH.find_modules_directly_imported_by(each)}
    has_jobs = any(name.endswith(".jobs") for name in needed)
    engine = [file for file in ENGINE if file.name != "jobs.py" or has_jobs]
    found = {when for file in (*engine, *own) for when in raised(file)}
    model = [each.model for each in operations(load.recorded(provider)) if each.model]
    return found | {("violation",)} | ({("model-unknown", "violation")} if model else set())


@pytest.mark.parametrize("provider", MOCKED)
def test_every_refusal_is_worded_at_every_provider(provider: str) -> None:
    worded = load.provider(provider).errors
    bare = [when for when in sorted(reasons(provider)) if not any(each in worded for each in when)]

    assert bare == []


def first_types(recorded: Recorded) -> set[str]:
    """The types by which a refusal can be told apart: that of a body and those of parameters."""
    parameters = [
        each for operation in operations(recorded) for each in operation.parameters.values()
    ]
    return {"object"} | {types[0] for each in parameters if (types := values.types(each.schema))}


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_wording_is_of_a_refusal_that_can_happen(provider: str) -> None:
    recorded = load.recorded(provider)
    can = {name for when in reasons(provider) for name in when} | {"model-missing"}
    rules = [rule for operation in operations(recorded) for rule in operation.rules]
    can |= {f"violation:{rule.kind}" for rule in rules}
    can |= {f"violation:{rule.statement.id.split('.', 2)[2]}" for rule in rules}
    can |= {f"violation:type:{kind}" for kind in first_types(recorded)}
    places = [place.name for place in recorded.provider.credential.also]
    can |= {f"{when}:{place}" for when in can if when.startswith("credential-") for place in places}
    never = [
        when
        for when in recorded.provider.errors
        if when not in can and not re.fullmatch(r"status-\d{3}|fault:[a-z0-9-]+", when)
    ]

    assert never == []
