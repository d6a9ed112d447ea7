"""What the HTML page shows of coverage: every rule, every documented error, every reading."""

from __future__ import annotations

from collections.abc import Iterator

from imagine_harness.contracts.rules.exercises import Touch
from imagine_harness.harness.coverage.coverage import Coverage, Line
from imagine_harness.harness.reports.html_finding import linked
from imagine_harness.harness.reports.markup import Child, Markup, tag
from imagine_harness.harness.reports.report import STANDINGS, Report
from imagine_harness.harness.results.results import Result

COLUMNS = {
    Touch.OBEYED: "obeyed",
    Touch.LOWER: "lower limit",
    Touch.UPPER: "upper limit",
    Touch.BROKEN: "broken alone",
}
"""What is shown of each rule."""


def coverage(report: Report) -> Markup | None:
    """Every rule with its verdict and what was tried of it, operation by operation."""
    if not report.coverage.lines:
        return None
    return tag("section", tag("h2", "Rule coverage"), _parts(report))


def _parts(report: Report) -> Iterator[Child]:
    whole = report.coverage
    verdicts = _verdicts(report)
    for name in whole.operations:
        totals = whole.totals(name)
        yield tag(
            "details",
            tag(
                "summary",
                tag("code", name),
                f" {totals.touched} of {totals.rules} rules touched ({totals.percent:.0f} %), "
                f"{totals.limits_met} of {totals.limits} limits met, "
                f"{totals.broken} of {totals.breakable} broken alone",
            ),
            _table([_row(line, verdicts.get(line.rule)) for line in whole.of(name)]),
            class_="coverage",
        )
    yield _errors(whole)
    yield _readings(whole)


def _verdicts(report: Report) -> dict[str, Result]:
    """The most urgent result about each rule."""
    found: dict[str, Result] = {}
    for word in reversed(STANDINGS):
        found |= {each.rule: each for each in report.results if each.standing == word}
    return found


def _table(rows: list[Markup]) -> Markup:
    names = ("rule", "verdict", *COLUMNS.values(), "source", "certainty")
    head = tag("tr", [tag("th", name, scope="col") for name in names])
    return tag("div", tag("table", tag("thead", head), tag("tbody", rows)), class_="wide")


def _row(line: Line, result: Result | None) -> Markup:
    verdict = result.standing if result else ("" if line.touched else "never touched")
    return tag(
        "tr",
        tag("td", tag("code", line.rule)),
        tag("td", tag("span", verdict, class_=f"badge {verdict}") if verdict else None),
        [_cell(line, touch) for touch in COLUMNS],
        tag("td", linked(line.source), class_="source"),
        tag("td", line.certainty),
        class_=None if line.touched else "never",
    )


def _cell(line: Line, touch: Touch) -> Markup:
    if touch not in line.possible:
        return tag("td", "-", class_="none", title="there is none")
    return tag("td", "yes", class_="yes") if touch in line.touched else tag("td", "no", class_="no")


def _errors(whole: Coverage) -> Markup | None:
    if not whole.errors:
        return None
    met = sum(whole.errors.values())
    rows = [
        tag("tr", tag("td", tag("code", name)), _yes(was)) for name, was in whole.errors.items()
    ]
    return tag(
        "details",
        tag("summary", f"Documented errors: {met} of {len(rows)} met"),
        tag("table", tag("tbody", rows)),
        class_="coverage",
    )


def _readings(whole: Coverage) -> Markup | None:
    if not whole.readings:
        return None
    every = [
        (f"{name}={choice}", was)
        for name, choices in whole.readings.items()
        for choice, was in choices.items()
    ]
    rows = [tag("tr", tag("td", tag("code", name)), _yes(was)) for name, was in every]
    return tag(
        "details",
        tag("summary", f"Readings: {sum(was for _, was in every)} of {len(rows)} choices in force"),
        tag("table", tag("tbody", rows)),
        class_="coverage",
    )


def _yes(was: bool) -> Markup:
    return tag("td", "yes" if was else "no", class_="yes" if was else "no")
