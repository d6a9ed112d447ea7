"""What was found on pages, for people and for machines: one function a format."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from xml.etree import ElementTree

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.drift.comparing.findings import Finding, stated
from imagine_harness.harness.drift.comparing.impact import Hit
from imagine_harness.harness.drift.comparing.kinds import BREAKING, NONE, UNKNOWN
from imagine_harness.harness.drift.comparing.witness import Witness
from imagine_harness.harness.drift.facts import OpenPoint
from imagine_harness.harness.drift.page_check import Look
from imagine_harness.harness.reports.github import command
from imagine_harness.harness.reports.junit import valid_xml
from imagine_harness.harness.reports.markdown import escaped
from imagine_harness.harness.traffic.recording import Unread

LONGEST = 300
"""Characters of a value or a body that are shown to people."""


@dataclass(frozen=True, slots=True)
class Report:
    """What came of one page.

    Attributes:
        witnesses: for each finding of the look, a request that shows it.
        hits: the recorded calls that would be refused now.
        record_error: why the findings make no contract, None where they do.
        unread: the recorded calls of which it cannot be said whether they are hit.
    """

    look: Look
    witnesses: tuple[Witness | None, ...] = ()
    hits: tuple[Hit, ...] = ()
    record_error: str | None = None
    unread: tuple[Unread, ...] = ()

    @property
    def shown(self) -> Iterator[tuple[Finding, Witness | None]]:
        """Each finding with what shows it."""
        spare = (None,) * (len(self.look.findings) - len(self.witnesses))
        return zip(self.look.findings, (*self.witnesses, *spare), strict=True)


def as_json(reports: Sequence[Report]) -> str:
    """An object for one page, an array for several; recorded calls that are hit where there are."""
    made = [
        report.look.as_json() | {name: each for name, each in _rest(report) if each}
        for report in reports
    ]
    whole = made[0] if len(made) == 1 else made
    return json.dumps(whole, indent=2, ensure_ascii=False) + "\n"


def _rest(report: Report) -> Iterator[tuple[str, list[dict[str, object]]]]:
    yield "calls", [*map(_hit, report.hits)]
    points = report.look.open_points
    yield "open_points", [{"section": each.section, "text": each.text} for each in points]


def _hit(hit: Hit) -> dict[str, object]:
    return {
        "name": hit.where,
        "operation": hit.operation,
        "message": hit.message,
        "kind": hit.finding.kind if hit.finding else None,
        "parameter": hit.finding.parameter if hit.finding else None,
    }


def as_text(reports: Sequence[Report]) -> str:
    """For a terminal."""
    return "\n".join(printable(line) for report in reports for line in _text(report)) + "\n"


def _text(report: Report) -> Iterator[str]:
    yield headline(report.look)
    for finding, witness in report.shown:
        yield f"  {finding.level:7} {told(finding)}"
        yield f"          {finding.kind}, {finding.severity} ({finding.section or 'the page'})"
        if witness is not None:
            yield f"          {shown_by(witness)}"
    for hit in report.hits:
        yield f"  refused now: {hit_told(hit)}"
    for point in report.look.open_points:
        yield f"  {point_told(point)}"
    if report.record_error is not None:
        yield f"  cannot be recorded: {report.record_error}"


def headline(look: Look) -> str:
    """One line on a page: its name, its model, how severe."""
    what = f"{look.page}: {look.provider}" + (f" {look.model}" if look.model else "")
    count = len(look.findings)
    points = len(look.open_points)
    left = f"{points} {'sentence' if points == 1 else 'sentences'} not understood"
    if look.severity == UNKNOWN and look.error is None:
        return f"{what}: no drift in what was understood, {left}"
    if look.severity == UNKNOWN:
        return f"{what}: could not be read: {look.error}"
    if look.severity == NONE:
        return f"{what}: no drift, all facts read"
    number = "1 finding" if count == 1 else f"{count} findings"
    rest = "".join(f"; {each}" for each in (look.error, points and left) if each)
    return f"{what}: {number}, {look.severity}{rest}"


def point_told(point: OpenPoint) -> str:
    """An open point as one line."""
    return f"not understood: {point.section}: {cut(point.text)}"


def told(finding: Finding) -> str:
    """A finding as a sentence: what it is about, what happened, was and now."""
    return f"{finding.subject} {finding.of_kind.says}{_moved(finding)}"


def _moved(finding: Finding) -> str:
    was, now = stated(finding.was), stated(finding.now)
    if was is None:
        return "" if now is None else f": {_said(now)}"
    if now is None:
        return f": was {_said(was)}"
    return f": was {_said(was)}, now {_said(now)}"


def _said(value: object) -> str:
    return cut(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def shown_by(witness: Witness) -> str:
    """A witness as one line."""
    ways = ("accepted until now", "refused now")
    if witness.accepted:
        ways = ("refused until now", "accepted now")
    return f"{ways[0]}, {ways[1]}: {_said(witness.body)} ({witness.message})"


def hit_told(hit: Hit) -> str:
    """A recorded call that would be refused, as one line."""
    cause = f", because {told(hit.finding)}" if hit.finding else ""
    return f"{hit.where} ({hit.operation}): {hit.message}{cause}"


def cut(text: str) -> str:
    """A text on one line, not too long for people."""
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def as_markdown(reports: Sequence[Report]) -> str:
    """For a pull request or a summary of a run."""
    return "\n".join(line for report in reports for line in _markdown(report)) + "\n"


def _markdown(report: Report) -> Iterator[str]:
    yield f"### {escaped(headline(report.look))}"
    yield ""
    if report.look.findings:
        yield "| Severity | What moved | Kind | Section | Shown by |"
        yield "| --- | --- | --- | --- | --- |"
        for finding, witness in report.shown:
            shown = escaped(shown_by(witness)) if witness else ""
            cells = (escaped(told(finding)), f"`{finding.kind}`", escaped(finding.section), shown)
            yield f"| {finding.severity} | {' | '.join(cells)} |"
        yield ""
    for hit in report.hits:
        yield f"- refused now: {escaped(hit_told(hit))}"
    for point in report.look.open_points:
        yield f"- {escaped(point_told(point))}"


def as_github(reports: Sequence[Report]) -> str:
    """Annotations of GitHub Actions: one workflow command a line."""
    lines: list[str] = []
    for report in reports:
        look = report.look
        if look.error is not None:
            lines.append(_command("error", "the page could not be read", look.error, look))
        for finding, witness in report.shown:
            message = told(finding) + (f"\n{shown_by(witness)}" if witness else "")
            word = {"error": "error", "warning": "warning"}.get(finding.level, "notice")
            lines.append(_command(word, finding.kind, message, look))
        for point in look.open_points:
            lines.append(_command("warning", "not understood", point_told(point), look))
        for hit in report.hits:
            lines.append(_command("error", "a recorded call is hit", hit_told(hit), look))
    return "\n".join(lines) + "\n" if lines else ""


def _command(word: str, title: str, message: str, look: Look) -> str:
    where = {"file": look.page} if look.page != "-" else {}
    return command(word, message, **where, title=title)


def as_junit(reports: Sequence[Report]) -> str:
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


def _suite(report: Report) -> ElementTree.Element:
    look = report.look
    suite = ElementTree.Element("testsuite", name=f"{look.provider} {look.page}")
    first = ElementTree.SubElement(suite, "testcase", classname=look.provider, name="page is read")
    if look.error is not None:
        ElementTree.SubElement(first, "error", message=look.error)
    for point in look.open_points:
        ElementTree.SubElement(first, "error", message=point_told(point))
    for finding, witness in report.shown:
        case = ElementTree.SubElement(
            suite, "testcase", classname=look.provider, name=f"{finding.subject} {finding.kind}"
        )
        place = "failure" if finding.severity == BREAKING else "system-out"
        told_of = ElementTree.SubElement(case, place)
        told_of.text = told(finding) + (f"\n{shown_by(witness)}" if witness else "")
        if place == "failure":
            told_of.set("message", told(finding))
            told_of.set("type", finding.kind)
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    return suite


FORMATS: Mapping[str, Callable[[Sequence[Report]], str]] = MappingProxyType(
    {
        "text": as_text,
        "json": as_json,
        "markdown": as_markdown,
        "github": as_github,
        "junit": as_junit,
    }
)
"""What writes each format. The only list."""
