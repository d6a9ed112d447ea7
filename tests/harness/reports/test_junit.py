"""The report as JUnit XML."""

from __future__ import annotations

from collections.abc import Callable
from xml.etree import ElementTree

import pytest

from imagine_harness.contracts.model import Level
from imagine_harness.harness.reports.junit import render
from imagine_harness.harness.reports.report import Report

Reported = Callable[..., Report]


@pytest.fixture
def root(whole: Report) -> ElementTree.Element:
    return ElementTree.fromstring(render(whole))


def case(root: ElementTree.Element, name: str) -> ElementTree.Element:
    found = root.find(f".//testcase[@name='{name}']")
    assert found is not None
    return found


def test_every_subject_is_a_suite_with_its_counts(root: ElementTree.Element) -> None:
    suites = {
        each.get("name"): [each.get(key) for key in ("tests", "failures", "errors", "skipped")]
        for each in root
    }

    assert suites == {
        "client of fal.generate": ["5", "1", "0", "2"],
        "client of xai.edit": ["1", "0", "0", "0"],
        "waivers of w.toml": ["1", "1", "0", "0"],
        "other tests": ["1", "0", "1", "0"],
        "rule coverage": ["0", "0", "0", "0"],
    }
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "2", "1")


def test_what_was_tried_stands_in_the_properties_of_a_suite(root: ElementTree.Element) -> None:
    found = {each.get("name"): str(each.get("value")) for each in root.iter("property")}

    assert found["fal.generate"].startswith("1 of ")
    assert found["never touched"].startswith("fal.generate.")
    assert found.keys() >= {"documented errors", "readings"}


def test_a_failure_tells_all_and_where_it_stands(root: ElementTree.Element) -> None:
    found = case(root, "client.conforms")
    failure = found.find("failure")

    assert (found.get("file"), found.get("line")) == ("tests/test_my,client.py", "12")
    assert found.get("time") == "1.250"
    assert failure is not None
    assert failure.get("type") == "fal.generate.num_images.maximum"
    assert failure.get("message") == "num_images must be at most 4, got 9"
    assert "<script>alert('x')</script> ]]>" in str(failure.text)


def test_what_does_not_fail_is_skipped_or_said_beside(root: ElementTree.Element) -> None:
    warning = case(root, "client.tolerates[extra]")
    waived = case(root, "client.retries[503]").find("skipped")
    skipped = case(root, "client.polls").find("skipped")

    assert warning.find("failure") is None
    assert str(warning.findtext("system-out")).startswith("warning: it raised KeyError")
    assert waived is not None
    assert waived.get("message") == "waived: waits for <2.0>"
    assert skipped is not None
    assert skipped.get("message") == "it submits no task"


def test_a_warning_fails_where_that_was_asked_for(reported: Reported) -> None:
    root = ElementTree.fromstring(render(reported(fail_on=Level.WARNING)))

    assert case(root, "client.tolerates[extra]").find("failure") is not None


def test_what_xml_cannot_say_is_replaced(whole: Report) -> None:
    text = render(whole)

    assert "\x00" not in text
    assert "\x1b" not in text
    assert "\ufffd" in text
