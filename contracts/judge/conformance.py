"""The rules that a root breaks, and why it is refused for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from imagine_harness.contracts.judge import limits
from imagine_harness.contracts.judge.judgement import Judgement, Refusal
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.contracts.model import Level, Violation
from imagine_harness.contracts.refusals import descriptions


class Used(Protocol):
    """What was used up by earlier requests: (rule id, value as text) of rules with memory."""

    def __contains__(self, key: tuple[str, str], /) -> bool:
        """Whether a value was used."""


def selected(plans: Sequence[Plan], root: object) -> Plan:
    """The plan of the operation that a root is meant for, by the parameters that tell them apart.

    Where none fits, the first one whose refusal will say what is wrong.
    """
    if len(plans) == 1:
        return plans[0]
    return max(plans, key=lambda plan: _fit(plan, root))


def _fit(plan: Plan, root: object) -> tuple[bool, ...]:
    """Which of the telling parameters fit; the first one weighs most."""
    parameters = plan.operation.parameters
    return tuple(
        parameters[name].value(root) in parameters[name].schema["enum"]
        for name in plan.operation.select
    )


def broken(
    judgement: Judgement, plan: Plan, root: object, prefix: str, used: Used
) -> list[Violation]:
    """The rules that a root breaks, warnings included; of one rule no more than can be told."""
    validator = plan.validator
    most = 1 + max(0, limits.room(judgement))
    if not validator.with_memory:
        if validator.is_clean(root):
            return []
        return validator.violations_of(root, prefix=prefix, most=most)

    def seen(rule: str, value: object) -> bool:
        key = (rule, repr(value))
        return key in used or key in judgement.remembered

    return validator.violations_of(root, seen, prefix, most)


def memory(plan: Plan, root: object) -> set[tuple[str, str]]:
    """What rules with memory have to remember of an accepted root."""
    return {
        (rule.statement.id, repr(parameter.value(root)))
        for rule in plan.validator.with_memory
        for parameter in rule.parameters
    }


def refusals(judgement: Judgement, violations: Sequence[Violation]) -> list[Refusal]:
    """Why a root is refused: for what it is meant or an unknown model alone, else every rule.

    Of too many, those that there is still room for.
    """
    errors = [each for each in violations if each.level is Level.ERROR]
    for telling in (*judgement.plans[0].operation.select, "model"):
        alone = [each for each in errors if each.parameters[:1] == (telling,)]
        if alone:
            errors = alone
            break
    return limits.within(judgement, [_of_violation(judgement, each) for each in errors])


def _of_violation(judgement: Judgement, violation: Violation) -> Refusal:
    """The refusal of a root that broke a rule; a page may have a hint for a value of its model."""
    when = descriptions(violation)
    if violation.parameters[:1] == ("model",):
        hints = (hint for plan in judgement.plans for hint in plan.operation.hints)
        message = next((hint.message for hint in hints if hint.value == violation.got), None)
        if message is not None:
            return Refusal(when, {"message": message}, violation)
    return Refusal(when, {}, violation)
