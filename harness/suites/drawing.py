"""What an item is tried with: roots that are legal, near a rule, or break one, and can be sent."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.fields import ABSENT, patched
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.suites.subjects.arguments import as_form


def legal(operation: Operation, about: str | None = None) -> SearchStrategy[Any]:
    """Roots that break nothing; with `about` they give this parameter, often at its limits."""
    drawn = generator(operation).bodies()
    if about is not None:
        parameter = operation.parameters[about]
        for rule in operation.rules:
            if rule.parameters[:1] == (parameter,) and rule.has_limit:
                drawn = _with_decisive_values(
                    operation, parameter, generator(operation).obeying(rule)
                )
                break
    return _in_content_type(operation, drawn)


def _with_decisive_values(
    operation: Operation, parameter: Parameter, drawn: SearchStrategy[Any]
) -> SearchStrategy[Any]:
    """Roots in which a parameter that takes any text often has a value that decides the answer."""
    outcome = operation.outcome
    if outcome is None or "enum" in parameter.schema:
        return drawn
    decisive = [
        *(outcome.carrier.by_value if parameter.name == outcome.carrier.parameter else ()),
        *(outcome.formats if parameter.name == outcome.format else ()),
    ]
    if not decisive:
        return drawn
    patches = st.sampled_from([{parameter.path: value} for value in decisive] + [{}])
    return st.builds(patched, drawn, patches)


def near(operation: Operation, rule: Rule) -> SearchStrategy[Any]:
    """Roots that break nothing and in which the parameters of a rule are as it draws them."""
    if not rule.has_limit:
        return legal(operation)
    return _in_content_type(operation, generator(operation).obeying(rule))


def plainest_root(operation: Operation) -> Any:
    """The plainest root that breaks nothing, its images where every upstream can take them."""
    root = generator(operation).plainest_body({}, None)
    inputs = [operation.parameters[name] for name in _inputs(operation)]
    own = [each for each in inputs if each.upstream is None]
    if own and any(each.value(root) is not ABSENT for each in inputs):
        root = generator(operation).plainest_body({own[0].path: values.sample(own[0].schema)}, None)
    return as_form(operation, root) if operation.form else root


def _inputs(operation: Operation) -> tuple[str, ...]:
    return operation.outcome.inputs if operation.outcome else ()


def breaking(operation: Operation, rule: Rule) -> SearchStrategy[Any]:
    """Roots that break one rule and nothing else."""
    return generator(operation).breaking(rule)


def _in_content_type(operation: Operation, drawn: SearchStrategy[Any]) -> SearchStrategy[Any]:
    """Roots as the operation's first content type can carry them."""
    return drawn.map(lambda root: as_form(operation, root)) if operation.form else drawn
