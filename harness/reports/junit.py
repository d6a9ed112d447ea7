"""The report as JUnit XML: one suite a subject, one case a promise."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.etree import ElementTree

from imagine_harness.harness.coverage.coverage import Coverage
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.wording import describe, describe_coverage, headline
from imagine_harness.harness.results.results import PromiseVerdict, Result

INVALID_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to say."""


def render(report: Report) -> str:
    """The report as one XML document. A warning that does not fail the run is no failure in it."""
    root = ElementTree.Element("testsuites", name=report.title)
    groups = [_suite(report, name, each) for name, each in report.subjects.items()]
    if report.others:
        groups.append(_others(report))
    if report.coverage.lines:
        groups.append(_coverage(report.coverage))
    for suite in groups:
        root.append(suite)
    for count in ("tests", "failures", "errors", "skipped"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in groups)))
    return document(root)


def document(root: ElementTree.Element) -> str:
    """The text of an XML document; what XML cannot hold is replaced in it."""
    for element in root.iter():
        element.text = valid_xml(element.text or "")
        for name, value in element.items():
            element.set(name, valid_xml(value))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _suite(report: Report, subject: str, results: Sequence[Result]) -> ElementTree.Element:
    suite = ElementTree.Element(
        "testsuite",
        name=subject,
        tests=str(len(results)),
        failures=str(sum(each.fails(report.fail_on) for each in results)),
        errors="0",
        skipped=str(
            sum(each.verdict in (PromiseVerdict.SKIPPED, PromiseVerdict.WAIVED) for each in results)
        ),
        time=f"{sum(each.seconds for each in results):.3f}",
        timestamp=report.when.isoformat(timespec="seconds"),
    )
    for each in results:
        suite.append(_case(report, each))
    return suite


def _case(report: Report, result: Result) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        classname=result.subject,
        name=result.promise,
        time=f"{result.seconds:.3f}",
    )
    case.attrib |= {"file": result.file} if result.file else {}
    case.attrib |= {"line": str(result.line)} if result.line else {}
    if result.verdict is PromiseVerdict.SKIPPED:
        ElementTree.SubElement(case, "skipped", message=headline(result))
    elif result.verdict is PromiseVerdict.WAIVED:
        ElementTree.SubElement(case, "skipped", message=f"waived: {result.excuse}")
    elif result.fails(report.fail_on):
        kind = result.rule or str(result.level)
        failure = ElementTree.SubElement(case, "failure", message=headline(result), type=kind)
        failure.text = describe(result)
    elif result.verdict is PromiseVerdict.BROKEN:
        ElementTree.SubElement(case, "system-out").text = f"warning: {describe(result)}"
    return case


def _others(report: Report) -> ElementTree.Element:
    count = str(len(report.others))
    suite = ElementTree.Element(
        "testsuite", name="other tests", tests=count, failures="0", errors=count, skipped="0"
    )
    for each in report.others:
        case = ElementTree.SubElement(suite, "testcase", classname="other tests", name=each.test)
        ElementTree.SubElement(case, "error", message=each.message)
    return suite


def _coverage(coverage: Coverage) -> ElementTree.Element:
    """What was tried of the rules, as the properties of a suite without a case."""
    suite = ElementTree.Element(
        "testsuite", name="rule coverage", tests="0", failures="0", errors="0", skipped="0"
    )
    properties = ElementTree.SubElement(suite, "properties")
    for name, value in describe_coverage(coverage).items():
        ElementTree.SubElement(properties, "property", name=name, value=value)
    return suite


def valid_xml(text: str) -> str:
    """A text in which XML has a way to say every letter."""
    return INVALID_XML.sub("\ufffd", text)
