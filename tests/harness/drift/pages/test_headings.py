"""Chapters of a page, and heading paths."""

from __future__ import annotations

from imagine_harness.harness.drift.pages.headings import page_of
from imagine_harness.harness.drift.pages.markdown import Text

PAGE = "# Heron\n\nA bird.\n\n## Food\n\nFish.\n\n### Small\n\nEels.\n\n## Nest\n\nReeds.\n"


def test_a_chapter_holds_what_stands_below_its_heading() -> None:
    found = {chapter.title: chapter for chapter in page_of(PAGE).chapters}

    assert list(found) == ["", "Food", "Nest"]
    assert [section.title for section in found["Food"].sections] == ["Food", "Small"]


def test_a_chapter_is_whole_when_something_follows() -> None:
    assert [chapter.whole for chapter in page_of(PAGE).chapters] == [True, True, False]


def test_a_heading_that_was_cut_before_its_words_ends_nothing() -> None:
    cut = PAGE[: PAGE.index("## Nest") + len("##")]

    assert [chapter.whole for chapter in page_of(cut).chapters] == [True, False]


def test_a_heading_path_leaves_out_the_pages_own_title() -> None:
    page = page_of(PAGE)

    assert page.title == "Heron"
    assert [section.place for section in page.sections[1:]] == [
        "Heron",
        "Food",
        "Food > Small",
        "Nest",
    ]


def test_a_chapter_is_found_in_whatever_case_and_an_empty_one_where_none_is() -> None:
    page = page_of(f"{PAGE}\n## FOOD\n\nFrogs.\n")

    assert [block.text for block, _ in page.chapter("food").blocks(Text)] == ["Fish.", "Eels."]
    assert [place for _, place in page.chapter("food").blocks(Text)] == ["Food", "Food > Small"]
    assert not page.chapter("flight")
    assert not page.chapter("flight").whole


def test_the_block_in_which_a_page_may_have_been_cut_is_no_whole_one() -> None:
    nest = page_of(f"{PAGE}\nMore re").chapter("nest")

    assert [block.text for block in nest.whole_blocks() if isinstance(block, Text)] == ["Reeds."]
