"""Chapters of a page, and heading paths."""

from __future__ import annotations

from imagine_harness.harness.drift.pages.headings import chapters, heading_path, page_title
from imagine_harness.harness.drift.pages.markdown import sections

PAGE = "# Heron\n\nA bird.\n\n## Food\n\nFish.\n\n### Small\n\nEels.\n\n## Nest\n\nReeds.\n"


def test_a_chapter_holds_what_stands_below_its_heading() -> None:
    found = {chapter.title: chapter for chapter in chapters(sections(PAGE))}

    assert list(found) == ["", "Food", "Nest"]
    assert [section.title for section in found["Food"].sections] == ["Food", "Small"]


def test_a_chapter_is_whole_when_something_follows() -> None:
    assert [chapter.whole for chapter in chapters(sections(PAGE))] == [True, True, False]


def test_a_heading_that_was_cut_before_its_words_ends_nothing() -> None:
    cut = PAGE[: PAGE.index("## Nest") + len("##")]

    assert [chapter.whole for chapter in chapters(sections(cut))] == [True, False]


def test_a_heading_path_leaves_out_the_pages_own_title() -> None:
    found = sections(PAGE)

    assert page_title(found) == "Heron"
    assert [heading_path(section, "Heron") for section in found[1:]] == [
        "Heron",
        "Food",
        "Food > Small",
        "Nest",
    ]
