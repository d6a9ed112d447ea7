"""The end of a report on a terminal: what pytest itself does not say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.reports import tables
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.wording import headline
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.results.waivers import STALE

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

COLOURS = {
    "broken": "red",
    "warning": "yellow",
    "waived": "cyan",
    "skipped": "bright_black",
    "kept": "green",
}
"""The colours of what may become of a promise."""

MANY = 4
"""Cases of one promise that stand in one line."""

MOST_NEVER = 10
"""Rules that were never exercised, and are named."""


def render(
    report: Report, *, width: int = 100, colours: bool = False, failures: bool = True
) -> str:
    """The report in short: counts by subject, one line a finding, waivers, coverage.

    Args:
        report: what is shown.
        width: columns of the terminal; without colours nothing is cut or folded.
        colours: whether it has any.
        failures: whether to tell the promises that failed, too; pytest does so by itself.
    """
    return tables.render(_parts(report, failures), width=width, colours=colours)


def _parts(report: Report, failures: bool) -> Iterator[RenderableType]:
    from rich.text import Text

    if report.results:
        yield _subjects(report)
    for word, promise, why in _findings(report, failures):
        yield Text.assemble((f"{word}: ", COLOURS[word]), printable(f"{promise}: {why}"))
    if report.coverage.lines:
        yield _coverage(report)
        yield from _never(report)
    yield Text(printable(f"{report.title}: {report.summary()}"), style="bold")


def _findings(report: Report, failures: bool) -> Iterator[tuple[str, str, str]]:
    """How each finding stands, its promise, and why; many cases of one promise are one line."""
    grouped: dict[tuple[str, str, str], list[Result]] = {}
    for each in report.results:
        known = each.fails(report.fail_on) and not each.promise.startswith(STALE)
        if each.verdict in (PromiseVerdict.BROKEN, PromiseVerdict.WAIVED) and (
            failures or not known
        ):
            stem = each.promise.partition("[")[0]
            grouped.setdefault((each.subject, each.standing, stem), []).append(each)
    for (_, word, stem), found in grouped.items():
        if len(found) >= MANY:
            cases = ", ".join(each.promise[len(stem) + 1 : -1] for each in found)
            yield word, f"{stem}, {len(found)} cases", f"{_why(found[0])} ({cases})"
            continue
        for each in found:
            yield word, each.promise, _why(each)


def _why(result: Result) -> str:
    return result.excuse or headline(result)


def _subjects(report: Report) -> Table:
    from rich.text import Text

    rows = [
        {"subject": subject}
        | {word: Text(str(n), COLOURS[word] if n else "") for word, n in counts.items()}
        for subject, counts in report.counts_by_subject.items()
    ]
    return tables.make_table(rows, right=COLOURS)


def _coverage(report: Report) -> Table:
    rows = []
    for name in report.coverage.operations:
        totals = report.coverage.totals(name)
        rows.append(
            {
                "rule coverage": name,
                "touched": f"{totals.exercised} of {totals.rules}",
                "%": f"{totals.percent:.0f}",
                "at limits": f"{totals.limits_met} of {totals.limits}",
                "broken alone": f"{totals.broken} of {totals.breakable}",
            }
        )
    return tables.make_table(rows, right=[*rows[0]][1:])


def _never(report: Report) -> Iterator[RenderableType]:
    from rich.text import Text

    never = report.coverage.never_exercised()
    if never:
        more = f" and {len(never) - MOST_NEVER} more" if len(never) > MOST_NEVER else ""
        yield Text(f"never touched: {', '.join(never[:MOST_NEVER])}{more}")
