"""The report as Markdown, for a pull request or the summary of a CI job."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Sequence

from imagine_harness.contracts.untrusted.printing import inert, printable
from imagine_harness.harness.coverage.coverage import Coverage, Totals
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.wording import (
    describe_coverage,
    facts,
    format_exchange,
    headline,
    pretty,
)
from imagine_harness.harness.results.results import Result, Side

SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|~-]|:(?=//)|(?<=www)\.)")
"""Letters that mean something in Markdown."""

NUMBERED = re.compile(r"^([0-9]{1,9})\.")
"""What begins an entry of a numbered list."""


LANGUAGES = {"curl": "sh"}
"""What a way to see it again is written in, where that has another name."""


def render(report: Report) -> str:
    """The report as one Markdown document: totals, findings and all the rest of it."""
    blocks = [f"# {escaped(report.title)}", f"**{escaped(report.summary())}**{_origin(report)}"]
    blocks += _subjects(report)
    for each in report.findings:
        blocks += _finding(each)
    blocks += _skipped(report)
    blocks += _waived(report)
    blocks += _coverage(report.coverage)
    if report.others:
        rows = [(each.test, each.message) for each in report.others]
        blocks += ["## Other tests that failed", table(("test", "message"), rows)]
    return "\n\n".join(blocks) + "\n"


def _origin(report: Report) -> str:
    versions = ", ".join(f"{name} {number}" for name, number in report.versions.items())
    seed = f"seed {report.seed}" if report.seed else ""
    parts = [part for part in (f"{report.when:%Y-%m-%d %H:%M} UTC", seed, versions) if part]
    return f"  \n{escaped(', '.join(parts))}"


def _subjects(report: Report) -> list[str]:
    if not report.results:
        return []
    counted = report.counts_by_subject
    rows = [(subject, *map(str, counts.values())) for subject, counts in counted.items()]
    return [table(("subject", *next(iter(counted.values()))), rows)]


def _finding(result: Result) -> Iterator[str]:
    word = result.standing.capitalize()
    yield f"## {word}: {escaped(result.promise)}"
    yield escaped(headline(result))
    if "\n" in result.message:
        yield fenced(result.message)
    yield "\n".join(f"- {name}: {_linked(value)}" for name, value in facts(result).items())
    for side in result.sides:
        yield f"{escaped(side.label)}:"
        yield _format_side(side)
    for number, exchange in enumerate(result.seen, 1):
        yield _folded(f"exchange {number}", fenced(format_exchange(exchange)))
    for language, text in result.steps.items():
        yield _folded(f"see it again: {language}", fenced(text, LANGUAGES.get(language, language)))


def _format_side(side: Side) -> str:
    # a data URI is no link that the sites which render Markdown would follow
    return "a picture, shown in the HTML report" if side.picture else fenced(pretty(side.body))


def _skipped(report: Report) -> list[str]:
    rows = [(each.promise, headline(each)) for each in report.skipped]
    return ["## Skipped", table(("promise", "why"), rows)] if rows else []


def _waived(report: Report) -> list[str]:
    rows = [
        (use.waiver.id, str(use.standing), use.waiver.expires.isoformat(), use.waiver.reason)
        for use in report.uses
    ]
    return ["## Waivers", table(("id", "standing", "expires", "reason"), rows)] if rows else []


def _coverage(coverage: Coverage) -> list[str]:
    if not coverage.lines:
        return []
    rows = [(name, *_numbers(coverage.totals(name))) for name in coverage.operations]
    rows.append(("all", *_numbers(coverage.totals())))
    never = coverage.never_exercised()
    blocks = ["## Rule coverage", table(("operation", "touched", "limits", "broken alone"), rows)]
    rest = describe_coverage(coverage)
    blocks.append(f"Documented errors: {rest['documented errors']}. Readings: {rest['readings']}.")
    if never:
        rules = "\n".join(f"- {escaped(rule)}" for rule in never)
        blocks.append(_folded(f"{len(never)} rules never touched", rules))
    return blocks


def _numbers(totals: Totals) -> tuple[str, str, str]:
    return (
        f"{totals.exercised} of {totals.rules} ({totals.percent:.0f} %)",
        f"{totals.limits_met} of {totals.limits}",
        f"{totals.broken} of {totals.breakable}",
    )


def escaped(text: str) -> str:
    """A text on one line that means nothing in Markdown nor in HTML."""
    plain = html.escape(printable(" ".join(text.split())), quote=False)
    return NUMBERED.sub(r"\1\\.", SPECIAL.sub(r"\\\1", plain))


def _linked(text: str) -> str:
    """A text, as a link where it is a web address and its heading."""
    if not re.fullmatch(r"https?://[!-~][ -~]*", text) or re.search(r"[<>\\]", text):
        return escaped(text)
    return f"[{escaped(text)}](<{text.partition('#')[0]}>)"


def table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; its cells are escaped."""
    return raw_table([*map(escaped, names)], ([*map(escaped, row)] for row in rows))


def raw_table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table of cells that are Markdown already."""
    lines = [names, ["---"] * len(names), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def fenced(text: str, language: str = "") -> str:
    """A text as code, whatever is in it."""
    text = inert(text).rstrip()
    fence = "`" * max(3, _longest_run(text) + 1)
    return f"{fence}{language}\n{text}\n{fence}"


def code(text: str) -> str:
    """A text as code on one line, whatever is in it."""
    text = printable(text)
    ticks = "`" * (_longest_run(text) + 1)
    edges = {text[:1], text[-1:]}
    space = " " if not text or (text.strip(" ") and edges & {"`", " "}) else ""
    return f"{ticks}{space}{text}{space}{ticks}"


def _longest_run(text: str) -> int:
    return max(map(len, re.findall("`+", text)), default=0)


def _folded(title: str, block: str) -> str:
    return f"<details><summary>{html.escape(title)}</summary>\n\n{block}\n\n</details>"
