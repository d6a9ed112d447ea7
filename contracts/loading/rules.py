"""From a parameter's own line in a contract file to the rules that it states."""

from __future__ import annotations

from collections.abc import Iterable

from imagine_harness.contracts.model import Parameter, Statement
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.contracts.rules.single import Constraint, Required


def of_parameter(parameter: Parameter, own: Iterable[str]) -> list[Rule]:
    """The rules that a parameter's own line states, each with the line's statement.

    `own` are the keywords that the line itself states; others are rules of their own.
    """
    stated = parameter.statement
    rules: list[Rule] = []
    if parameter.required:
        rules.append(Required(_about(stated, "required"), parameter))
    rules += [
        Constraint(_about(stated, keyword), parameter, keyword)
        for keyword in own
        if keyword in KEYWORDS
    ]
    return rules


def _about(stated: Statement, keyword: str) -> Statement:
    return Statement(
        id=f"{stated.id}.{keyword}",
        source=stated.source,
        certainty=stated.certainty,
        reading=stated.reading,
        choice=stated.choice,
        note=stated.note,
    )
