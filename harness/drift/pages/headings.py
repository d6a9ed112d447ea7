"""Where things stand on a page: its chapters, and heading paths below its own title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from imagine_harness.harness.drift.pages.markdown import Section


@dataclass(frozen=True, slots=True)
class Chapter:
    """A second-level heading with all that stands below it; the first one is the page's head.

    Attributes:
        title: the heading as people see it, empty for the page's head.
        sections: its own section first.
        whole: whether something follows on the page, so that it was not cut short.
    """

    title: str
    sections: tuple[Section, ...]
    whole: bool


def chapters(found: Sequence[Section]) -> list[Chapter]:
    """The chapters of a page in its order, the page's head first.

    A heading without words at the end is where the page was cut: even its level is not known.
    """
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


def page_title(found: Sequence[Section]) -> str:
    """The page's own title: its first first-level heading, empty if it has none."""
    return next((section.title for section in found if section.level == 1), "")


def heading_path(section: Section, own: str) -> str:
    """The heading path of a section below the page's own title: `Request Parameters > ttl`."""
    path = section.path
    return " > ".join(path[1:] if path[0] == own and len(path) > 1 else path)
