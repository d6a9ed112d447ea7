"""The verdict on a terminal: what was called, what was wrong, what went wrong on purpose."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from imagine_harness.contracts.fields import brief_text
from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.judging.doubt import DIFFERS
from imagine_harness.harness.judging.unjudged import READ
from imagine_harness.harness.reports import tables, terminal
from imagine_harness.harness.reports.wording import describe_coverage
from imagine_harness.harness.results.results import PromiseVerdict

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.harness.judging.faults import FaultReaction
    from imagine_harness.harness.judging.requests import JudgedExchange
    from imagine_harness.harness.reports.report import Report
    from imagine_harness.harness.results.results import Result

NOTHING_SEEN = "no request to a provider was seen"

MOST_TOLD = 20
"""Lines of one list."""


def render(
    report: Report,
    conversation: Sequence[JudgedExchange],
    faults: Sequence[FaultReaction],
    *,
    width: int = 100,
) -> str:
    """The whole verdict, as text."""
    lines = [
        *_failing(report),
        *_doubted(report),
        *_list("faults", [f"{t.operation}, request {t.request}: {_reaction(t)}" for t in faults]),
        *_list("ended early", [*_ended(conversation)]),
        *_list("not judged", [*_skipped(report.results, read=True)]),
        *_list("not read", [*_skipped(report.results, read=False)]),
    ]
    if report.coverage.lines:
        rest = describe_coverage(report.coverage)
        lines += ["", *(f"{name}: {rest[name]}" for name in ("documented errors", "readings"))]
    lines += [f"seed: {report.seed}"] if report.seed else []
    middle = "".join(f"{printable(line)}\n" for line in lines)
    end = terminal.render(report, width=width, failures=False)
    return f"{_requests(conversation)}{middle}\n{end}"


def _requests(conversation: Iterable[JudgedExchange]) -> str:
    """How often each operation was called, how it was answered, and what the verdicts are."""
    answers: dict[str, Counter[str]] = {}
    verdicts: dict[str, Counter[str]] = {}
    for each in conversation:
        if each.is_known:
            name, status = _name(each.exchange), each.exchange.response.status
            answers.setdefault(name, Counter())[str(status or "no answer")] += 1
            verdicts.setdefault(name, Counter())[_verdict(each)] += 1
    rows = [
        {
            "requests": name,
            "": counts.total(),
            "answered": _counted(counts),
            "verdict": _counted(verdicts[name]),
        }
        for name, counts in answers.items()
    ]
    return tables.render([tables.make_table(rows)]) if rows else f"{NOTHING_SEEN}\n"


def _verdict(judged: JudgedExchange) -> str:
    is_judged = judged.looked_at or judged.aside is not None
    return judged.exchange.verdict.kind if is_judged else "not judged"


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{word} x{count}" if count > 1 else word for word, count in counts.items())


def _failing(report: Report) -> Iterator[str]:
    """Each finding that fails the run, with its rule, source and fix."""
    for each in report.failing:
        if not each.promise.startswith("waiver."):
            yield from _finding(each)


def _doubted(report: Report) -> Iterator[str]:
    """Each answer that is not as recorded, and what records it, where it does not fail the run."""
    for each in report.findings:
        if each.promise.startswith(DIFFERS) and not each.fails(report.fail_on):
            yield from _finding(each)


def _finding(result: Result) -> Iterator[str]:
    first, *others = result.message.splitlines() or [result.says]
    yield ""
    yield f"{result.standing}: {_case(result)}: {first}"
    yield from (f"  {line}" for line in others)
    for name, value in (("expected", result.expected), ("got", result.got)):
        if value is not None:
            yield f"  {tables.format_field(name, brief_text(value, 160), 10)}"
    if result.source:
        yield f"  {tables.format_field('source', f'{result.source} ({result.certainty})', 10)}"


def _case(result: Result) -> str:
    """The rule that is at stake, or what the promise is about."""
    return result.rule or result.promise.partition("[")[2].removesuffix("]") or result.promise


def _reaction(met: FaultReaction) -> str:
    return f"{met.fault}, {met.answered}: {met.reaction}"


def _ended(conversation: Iterable[JudgedExchange]) -> Iterator[str]:
    """Who left before an answer was whole, where nothing that went wrong on purpose tells it."""
    for each in conversation:
        exchange = each.exchange
        if each.is_known and exchange.ending and exchange.verdict.fault is None:
            yield f"{_name(exchange)}, request {exchange.id}: {exchange.ending}"


def _name(exchange: Exchange) -> str:
    return f"{exchange.provider or 'nobody'}.{exchange.operation or '?'}"


def _skipped(results: Iterable[Result], *, read: bool) -> Iterator[str]:
    """What was not judged: what was read, or what could not be."""
    for each in results:
        if each.verdict is PromiseVerdict.SKIPPED and each.promise.startswith(READ) is not read:
            yield f"{_case(each)}: {each.message}"


def _list(title: str, lines: Sequence[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines[:MOST_TOLD])
        if len(lines) > MOST_TOLD:
            yield f"  and {len(lines) - MOST_TOLD} more"
