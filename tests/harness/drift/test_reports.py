"""What was found, in each format."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.witness import Witness
from imagine_harness.harness.drift.facts import OpenPoint
from imagine_harness.harness.drift.page_check import PageCheck
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.reports import FORMATS, PageReport

FOUND = (
    Finding("request-parameter-max-decreased", "edit", "n", 4, 3, "A > B"),
    Finding("listed-size-added", "task", None, None, "2K (1:1) 2048x2048", "Sizes"),
)
MOVED = PageReport(
    PageCheck("a,b:c.md", "fal", "m|x", None, FOUND),
    (Witness({"n": 4, "prompt": "50%\n*"}, False, "n must be at most 3"), None),
)
UNREAD = PageReport(PageCheck("-", "fal", None, "HTML, expected a page"))
OPEN = PageReport(
    PageCheck(
        "o.md",
        "fal",
        "m",
        None,
        facts=Facts("Model", open_points=(OpenPoint("A > B", "size: rhymes with 3"),)),
    )
)
CLEAN = PageReport(PageCheck("c.md", "fal", "m", None))


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_has_every_finding_and_every_error(name: str) -> None:
    text = FORMATS[name]([MOVED, UNREAD, CLEAN])

    for finding in FOUND:
        assert finding.kind in text
    assert "HTML, expected a page" in text


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_tells_what_is_not_understood(name: str) -> None:
    assert "size: rhymes with 3" in FORMATS[name]([OPEN])


def test_what_is_not_understood_is_never_all_facts_read() -> None:
    line, told = FORMATS["text"]([OPEN]).splitlines()

    assert line == "o.md: fal m: no drift in what was understood, 1 sentence not understood"
    assert told == "  not understood: A > B: size: rhymes with 3"
    root = ElementTree.fromstring(FORMATS["junit"]([OPEN]))
    assert root.find("testsuite/testcase/error") is not None


def test_json_is_an_array_for_several_pages_only() -> None:
    assert isinstance(json.loads(FORMATS["json"]([MOVED])), dict)
    several = json.loads(FORMATS["json"]([MOVED, UNREAD, CLEAN]))
    assert [each["severity"] for each in several] == ["breaking", "unknown", "none"]


def test_text_says_what_happened_in_a_sentence() -> None:
    text = FORMATS["text"]([MOVED])

    assert "edit.n has a lower maximum: was 4, now 3\n" in text
    assert "task: a size is newly listed: 2K (1:1) 2048x2048\n" in text
    assert "accepted until now, refused now: {" in text


def test_annotations_are_one_line_each_and_escaped() -> None:
    lines = FORMATS["github"]([MOVED, UNREAD]).splitlines()

    assert [line.partition(" ")[0] for line in lines] == ["::error", "::notice", "::error"]
    assert lines[0].startswith("::error file=a%2Cb%3Ac.md,title=request-parameter-max-decreased::")
    assert "%0Aaccepted until now" in lines[0]
    assert "50%25" in lines[0]
    assert lines[2].startswith("::error title=the page could not be read::")


def test_markdown_keeps_its_table() -> None:
    rows = [line for line in FORMATS["markdown"]([MOVED]).splitlines() if line.startswith("| ")]

    assert len(rows) == 4
    assert "\\*" in rows[2]
    assert "m\\|x" in FORMATS["markdown"]([MOVED]).splitlines()[0]


def test_junit_fails_for_what_breaks_and_errs_for_what_was_not_read() -> None:
    root = ElementTree.fromstring(FORMATS["junit"]([MOVED, UNREAD, CLEAN]))

    counts = [
        tuple(suite.get(name) for name in ("tests", "failures", "errors"))
        for suite in root.findall("testsuite")
    ]
    assert counts == [("3", "1", "0"), ("1", "0", "1"), ("1", "0", "0")]
    failure = root.find("testsuite/testcase/failure")
    assert failure is not None
    assert failure.get("type") == "request-parameter-max-decreased"


def test_xml_holds_what_it_can_say() -> None:
    odd = PageReport(PageCheck("\x01.md", "fal", "m", "a \ud800 \x00 null"))

    ElementTree.fromstring(FORMATS["junit"]([odd]))


HOSTILE = "x\n::error::y\x1b[2J\u202e `a` |<b>##[error]\r"


def test_a_finding_is_one_line_in_every_format_whatever_a_page_says() -> None:
    found = (Finding("listed-size-added", "task", HOSTILE, HOSTILE, HOSTILE, HOSTILE),)
    hostile = PageReport(PageCheck(HOSTILE, "fal", HOSTILE, HOSTILE, found), (None,), (), HOSTILE)
    for name, count in (("text", 4), ("markdown", 6), ("github", 2)):
        lines = FORMATS[name]([hostile]).splitlines()

        assert len(lines) == count, name
        assert all(line.isprintable() for line in lines)
        assert not any("##[" in line for line in lines)
        if name != "github":
            assert not any(line.strip().startswith("::") for line in lines)
