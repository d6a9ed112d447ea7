"""The text of Lumenfall's pages: how it may be laid out, what it may lack, and what is no page."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Mapping

import pytest

from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.page_facts import Area
from imagine_harness.harness.drift.unreadable import Unreadable
from tests.harness.drift.page_changes import parameter, unmoved
from tests.harness.drift.readers.lumenfall.pages import GROK, RECORDED, facts

TABLES = ("Core Parameters", "Size & Layout", "Media Inputs", "Output & Format")
TITLES = (*TABLES, "How these parameters work", "Additional Parameters", "Parameter Normalization")


def without(text: str, title: str) -> str:
    """A page without the section of a title."""
    start = text.index(f"\n{title}\n")
    ends = (text.find(f"\n{other}\n", start + 1) for other in TITLES if other != title)
    return text[:start] + text[min(end for end in ends if end > 0) :]


def wrapped(columns: int) -> Callable[[str], str]:
    def change(text: str) -> str:
        before, middle, after = re.split(r"(?s)(Code Examples.*?Parameter Reference)", text)
        return f"{lines(before)}{middle}{lines(after)}"

    def lines(text: str) -> str:
        wrap = textwrap.TextWrapper(columns, break_long_words=False, break_on_hyphens=False)
        return "\n".join(wrap.fill(line) for line in text.split("\n"))

    return change


def groups_turned(text: str) -> str:
    head, *parts = re.split(
        r"(?m)^(?=(?:Core P|Size &|How these|Media I|Output &|Additional))", text
    )
    last, end = re.split(r"(?m)^(?=Parameter Normalization$)", parts.pop())
    return head + "".join(f"{part.rstrip()}\n\n" for part in reversed([*parts, last])) + end


def sizes_turned(text: str) -> str:
    rows = re.findall(r"(?m)^\d+ . \d+ .*$", text)
    turned = iter(reversed(rows))
    return re.sub(r"(?m)^\d+ . \d+ .*$", lambda _: next(turned), text)


COSMETIC: Mapping[str, Callable[[str], str]] = {
    "70 columns": wrapped(70),
    "80 columns": wrapped(80),
    "100 columns": wrapped(100),
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "no blank lines": lambda text: re.sub(r"\n+", "\n", text),
    "further in": lambda text: text.replace("\n", "\n    "),
    "wide": lambda text: text.replace(" ", "  "),
    "lines end in CR LF": lambda text: text.replace("\n", "\r\n"),
    "escaped": lambda text: text.replace("aspect_ratio", "aspect\\_ratio"),
    "as in HTML": lambda text: text.replace("&", "&amp;"),
    "as in Markdown": lambda text: text.replace("\nCore Parameters", "\n### Core Parameters"),
    "modes on two lines": lambda text: text.replace("\nT2I Edit\n", "\nT2I\nEdit\n"),
    "modes on the line before": lambda text: text.replace("\nT2I Edit\n", " T2I Edit\n"),
    "groups in another order": groups_turned,
    "sizes in another order": sizes_turned,
    "values on a line each": lambda text: text.replace("png jpeg gif", "png\njpeg\ngif"),
    "an x between the sides": lambda text: text.replace(" \u00d7 ", " x "),
    "another count of sizes": lambda text: text.replace("13 sizes", "a dozen sizes"),
    "other words": lambda text: re.sub(
        r"(?m)^(\w+ (?:string|integer) )[A-Z][\w ]*$", r"\1Other words for this", text
    ).replace("required. Other words", "Required. Other words"),
    "other keys first": lambda text: re.sub(
        r'# \{ ("created": \d+), (.*) \}$', r"# { \2, \1 }", text, flags=re.M
    ),
    "another lead": lambda text: text.replace("Draws from text", "Since last year draws from text"),
}
"""Changes of a page that change none of its facts."""


@pytest.mark.parametrize("change", COSMETIC)
def test_what_is_no_fact_changes_none(change: str) -> None:
    changed = COSMETIC[change](GROK)

    assert changed != GROK
    assert unmoved(facts(GROK), facts(changed))


def test_a_table_below_an_unknown_heading_is_read() -> None:
    table = "Style & Mood\n\nParameter Type Description Modes\nmood string How it feels\nT2I\n\n"
    found = parameter(facts(GROK.replace("Media Inputs\n", f"{table}Media Inputs\n")), "mood")

    assert (found.operation, found.section) == ("generate", "Parameter Reference > Style & Mood")


@pytest.mark.parametrize("step", [163, pytest.param(61, marks=pytest.mark.campaign)])
def test_a_page_cut_anywhere_states_nothing_that_the_whole_page_does_not(step: int) -> None:
    for place in range(0, len(GROK), step):
        try:
            found = compare(RECORDED, facts(GROK[:place]))
        except Unreadable:
            assert place < GROK.index("\nT2I Edit") + step
            continue
        assert found.findings == ()
        if place < GROK.index("Parameter Normalization"):
            assert found.unread


@pytest.mark.parametrize("title", [*TABLES, "Additional Parameters"])
def test_a_page_without_a_table_leaves_its_facts_unknown(title: str) -> None:
    found = facts(without(GROK, title))

    assert compare(RECORDED, found).findings == ()
    assert compare(RECORDED, found).unread
    assert (Area.INPUT, "edit") not in found.reached


@pytest.mark.parametrize(
    "text",
    [
        "Grok Imagine Image\n\nIt makes pictures.\n",
        "<html><body>Parameter Type Description Modes</body></html>",
        '{"error": "not found"}',
        "404 page not found",
        "Sign in to continue with your account",
        "# Model\n\n<ParamField body='a' type='string' />\n",
        GROK.replace("Parameter Type Description Modes", "Name Kind Meaning Calls"),
        GROK[: GROK.index("Base URL")] + GROK[GROK.index("Parameter Reference") :],
    ],
)  # fmt: skip
def test_what_is_no_page_of_the_format_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable) as raised:
        facts(text)

    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "text",
    [
        "a\0b" + GROK,
        GROK + "x" * 30_000,
        "Parameter Type Description Modes\n" + "p string text\n" * 20_000,
        "Parameter Type Description Modes\n" * 10_000,
        "fal\n" * 50_000,
    ],
    ids=["null", "long line", "rows that never end", "heads", "lines"],
)
def test_hostile_pages_cannot_be_read(text: str) -> None:
    with pytest.raises(Unreadable):
        facts(text)
