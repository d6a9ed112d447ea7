"""What was found on pages, for people and for machines: one function a format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.drift.comparing.findings import Finding, stated
from imagine_harness.harness.drift.comparing.impact import AffectedCall
from imagine_harness.harness.drift.comparing.kinds import BREAKING, NONE, UNKNOWN
from imagine_harness.harness.drift.comparing.witness import Witness
from imagine_harness.harness.drift.facts import OpenPoint
from imagine_harness.harness.drift.page_check import PageCheck
from imagine_harness.harness.reports.github import command
from imagine_harness.harness.reports.junit import valid_xml
from imagine_harness.harness.reports.markdown import escaped
from imagine_harness.harness.traffic.recording import Unread

LONGEST = 300
"""Characters of a value or a body that are witnessed to people."""


@dataclass(frozen=True, slots=True)
class PageReport:
    """What came of one page.

    Attributes:
        witnesses: for each finding of the check, a request that shows it.
        hits: the recorded calls that would be refused now.
        record_error: why the findings make no contract, None where they do.
        unread: the recorded calls of which it cannot be said whether they are hit.
    """

    check: PageCheck
    witnesses: tuple[Witness | None, ...] = ()
    hits: tuple[AffectedCall, ...] = ()
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
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _further(report: PageReport) -> Iterator[tuple[str, list[dict[str, object]]]]:
    yield "calls", [*map(_hit, report.hits)]
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
    for hit in report.hits:
        yield f"  refused now: {describe_affected_call(hit)}"
    for point in report.check.open_points:
        yield f"  {describe_open_point(point)}"
    if report.record_error is not None:
        yield f"  cannot be recorded: {report.record_error}"


def headline(check: PageCheck) -> str:
    """One line on a page: its name, its model, how severe."""
    what = f"{check.page}: {check.provider}" + (f" {check.model}" if check.model else "")
    count = len(check.findings)
    points = len(check.open_points)
    left = f"{points} {'sentence' if points == 1 else 'sentences'} not understood"
    if check.severity == UNKNOWN and check.error is None:
        return f"{what}: no drift in what was understood, {left}"
    if check.severity == UNKNOWN:
        return f"{what}: could not be read: {check.error}"
    if check.severity == NONE:
        return f"{what}: no drift, all facts read"
    number = "1 finding" if count == 1 else f"{count} findings"
    rest = "".join(f"; {each}" for each in (check.error, points and left) if each)
    return f"{what}: {number}, {check.severity}{rest}"


def describe_open_point(point: OpenPoint) -> str:
    """An open point as one line."""
    return f"not understood: {point.section}: {cut(point.text)}"


def describe_finding(finding: Finding) -> str:
    """A finding as a sentence: what it is about, what happened, was and now."""
    return f"{finding.subject} {finding.of_kind.says}{_moved(finding)}"


def _moved(finding: Finding) -> str:
    was, now = stated(finding.was), stated(finding.now)
    if was is None:
        return "" if now is None else f": {_format_value(now)}"
    if now is None:
        return f": was {_format_value(was)}"
    return f": was {_format_value(was)}, now {_format_value(now)}"


def _format_value(value: object) -> str:
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def describe_witness(witness: Witness) -> str:
    """A witness as one line."""
    ways = ("accepted until now", "refused now")
    if witness.accepted:
        ways = ("refused until now", "accepted now")
    return f"{ways[0]}, {ways[1]}: {_format_value(witness.body)} ({witness.message})"


def describe_affected_call(hit: AffectedCall) -> str:
    """A recorded call that would be refused, as one line."""
    cause = f", because {describe_finding(hit.finding)}" if hit.finding else ""
    return f"{hit.where} ({hit.operation}): {hit.message}{cause}"


def cut(text: str) -> str:
    """A text on one line, not too long for people."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def as_markdown(reports: Sequence[PageReport]) -> str:
    """For a pull request or a summary of a run."""
    return "\n".join(line for report in reports for line in _markdown(report)) + "\n"


def _markdown(report: PageReport) -> Iterator[str]:
    yield f"### {escaped(headline(report.check))}"
    yield ""
    if report.check.findings:
        yield "| Severity | What moved | Kind | Section | Shown by |"
        yield "| --- | --- | --- | --- | --- |"
        for finding, witness in report.witnessed:
            witnessed = escaped(describe_witness(witness)) if witness else ""
            cells = (
                escaped(describe_finding(finding)),
                f"`{finding.kind}`",
                escaped(finding.section),
                witnessed,
            )
            yield f"| {finding.severity} | {' | '.join(cells)} |"
        yield ""
    for hit in report.hits:
        yield f"- refused now: {escaped(describe_affected_call(hit))}"
    for point in report.check.open_points:
        yield f"- {escaped(describe_open_point(point))}"


def as_github(reports: Sequence[PageReport]) -> str:
    """Annotations of GitHub Actions: one workflow command a line."""
    lines: list[str] = []
    for report in reports:
        check = report.check
        if check.error is not None:
            lines.append(_command("error", "the page could not be read", check.error, check))
        for finding, witness in report.witnessed:
            message = describe_finding(finding) + (
                f"\n{describe_witness(witness)}" if witness else ""
            )
            word = {"error": "error", "warning": "warning"}.get(finding.level, "notice")
            lines.append(_command(word, finding.kind, message, check))
        for point in check.open_points:
            lines.append(_command("warning", "not understood", describe_open_point(point), check))
        for hit in report.hits:
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
    for element in root.iter():
        element.text = valid_xml(element.text or "") or None
        for name, value in element.items():
            element.set(name, valid_xml(value))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


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
        element.text = describe_finding(finding) + (
            f"\n{describe_witness(witness)}" if witness else ""
        )
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
