"""From judged requests to results: what every report of `run` and `judge` is made of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts import secrets
from imagine_harness.contracts.model import Level, Violation
from imagine_harness.harness.coverage.exercise import exercised
from imagine_harness.harness.judging import answers, doubt, task_sequences
from imagine_harness.harness.judging.unjudged import not_recorded, unknown
from imagine_harness.harness.results.exchanges import answered
from imagine_harness.harness.results.reproduction import curl, python
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.traffic.problems import (
    Problem,
    format_change,
    matches,
    problems,
    unmet_promises,
    way_in,
)
from imagine_harness.harness.traffic.redaction import name_of, place, redact

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.contracts.judge.judge import Judge
    from imagine_harness.harness.judging.flaws import Flaw
    from imagine_harness.harness.judging.requests import JudgedExchange

SAYS: Mapping[str, str] = {
    "requests.conform": "every request is one that the provider documents",
    "requests.expected": "a request that breaks a rule on purpose breaks it",
    "answers.status": "the status of an answer is a documented one",
    "answers.shape": "an answer has the documented shape",
    "answers.count": "as many images come back as were asked for",
    doubt.DIFFERS: "a provider answers as is on record",
    "answers.state": "a task goes from one documented state to the next",
    "faults.met": "what goes wrong on purpose reaches the program",
}
"""What is promised of traffic, each as a sentence."""

MOST_SEEN = 5
"""Exchanges that one result shows."""


def results(conversation: Sequence[JudgedExchange], judges: Mapping[str, Judge]) -> list[Result]:
    """What became of everything that was sent, operation by operation, in the order of the calls.

    What was tried of the rules is told by the first result of each operation.
    """
    by_operation: dict[str, list[JudgedExchange]] = {}
    for each in conversation:
        if each.looked_at:
            by_operation.setdefault(name_of(each.exchange), []).append(each)
    flawed: dict[str, list[Flaw]] = {}
    every = (flaw for each in conversation for flaw in answers.flaws(each))
    for flaw in (*every, *task_sequences.flaws(conversation)):
        if flaw.judged.is_known:
            flawed.setdefault(name_of(flaw.judged.exchange), []).append(flaw)
    found: list[Result] = []
    for name, group in by_operation.items():
        own = [*_of_operation(name, group, flawed.get(name, []))]
        found += [replace(own[0], **_tried(name, group, judges)), *own[1:]]
    return [*found, *unknown(conversation), *not_recorded(conversation)]


def _of_operation(
    name: str, group: Sequence[JudgedExchange], flawed: Sequence[Flaw]
) -> Iterator[Result]:
    surprising: dict[tuple[str, bool], list[tuple[JudgedExchange, Problem]]] = {}
    for judged, problem in _problems(group):
        taken = problem.serious and doubt.took(judged)
        surprising.setdefault((problem.id, taken), []).append((judged, problem))
    for (_, taken), found in surprising.items():
        yield _nonconforming(name, found, taken=taken)
    if not surprising:
        count = f"{len(group)} request{'s' if len(group) > 1 else ''}{_early(group)}"
        yield _result("requests.conform", name, name, PromiseVerdict.KEPT, message=count)
    for judged in group:
        yield from _expected(name, judged)
    kinds: dict[tuple[str, str, bool], list[Flaw]] = {}
    for flaw in flawed:
        kinds.setdefault((flaw.about, flaw.message, flaw.judged.is_real), []).append(flaw)
    for same in kinds.values():
        yield _flawed(name, same)


def _early(group: Sequence[JudgedExchange]) -> str:
    """How many ended before their answer was whole, and who left first; `""` where none did."""
    early = [each.exchange.ending for each in group if each.exchange.ending]
    return f", {len(early)} ended early: {early[0]}" if early else ""


def _problems(group: Iterable[JudgedExchange]) -> Iterator[tuple[JudgedExchange, Problem]]:
    """What is wrong and was not expected, warnings included.

    Left out is what is harmless, and a refusal for a rule that an earlier request broke: some
    providers take a body on and refuse it when its result is asked for.
    """
    for judged in group:
        verdict = judged.exchange.verdict
        for problem in problems(judged.exchange) if judged.is_known else ():
            late = (verdict.refusal or "").startswith("violation")
            told = problem.violation is not None or (problem.serious and not late)
            if told and not any(matches(p, problem.id) for p in verdict.expected):
                yield judged, problem


def _nonconforming(
    name: str, found: Sequence[tuple[JudgedExchange, Problem]], *, taken: bool
) -> Result:
    judged, problem = found[0]
    more = f" (and {len(found) - 1} more of this kind)" if len(found) > 1 else ""
    told = _violation(problem.violation) if problem.violation else _refusal(judged)
    stands = [f"request   {place(judged.exchange)}", *told.pop("stands")]
    if taken:
        more = doubt.accepted_violation(judged) + more
        stands += doubt.comparing(problem.violation, judged)
    return _result(
        "requests.conform",
        problem.id if judged.exchange.provider else f"nobody{problem.id}",
        name,
        PromiseVerdict.BROKEN,
        message="\n".join([told.pop("message") + more, *stands]),
        level=Level.ERROR if problem.serious and not taken else Level.WARNING,
        judged=[each for each, _ in found],
        **told,
    )


def _violation(broken: Violation) -> dict[str, Any]:
    """What is told of a broken rule, in the journal's words: secrets in them are hidden."""
    safe = secrets.violation(broken)
    told = safe.as_json()
    fixes = [format_change(change) for change in safe.fix]
    return {
        **{key: told[key] for key in ("message", "rule", "source", "certainty", "expected", "got")},
        "stands": [
            f"at        {told['pointer'] or 'the whole body'}",
            *(f"fix       {each}" for each in fixes),
        ],
    }


def _refusal(judged: JudgedExchange) -> dict[str, Any]:
    """What is told of a request that was refused before any rule was looked at."""
    exchange, refusal = judged.exchange, judged.exchange.verdict.refusal
    status = exchange.response.status
    message = f"{refusal}: refused, {answered(status, exchange.ending)}"
    if status and not exchange.ending:
        message = f"{refusal}: refused with {status}"
    if refusal == "route-unknown":
        message = f"{exchange.request.method} {_path(exchange)} is no call on record"
    ways = way_in(exchange) if exchange.provider else []
    told: dict[str, Any] = {"message": message, "stands": [f"fix       {each}" for each in ways]}
    states = answers.wording(judged)
    if states is not None:
        told |= {"source": str(states.source), "certainty": str(states.certainty)}
    return told


def _path(exchange: Exchange) -> str:
    path = exchange.request.path
    return secrets.prose(f"/{exchange.provider}{path}" if exchange.provider else path)


def _expected(name: str, judged: JudgedExchange) -> Iterator[Result]:
    """For each rule that a request said it breaks on purpose, whether it does."""
    verdict = judged.exchange.verdict
    if verdict.fault is not None:
        return
    own = [problem.id for problem in problems(judged.exchange)]
    came = [each for each in verdict.expected if any(matches(each, one) for one in own)]
    for pattern in came:
        yield _result(
            "requests.expected", pattern, name, PromiseVerdict.KEPT, message="it was broken"
        )
    missing = [each for each in verdict.expected if each not in came]
    told = unmet_promises(judged.exchange)
    for pattern, line in zip(missing, told, strict=True):
        yield _result(
            "requests.expected", pattern, name, PromiseVerdict.BROKEN, message=line, judged=[judged]
        )


def _flawed(name: str, same: Sequence[Flaw]) -> Result:
    first = same[0]
    more = f" (and {len(same) - 1} more of this kind)" if len(same) > 1 else ""
    states, is_real = first.states, first.judged.is_real
    message = doubt.differs(first) if is_real else first.message
    lines = [f"{message}{more}", f"request   {place(first.judged.exchange)}"]
    lines += doubt.recording(first) if is_real else ()
    return _result(
        doubt.DIFFERS if is_real else f"answers.{first.about}",
        name,
        name,
        PromiseVerdict.BROKEN,
        message="\n".join(lines),
        level=first.level,
        rule=states.id if states else "",
        source=str(states.source) if states else "",
        certainty=str(states.certainty) if states else "",
        expected=first.expected,
        got=first.got,
        judged=[flaw.judged for flaw in same],
    )


def _tried(
    name: str, group: Sequence[JudgedExchange], judges: Mapping[str, Judge]
) -> dict[str, Any]:
    """What the calls of one operation tried of all that is on record."""
    provider = name.partition(".")[0]
    judge = judges.get(provider)
    errors = {error for each in group if (error := answers.met(each)) is not None}
    of_roots = {operation.name for each in group for operation, _ in each.roots}
    known = {name} if any(each.operation for each in group) else set()
    return {
        "operations": tuple(sorted(of_roots | known)),
        "exercised": exercised(root for judged in group for root in judged.roots),
        "errors": tuple(sorted(errors)),
        "readings": {
            key: choice
            for key, choice in (judge.readings.items() if judge else ())
            if key.startswith(f"{provider}.")
        },
        "seconds": sum(each.exchange.duration for each in group),
    }


def _result(
    promise: str,
    case: str,
    subject: str,
    verdict: PromiseVerdict,
    *,
    judged: Sequence[JudgedExchange] = (),
    **more: Any,
) -> Result:
    shown_ones = tuple(redact(each.exchange) for each in judged[:MOST_SEEN])
    steps = {"curl": curl(shown_ones[0]), "python": python(shown_ones[0])} if shown_ones else {}
    return Result(
        promise=f"{promise}[{case}]",
        says=SAYS[promise],
        subject=subject,
        verdict=verdict,
        seen=shown_ones,
        steps=steps,
        **more,
    )
