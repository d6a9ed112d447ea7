"""The plainest legal and illegal body for a rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import Rule

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy


def legal(operation: Operation, rule: Rule) -> Any:
    """The plainest root that breaks nothing and in which the rule's parameters speak."""
    from imagine_harness.harness.generation.bodies import generator

    drawing = generator(operation)
    return drawing.plainest_body(drawing.within(_plainest(rule.positive())), None)


def illegal(operation: Operation, rule: Rule) -> Any | None:
    """The plainest root that breaks the rule alone.

    None for a rule that is never broken, or by no single body.
    """
    from imagine_harness.harness.generation.bodies import generator

    if not rule.breakable:
        return None
    return generator(operation).plainest_body(_plainest(rule.negative()), rule)


def _plainest(strategy: SearchStrategy[Any]) -> Any:
    from hypothesis import HealthCheck, Phase, find, settings

    chosen = settings(
        database=None,
        derandomize=True,
        deadline=None,
        max_examples=50,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    return find(strategy, lambda _: True, settings=chosen)
