"""A page in Markdown by its headings: its own title, and its chapters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from imagine_harness.harness.drift.pages.markdown import Block, Section, front_matter, sections

BlockType = TypeVar("BlockType")


@dataclass(frozen=True, slots=True)
class Chapter:
    """A second-level heading with all that stands below it; the first one is the page's head.

    Attributes:
        title: the heading as people see it, empty for the page's head.
        sections: its own section first; none of a chapter that the page does not have.
        whole: whether something follows on the page, so that it was not cut short.
    """

    title: str = ""
    sections: tuple[Section, ...] = ()
    whole: bool = False

    def __bool__(self) -> bool:
        return bool(self.sections)

    @property
    def place(self) -> str:
        """The headings down to its own."""
        return self.sections[0].place

    def blocks(self, kind: type[BlockType]) -> Iterator[tuple[BlockType, str]]:
        """Its blocks of a kind, each with the headings that it stands under."""
        for section in self.sections:
            for block in section.blocks:
                if isinstance(block, kind):
                    yield block, section.place

    def whole_blocks(self) -> Iterator[Block]:
        """Its blocks but one in which the page may have been cut."""
        for section in self.sections:
            yield from section.blocks[:-1] if section.last else section.blocks


@dataclass(frozen=True)
class MarkdownPage:
    """A page in its order.

    Attributes:
        about: the lines before the page.
        text: the page without them.
    """

    about: dict[str, str]
    text: str
    sections: Sequence[Section]

    @property
    def title(self) -> str:
        """The page's own title, empty if it has none."""
        return self.sections[0].page

    @cached_property
    def chapters(self) -> list[Chapter]:
        """The chapters, the page's head first.

        A heading without words at the end is where the page was cut: even its level is not known.
        """
        found = self.sections
        if len(found) > 1 and not found[-1].source:
            found = [*found[:-2], replace(found[-2], last=True)]
        groups: list[list[Section]] = [[]]
        for section in found:
            if section.level == 2:
                groups.append([])
            groups[-1].append(section)
        return [
            Chapter(
                group[0].title if group and group[0].level == 2 else "",
                tuple(group),
                bool(group) and not group[-1].last,
            )
            for group in groups
        ]

    def chapter(self, title: str) -> Chapter:
        """The first chapter of a title, in whatever case; an empty one where none is."""
        named = (each for each in self.chapters if each.title.casefold() == title)
        return next(named, Chapter())


def page_of(text: str) -> MarkdownPage:
    """A page in Markdown.

    Raises:
        Unreadable: it is nested too deeply, or longer than any page.
    """
    about, body = front_matter(text)
    return MarkdownPage(about, body, sections(body))
