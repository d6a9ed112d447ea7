"""fal's pages are Markdown with components, such as `<Tab>` and `<ParamField>`: what they hold.

Components indent what they hold, so that plain Markdown takes it for code. Every tag is put on a
line of its own and the text at the margin; then headings, paragraphs and code are what they are.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from imagine_harness.harness.drift.pages.markdown import (
    Code,
    Html,
    Listing,
    Section,
    Text,
    sections,
)
from imagine_harness.harness.drift.unreadable import Unreadable

MARK = "\ue000"
"""In the comment that stands for a tag; no page uses this character."""

MOST_LINES_OF_A_TAG = 12
"""Lines after which what began like a tag is text."""

MOST_TAGS = 30_000
"""Tags beyond which a page is no page."""

_TAG = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Z]\w*+)"
    r"(?P<attributes>(?:\s++[\w-]++(?:=(?:\"[^\"]*+\"|'[^']*+'|\{(?:[^{}]|\{[^{}]*+\})*+\}))?)*+)"
    r"\s*+(?P<alone>/?)>"
)
_ATTRIBUTE = re.compile(
    r"([\w-]++)(?:=(?:\"([^\"]*+)\"|'([^']*+)'|\{((?:[^{}]|\{[^{}]*+\})*+)\}))?"
)
_CODE_OR_TAG = re.compile(rf"(?<!`)(`++)[^`]*+\1|{_TAG.pattern}")
_ANY = re.compile(rf"{_CODE_OR_TAG.pattern}|(?P<begun><[A-Z]\w*+(?=\s|$))")
_FENCE = re.compile(r"(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag of a component.

    Attributes:
        opens: it begins what the component holds.
        closes: it ends it; a tag that stands alone does both.
        attributes: by name; a name without a value has "true", as in JSX.
    """

    name: str
    opens: bool
    closes: bool
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, as people see it."""

    title: str
    level: int


Event = Heading | Tag | Text | Listing | Code | Html


def events(text: str) -> Iterator[Event]:
    """What stands on a page, in its order: headings, tags, and the blocks between them.

    Raises:
        Unreadable: the page is nested too deeply, or has more tags or blocks than any page.
    """
    tags: list[Tag] = []
    lines = _unfolded(text.replace(MARK, ""), tags)
    for section in sections("\n".join(_without_runs(lines))):
        yield from _of_section(section, tags)


def _without_runs(lines: Iterator[str]) -> Iterator[str]:
    """The lines with a blank one in the place of several."""
    before = ""
    for line in lines:
        if line or before:
            yield line
        before = line


def _of_section(section: Section, tags: list[Tag]) -> Iterator[Event]:
    if section.level:
        yield Heading(section.title, section.level)
    for block in section.blocks:
        if isinstance(block, Html) and MARK in block.text:
            yield tags[int(block.text.split(MARK)[1])]
        elif isinstance(block, Text | Listing | Code | Html):
            yield block


def _unfolded(text: str, tags: list[Tag]) -> Iterator[str]:
    """The lines of a page at the margin; tags go into the list, and comments stand for them."""
    lines = text.split("\n")
    fence, indent, at = "", 0, 0
    while at < len(lines):
        line = lines[at]
        bare, taken = line.strip(), 1
        if fence:
            if bare.startswith(fence) and not bare.strip(fence[0]):
                fence = ""
            yield line[min(indent, len(line) - len(line.lstrip())) :] if fence else bare
        elif found := _FENCE.match(bare):
            fence, indent = found[1], len(line) - len(line.lstrip())
            yield bare
        elif "<" in bare and not bare.startswith("|"):
            whole, taken = _whole(lines, at)
            yield from _parted(whole, tags)
            if len(tags) > MOST_TAGS:
                raise Unreadable(f"more than {MOST_TAGS} tags, expected a page of fewer")
        else:
            yield bare
        at += taken


def _whole(lines: list[str], at: int) -> tuple[str, int]:
    """A line, with those after it that end a tag which it begins, and how many they are."""
    line = lines[at].strip()
    if not _begins(line):
        return line, 1
    joined = line
    for taken, more in enumerate(lines[at + 1 : at + MOST_LINES_OF_A_TAG], start=2):
        if not more.strip() or more.lstrip().startswith("<"):
            break
        joined = f"{joined} {more.strip()}"
        if not _begins(joined):
            return joined, taken
    return line, 1


def _begins(line: str) -> bool:
    """Whether a line begins a tag that it does not end."""
    return any(found["begun"] for found in _ANY.finditer(line))


def _parted(line: str, tags: list[Tag]) -> Iterator[str]:
    """A line cut at its tags; a comment on a line of its own stands for each tag."""
    at = 0
    for found in _CODE_OR_TAG.finditer(line):
        if found["name"] is None:
            continue
        yield from (line[at : found.start()].strip(), f"<!--{MARK}{len(tags)}{MARK}-->")
        tags.append(_tag(found))
        at = found.end()
    yield line[at:].strip()


def _tag(found: re.Match[str]) -> Tag:
    attributes = {
        name: html.unescape(next((each for each in values if each is not None), "true"))
        for name, *values in (each.groups() for each in _ATTRIBUTE.finditer(found["attributes"]))
    }
    ends = bool(found["end"])
    return Tag(found["name"], not ends, ends or bool(found["alone"]), attributes)
