"""The report as Markdown."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from imagine_harness.contracts.untrusted.printing import inert, printable
from imagine_harness.harness.reports.markdown import code, escaped, fenced, render, table
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.results.results import Side

Reported = Callable[..., Report]


def test_it_begins_with_the_totals(whole: Report) -> None:
    lines = render(whole).splitlines()

    assert lines[0] == "# imagine\\-harness"
    assert lines[2] == "**2 broken, 1 warning, 1 waived, 1 skipped, 2 kept**  "
    assert "2026\\-11\\-21 13:40 UTC, seed 7, " in lines[3]
    assert "| client of fal.generate | 1 | 1 | 1 | 1 | 1 |" in lines


def test_a_finding_has_its_rule_source_bodies_and_reproductions(whole: Report) -> None:
    text = render(whole)

    assert "## Broken: client.conforms\n\nnum\\_images must be at most 4, got 9\n" in text
    assert (
        "- source: [https\\://fal.ai/docs/page\\#Input Schema](<https://fal.ai/docs/page>)" in text
    )
    assert "- certainty: documented\n- expected: 4\n- got: 9\n" in text
    assert '```\n{\n  "a": 1,\n  "num_images": 9\n}\n```' in text
    assert "```sh\ncurl -X POST 'http://x'\n```" in text
    assert "```python\nimport httpx\n```" in text
    assert "## Warning: client.tolerates\\[extra\\]" in text


def test_coverage_waivers_and_other_failures_follow(whole: Report) -> None:
    text = render(whole)

    assert "| fal.generate | 1 of " in text
    assert "\nDocumented errors: 0 of " in text
    assert "rules never touched</summary>\n\n- fal.generate." in text
    assert "## Skipped\n\n| promise | why |\n| --- | --- |\n| client.polls | it submits no" in text
    assert "| client.forwards | unneeded | 2027\\-01\\-31 | fixed \\| long ago |" in text
    assert "## Other tests that failed" in text


def test_no_html_of_a_client_is_html_in_it(whole: Report) -> None:
    outside = render(whole).split("```")[::2]

    assert not any("<script" in part for part in outside)


def test_nothing_unprintable_is_in_it(whole: Report) -> None:
    assert all(letter.isprintable() or letter == "\n" for letter in render(whole))


def test_a_report_of_nothing_is_short(reported: Reported) -> None:
    assert "nothing was tried" in render(reported(()))


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("a_b*c|d", "a\\_b\\*c\\|d"),
        ("<b>&", "&lt;b&gt;&amp;"),
        ("two\nlines", "two lines"),
    ],
)
def test_letters_that_mean_something_are_escaped(text: str, right: str) -> None:
    assert escaped(text) == right
    assert table(("x",), [(text,)]) == f"| x |\n| --- |\n| {right} |"


def test_a_fence_is_longer_than_any_inside() -> None:
    assert fenced("a\n````\nb", "sh") == "`````sh\na\n````\nb\n`````"


HOSTILE = st.text(
    st.sampled_from("\\`*_{}[]()<>#+-=.!|~&:/@\"' \t\r\x1b\u202e\u2028a1w") | st.characters(),
    min_size=1,
).filter(str.strip) | st.sampled_from(
    [
        "1. a",
        "- a",
        "> a",
        "# a",
        "===",
        "---",
        "    a",
        "```",
        "~~~",
        "<b>",
        "&lt;",
        "&#42;",
        "![a](b)",
        "[a]: b",
        "a |",
        "\\|",
        "a\\",
        "`a",
        "``",
        "https://a.b",
        "www.a.b",
        "<https://a.b>",
        "https://a.b\\",
        "https://a.b/(x)",
    ]
)
ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
READ = MarkdownIt("commonmark").enable("table")


def kinds(text: str) -> list[Any]:
    """The elements of a document, those inside lines in lists of their own."""
    return [
        [each.type for each in token.children or () if each.type != "text"]
        if token.type == "inline"
        else token.type
        for token in READ.parse(text)
    ]


def said(text: str) -> str:
    """The literal text of a document of one line."""
    return "".join(
        each.content
        for token in READ.parse(text)
        for each in token.children or ()
        if each.type in ("text", "code_inline")
    )


@given(HOSTILE)
def test_a_text_is_read_as_it_was_and_forms_nothing(text: str) -> None:
    plain = printable(" ".join(text.split()))
    for before in ("", "- name: ", "### "):
        assert kinds(before + escaped(text)) == kinds(f"{before}a")
        assert said(before + escaped(text)) == before.lstrip("-# ") + plain
    assert kinds(table(("x",), [(text,)])) == kinds(table(("x",), [("a",)]))
    assert said(table(("x",), [(text,)])) == f"x{plain}"


@given(HOSTILE)
def test_code_is_read_as_it_was_and_ends_where_it_should(text: str) -> None:
    assert kinds(code(text)) == kinds("`a`")
    assert said(code(text)) == printable(text)
    [block] = READ.parse(fenced(text, "sh"))
    assert (block.type, block.info) == ("fence", "sh")
    assert block.content.rstrip() == inert(text).rstrip()


@given(HOSTILE)
def test_a_report_has_the_same_elements_whatever_is_told_in_it(
    reported: Reported, whole: Report, text: str
) -> None:
    def elements(told: str) -> list[Any]:
        line = " ".join(told.splitlines()) or "a"
        broken = replace(
            whole.results[0],
            promise=told,
            says=told,
            subject=told,
            message=line,
            rule=told,
            source=told,
            expected=told,
            got=[told],
            steps={"curl": told},
            sides=(Side(told, told), Side("b", {"a": told})),
        )
        made = render(reported((broken,)))
        assert not [
            each for each in made if unicodedata.category(each) in ACTING and each not in "\n\t"
        ]
        return kinds(made)

    assert elements(text) in (elements("a"), elements("https://a.b"))
