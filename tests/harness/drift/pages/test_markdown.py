"""The structure of Markdown pages, and where reading them ends."""

from __future__ import annotations

from contextlib import suppress

import pytest

from imagine_harness.harness.drift.pages.markdown import (
    Code,
    Grid,
    Listing,
    Text,
    code_spans,
    front_matter,
    sections,
    visible_text,
)
from imagine_harness.harness.drift.unreadable import Unreadable
from tests.growth import leaps

PAGE = """\
before

# Model

A paragraph
on two lines.

## Limits [here](#limits)

* one
* two `2`
  * below

| Name | Range |
| --- | --- |
| `n\\|m` | 1 \\_ 4 |

```json title="x"
{"a": 1}
```

### Deeper

## Last
"""


def test_a_page_is_sections_by_heading() -> None:
    found = sections(PAGE)

    assert [section.path for section in found] == [
        ("",),
        ("Model",),
        ("Model", "Limits here"),
        ("Model", "Limits here", "Deeper"),
        ("Model", "Last"),
    ]
    assert [section.level for section in found] == [0, 1, 2, 3, 2]
    assert [section.last for section in found] == [False, False, False, False, True]


def test_a_section_holds_its_blocks_in_order() -> None:
    listing, grid, code = sections(PAGE)[2].blocks

    assert isinstance(listing, Listing)
    assert listing.items == ("one", "two `2`", "below")
    assert isinstance(grid, Grid)
    assert grid.head == ("Name", "Range")
    assert [*grid.rows] == [("`n|m`", "1 _ 4")]
    assert isinstance(code, Code)
    assert (code.language, code.text) == ("json", '{"a": 1}\n')
    (paragraph,) = sections(PAGE)[1].blocks
    assert isinstance(paragraph, Text)
    assert paragraph.text == "A paragraph on two lines."


@pytest.mark.parametrize(
    ("source", "seen"),
    [
        ("**Type**: `string`", "Type: `string`"),
        ("aspect\\_ratio", "aspect_ratio"),
        ("[link](https://example.com) here", "link here"),
        ("![alt](picture.png) text", "text"),
        ("a &amp; b", "a & b"),
        ("two\nlines", "two lines"),
        ("  spaced   out ", "spaced out"),
        ("", ""),
    ],
)
def test_inline_markdown_is_what_people_see(source: str, seen: str) -> None:
    assert visible_text(source) == seen


def test_codes_of_a_text() -> None:
    text = "`a` and [`b`](x#y) or ``c`d``"

    assert code_spans(text) == ("a", "b", "c`d")


def test_front_matter_is_split_off() -> None:
    stated, rest = front_matter('---\ntitle: "A: b"\nurl: https://x/y\n---\n# Rest\n')

    assert stated == {"title": "A: b", "url": "https://x/y"}
    assert rest == "# Rest\n"
    assert front_matter("# No matter\n---\n") == ({}, "# No matter\n---\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (">" * 500 + " deep", "nested"),
        ("\n".join("  " * depth + "- a" for depth in range(200)), "nested"),
        ("# a\n" * 90_000, "90000 lines"),
        ("| a " * 50_000, "50000 table borders"),
    ],
)
def test_a_hostile_page_ends_in_an_error(text: str, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        sections(text)


def test_a_paragraph_that_is_no_sentence_is_not_parsed() -> None:
    with pytest.raises(Unreadable, match="50000 characters"):
        visible_text("[" * 50_000)
    assert len(visible_text("word " * 100_000)) == 499_999


@pytest.mark.parametrize(
    "piece",
    [
        "A sentence of *some* words with a [link](b) in it.\n" * 5 + "\n",
        "| a | b |\n| --- | --- |\n| `c` | d |\n\n",
        "- a\n  - b\n\n",
        "### A [link](b)\n\n```\ncode\n```\n\n",
        "[a]: b\n",
        ">" * 70 + "\n",
        "> - ",
    ],
)
def test_four_times_the_page_takes_four_times_as_long(piece: str) -> None:
    def read(text: str) -> None:
        with suppress(Unreadable):
            sections(text)

    assert not leaps(read, piece * 200, piece * 800)
