"""What is wrong with requests to the mocks, what of it they promised, and both in words."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import Exchange, Request
from imagine_harness.contracts.fields import ABSENT, brief_text
from imagine_harness.contracts.loading.load import mocked, recorded
from imagine_harness.contracts.model import Change, Level, Violation
from imagine_harness.harness.traffic.redaction import describe, name_of

HARMLESS = frozenset(
    {
        "credential-refused",
        "media-expired",
        "queue-full",
        "request-over",
        "request-unfinished",
        "start-timeout",
        "task-failed",
    }
)
"""Refusals that a correct client meets, or only one that asks for them: they never fail a test.

So do errors that no request can cause, which are on record as `fault:NAME`.
"""

MOST_TOLD = 10
"""Problems of different kinds that one report tells in full."""

LONGEST = 160
"""Letters of a value, or of an answer, that a report shows."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with one request.

    Attributes:
        id: the broken rule, or for another refusal `provider.refusal`.
        serious: whether it fails a test; a warning, a fault and its effects do not.
        violation: the broken rule's, None for another refusal.
    """

    id: str
    serious: bool
    exchange: Exchange
    violation: Violation | None = None


def problems(exchange: Exchange, disturbed: Collection[str] = ()) -> list[Problem]:
    """What is wrong with a request, warnings included, in the order of its body.

    Args:
        exchange: the request.
        disturbed: ids of tasks that were made to fail; a refusal that is about one is no surprise.
    """
    verdict = exchange.verdict
    found = [
        Problem(broken.rule, broken.level is Level.ERROR, exchange, broken)
        for broken in verdict.violations
    ]
    if verdict.kind in ("refused", "unmatched"):
        harmless = _is_harmless(verdict.refusal or "") or _is_about(exchange.request, disturbed)
        found.append(Problem(f"{exchange.provider}.{verdict.refusal}", not harmless, exchange))
    return found


def _is_harmless(refusal: str) -> bool:
    return refusal in HARMLESS or refusal.startswith("fault:")


def _is_about(request: Request, tasks: Collection[str]) -> bool:
    return any(each in request.path or each.encode() in request.body for each in tasks)


def matches(pattern: str, problem_id: str) -> bool:
    """Whether an id is meant: in full, without its provider, or by its first segments."""
    short = problem_id.partition(".")[2]
    return any(full == pattern or full.startswith(f"{pattern}.") for full in (problem_id, short))


def unmet_promises(exchange: Exchange) -> list[str]:
    """For each rule that a request said it breaks and does not, a line that says so."""
    verdict, own = exchange.verdict, {problem.id for problem in problems(exchange)}
    if verdict.fault is not None:
        return []
    return [
        f"X-Harness-Expect promised a violation of {pattern!r}, "
        f"{instead(own, [exchange])}: {describe(exchange)}{hint(pattern)}"
        for pattern in verdict.expected
        if not any(matches(pattern, each) for each in own)
    ]


def instead(came: Collection[str], exchanges: Sequence[Exchange]) -> str:
    """What came in place of what was expected, by the ids of problems, in words."""
    if came:
        return f"only {', '.join(sorted(came))} came"
    return "none came" if exchanges else "no request came"


def hint(pattern: str) -> str:
    """What to say of a pattern that fits nothing on record; "" of one that fits."""
    on_record = {
        each
        for name in mocked()
        for each in (
            *(rule.statement.id for found in recorded(name).operations for rule in found.rules),
            *(f"{name}.{when}" for when in recorded(name).provider.errors),
            *(each.id for each in (recorded(name).provider.media.statement,) if each),
        )
    }
    if any(matches(pattern, each) for each in on_record):
        return ""
    known = sorted(on_record | {each.partition(".")[2] for each in on_record})
    near = difflib.get_close_matches(pattern, known, n=1)
    return "; nothing on record is called so" + (f", did you mean {near[0]!r}?" if near else "")


def format_problems(found: Sequence[Problem]) -> str:
    """A report of at least one problem; those of one kind are told once, with their number."""
    kinds: dict[str, list[Problem]] = {}
    for problem in found:
        kinds.setdefault(problem.id, []).append(problem)
    requests = len({id(problem.exchange) for problem in found})
    lines = [
        f"{requests} request{'s do' if requests > 1 else ' does'} not conform: {', '.join(kinds)}"
    ]
    for kind in list(kinds.values())[:MOST_TOLD]:
        lines += ["", *_format(kind[0])]
        if len(kind) > 1:
            lines.append(f"  and {len(kind) - 1} more of this kind")
    if len(kinds) > MOST_TOLD:
        lines += ["", f"and {len(kinds) - MOST_TOLD} more kinds"]
    return "\n".join(lines)


def _format(problem: Problem) -> list[str]:
    exchange = problem.exchange
    operation = f", operation {name_of(exchange)}" if exchange.operation else ""
    request = f"  request   {describe(exchange)}{operation}"
    if problem.violation is None:
        answer = secrets.spelled(exchange.response.body.decode("utf-8", "replace"))
        return [
            f"{problem.id}: refused before any rule was looked at",
            request,
            f"  answer    {_cut(answer)}",
            *(f"  fix       {each}" for each in way_in(exchange)),
        ]
    broken = secrets.violation(problem.violation)
    return [
        f"{broken.rule}: {broken.message}",
        request,
        f"  at        {broken.pointer or 'the whole body'}",
        f"  expected  {brief_text(broken.expected, LONGEST)}",
        f"  got       {brief_text(broken.got, LONGEST)}",
        *(f"  fix       {format_change(change)}" for change in broken.fix),
        f"  source    {broken.source} ({broken.certainty})",
    ]


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"


def format_change(change: Change) -> str:
    """One step of a fix, in words."""
    if change.value is ABSENT:
        return f"{change.op} {change.path}"
    word = "with" if change.op == "replace" else "as"
    return f"{change.op} {change.path} {word} {brief_text(change.value, LONGEST)}"


def way_in(exchange: Exchange) -> list[str]:
    """How a request that never came to a rule would have: the credential, or the nearest route."""
    on_record = recorded(exchange.provider)
    if (exchange.verdict.refusal or "").startswith("credential-"):
        credential = on_record.provider.credential
        return [f"send {credential.header}: {credential.scheme} {credential.example}"]
    if exchange.verdict.refusal not in ("route-unknown", "method-unknown"):
        return []
    routes = {
        f"{operation.method} /{exchange.provider}{operation.path}": operation.name
        for operation in on_record.operations
    }
    asked = f"{exchange.request.method} /{exchange.provider}{exchange.request.path}"
    near = difflib.get_close_matches(asked, routes, n=1, cutoff=0.3)
    return [f"call {each} ({routes[each]})" for each in near]
