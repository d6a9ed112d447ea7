"""Other models and tasks: real ones of which nothing is on record, so that none is judged."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.exchange import Exchange, Request
from imagine_harness.contracts.fields import brief_text
from imagine_harness.contracts.judge.conformance import broken as broken_rules
from imagine_harness.contracts.judge.conformance import selected
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.contracts.model import Violation
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.provider import ErrorCase
from imagine_harness.contracts.refusals import descriptions
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded

CLOSE = 0.85
"""How alike two names are of which one may be meant for the other."""

NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class Other:
    """What a root is meant for, of which nothing is on record.

    Attributes:
        parameter: the one that says so.
        value: what it says.
        near: the name on record that it nearly is, `""` for none.
    """

    parameter: str
    value: str
    near: str = ""

    def __str__(self) -> str:
        meant = f", did you mean {brief_text(self.near)}?" if self.near else ""
        return f"{self.parameter} {brief_text(self.value, 80)} is not on record{meant}"


def other(judge: Judge, judgement: Judgement, root: object, exchange: Exchange) -> Other | None:
    """What a root is meant for where that is not on record.

    None where it is, or where the provider said that there is no such thing.
    """
    plan = selected(judgement.plans, root)
    for name in plan.operation.select:
        value = plan.operation.parameters[name].value(root)
        known = plan.operation.parameters[name].schema["enum"]
        if isinstance(value, str) and value not in known:
            warned = not exchange.response.succeeded and _is_mistake(plan.operation, name, value)
            if warned or _denied(judge, judgement, plan, root, name, exchange):
                return None
            # one that was taken exists, however like another its name is
            listed = [] if exchange.response.succeeded else [*_listed_values(judgement, name)]
            return Other(name, value, near(value, listed))
    return None


def _is_mistake(operation: Operation, name: str, value: str) -> bool:
    """Whether a page warns of this very value."""
    return any((each.parameter, each.value) == (name, value) for each in operation.hints)


def _listed_values(judgement: Judgement, name: str) -> Iterator[str]:
    for plan in judgement.plans:
        if name in plan.operation.parameters:
            yield from plan.operation.parameters[name].schema.get("enum", ())


def near_call(judge: Judge, request: Request) -> Operation | None:
    """The operation whose path is a request's but for one step, which is nearly the same."""
    asked = request.path.split("/")
    for plan in judge.routes.all():
        steps = plan.path.split("/")
        if plan.operation.method == request.method and len(steps) == len(asked):
            pairs = zip(steps, asked, strict=True)
            odd = [(step, got) for step, got in pairs if step != got and step[:1] != "{"]
            if len(odd) == 1 and near(odd[0][1], [odd[0][0]]):
                return plan.operation
    return None


def near(value: str, listed: list[str]) -> str:
    """The name of a list that a value nearly is, `""` for none."""
    lowered = {each.lower(): each for each in listed}
    found = difflib.get_close_matches(value[:200].lower(), lowered, n=1, cutoff=CLOSE)
    return lowered[found[0]] if found else ""


def _denied(
    judge: Judge, judgement: Judgement, plan: Plan, root: object, name: str, exchange: Exchange
) -> bool:
    """Whether a provider said that it knows no such thing, in the way that is on record."""
    value = str(plan.operation.parameters[name].value(root))
    response = exchange.response
    if response.status == NOT_FOUND and value.encode() in (response.whole_body or b""):
        return True
    found = broken_rules(judgement, plan, root, "", frozenset())
    broken = [each for each in found if each.parameters[0] == name]
    told = [_texts(each) for each in _items(_decoded(response.whole_body))]
    about = (
        told
        if not plan.batch or len(judgement.body) == 1
        else [t for t in told if t & _texts(root)]
    )
    return any(
        str(case.code) in texts
        for case in _cases(judge, broken)
        if case.code is not None
        and (response.status == case.status or (plan.batch and response.succeeded))
        for texts in about
    )


def _cases(judge: Judge, broken: Sequence[Violation]) -> tuple[ErrorCase, ...]:
    """How the provider refuses what is broken, under all its readings."""
    errors = judge.provider.errors
    names = (name for each in broken for name in descriptions(each))
    return next((errors[name] for name in names if name in errors), ())


def _texts(holder: object) -> set[str]:
    """What an object says in texts and numbers, such as a code and the id of what it is about."""
    values = holder.values() if isinstance(holder, dict) else ()
    return {str(each) for each in values if isinstance(each, str | int)}


def _items(answer: Any) -> Iterator[dict[str, Any]]:
    """Every object of an answer, itself included."""
    todo = [answer]
    while todo:
        each = todo.pop()
        if isinstance(each, dict):
            yield each
        todo += each.values() if isinstance(each, dict) else each if isinstance(each, list) else ()


def _decoded(answer: bytes | None) -> Any:
    try:
        return decoded(answer or b"")
    except Undecodable:
        return None
