"""What was found on pages, for people and for machines: one function a format."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import starmap
from types import MappingProxyType
from xml.etree import ElementTree

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.impact import AffectedCall
from imagine_harness.harness.drift.comparing.kinds import BREAKING
from imagine_harness.harness.drift.comparing.witness import Witness
from imagine_harness.harness.drift.page_check import PageCheck
from imagine_harness.harness.drift.wording import (
    describe_affected_call,
    describe_finding,
    describe_open_point,
    describe_witness,
    headline,
)
from imagine_harness.harness.reports.github import command
from imagine_harness.harness.reports.json import document as json_document
from imagine_harness.harness.reports.junit import document as xml_document
from imagine_harness.harness.reports.markdown import code, escaped, raw_table
from imagine_harness.harness.traffic.errors import Unread


@dataclass(frozen=True, slots=True)
class PageReport:
    """What came of one page.

    Attributes:
        witnesses: for each finding of the check, a request that shows it.
        affected: the recorded calls that would be refused now.
        record_error: why the findings make no contract, None where they do.
        unread: the recorded calls of which it cannot be said whether they are hit.
    """

    check: PageCheck
    witnesses: tuple[Witness | None, ...] = ()
    affected: tuple[AffectedCall, ...] = ()
    record_error: str | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def witnessed(self) -> Iterator[tuple[Finding, Witness | None]]:
        """Each finding with what shows it."""
        spare = (None,) * (len(self.check.findings) - len(self.witnesses))
        return zip(self.check.findings, (*self.witnesses, *spare), strict=True)


def as_json(reports: Sequence[PageReport]) -> str:
    """An object for one page, an array for several; recorded calls that are hit where there are."""
    made = [
        report.check.as_json() | {name: each for name, each in _further(report) if each}
        for report in reports
    ]
    whole = made[0] if len(made) == 1 else made
    return json_document(whole)


def _further(report: PageReport) -> Iterator[tuple[str, list[dict[str, object]]]]:
    yield "calls", [*map(_hit, report.affected)]
    points = report.check.open_points
    yield "open_points", [{"section": each.section, "text": each.text} for each in points]


def _hit(hit: AffectedCall) -> dict[str, object]:
    return {
        "name": hit.where,
        "operation": hit.operation,
        "message": hit.message,
        "kind": hit.finding.kind if hit.finding else None,
        "parameter": hit.finding.parameter if hit.finding else None,
    }


def as_text(reports: Sequence[PageReport]) -> str:
    """For a terminal."""
    return "\n".join(printable(line) for report in reports for line in _text(report)) + "\n"


def _text(report: PageReport) -> Iterator[str]:
    yield headline(report.check)
    for finding, witness in report.witnessed:
        yield f"  {finding.level:7} {describe_finding(finding)}"
        yield f"          {finding.kind}, {finding.severity} ({finding.section or 'the page'})"
        if witness is not None:
            yield f"          {describe_witness(witness)}"
    for hit in report.affected:
        yield f"  refused now: {describe_affected_call(hit)}"
    for point in report.check.open_points:
        yield f"  {describe_open_point(point)}"
    if report.record_error is not None:
        yield f"  cannot be recorded: {report.record_error}"


def as_markdown(reports: Sequence[PageReport]) -> str:
    """For a pull request or a summary of a run."""
    return "\n".join(line for report in reports for line in _markdown(report)) + "\n"


def _markdown(report: PageReport) -> Iterator[str]:
    yield f"### {escaped(headline(report.check))}"
    yield ""
    if report.check.findings:
        heads = ("Severity", "What moved", "Kind", "Section", "Shown by")
        yield raw_table(heads, starmap(_row, report.witnessed))
        yield ""
    for hit in report.affected:
        yield f"- refused now: {escaped(describe_affected_call(hit))}"
    for point in report.check.open_points:
        yield f"- {escaped(describe_open_point(point))}"


def _row(finding: Finding, witness: Witness | None) -> tuple[str, ...]:
    moved, section = escaped(describe_finding(finding)), escaped(finding.section)
    shown = escaped(describe_witness(witness)) if witness else ""
    return finding.severity, moved, code(finding.kind), section, shown


def as_github(reports: Sequence[PageReport]) -> str:
    """Annotations of GitHub Actions: one workflow command a line."""
    lines: list[str] = []
    for report in reports:
        check = report.check
        if check.error is not None:
            lines.append(_command("error", "the page could not be read", check.error, check))
        for finding, witness in report.witnessed:
            word = {"error": "error", "warning": "warning"}.get(finding.level, "notice")
            lines.append(_command(word, finding.kind, describe_finding(finding, witness), check))
        for point in check.open_points:
            lines.append(_command("warning", "not understood", describe_open_point(point), check))
        for hit in report.affected:
            lines.append(
                _command("error", "a recorded call is hit", describe_affected_call(hit), check)
            )
    return "\n".join(lines) + "\n" if lines else ""


def _command(word: str, title: str, message: str, check: PageCheck) -> str:
    where = {"file": check.page} if check.page != "-" else {}
    return command(word, message, **where, title=title)


def as_junit(reports: Sequence[PageReport]) -> str:
    """JUnit XML: a suite a page; a case that fails for each breaking finding."""
    root = ElementTree.Element("testsuites", name="docs drift")
    for report in reports:
        root.append(_suite(report))
    return xml_document(root)


def _suite(report: PageReport) -> ElementTree.Element:
    check = report.check
    suite = ElementTree.Element("testsuite", name=f"{check.provider} {check.page}")
    first = ElementTree.SubElement(suite, "testcase", classname=check.provider, name="page is read")
    if check.error is not None:
        ElementTree.SubElement(first, "error", message=check.error)
    for point in check.open_points:
        ElementTree.SubElement(first, "error", message=describe_open_point(point))
    for finding, witness in report.witnessed:
        case = ElementTree.SubElement(
            suite, "testcase", classname=check.provider, name=f"{finding.subject} {finding.kind}"
        )
        place = "failure" if finding.severity == BREAKING else "system-out"
        element = ElementTree.SubElement(case, place)
        element.text = describe_finding(finding, witness)
        if place == "failure":
            element.set("message", describe_finding(finding))
            element.set("type", finding.kind)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    return suite


FORMATS: Mapping[str, Callable[[Sequence[PageReport]], str]] = MappingProxyType(
    {
        "text": as_text,
        "json": as_json,
        "markdown": as_markdown,
        "github": as_github,
        "junit": as_junit,
    }
)
"""What writes each format. The only list."""
