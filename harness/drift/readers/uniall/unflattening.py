"""Markdown that lost its line breaks, and how to give them back.

UniAll serves its pages to agents as one line: headings, tables, lists and code stand where they
stood, but nothing says where a heading's text ends and the paragraph begins. Tables and code end by
themselves; a heading ends at the next structure, or else where its words stop to look like one.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence

LONGEST_HEADING = 12
"""Words after which a heading has surely ended."""

LEADS = re.compile(r"\s(?=This file is the\b|Updated:\s|URL:\s|This document\b)")
"""Words that open what stands below a page's own headings."""

_FENCE = "```"
_DELIMITER = re.compile(r"\|(?: *:?-{2,}:? *\|)+")
_OWN_LINE = re.compile(r"^ {0,3}(?:```[\w-]*|(?:\| *:?-{2,}:? *)+\|)\s*$", re.MULTILINE)
_PIPE = re.compile(r"`[^`]*`|\\.|\|")
_HEADING = re.compile(r"(?:^|(?<=\s))(#{1,6}) (?=\S)")
_ITEM = re.compile(r"(?:^|(?<=\s))- (?=\S)")
_WORD = re.compile(r"`[^`]*`\S*|\S+")


def is_flat(text: str) -> bool:
    """Whether a page lost its line breaks: most of its tables and code have no lines of their own.

    Wrapped to short lines, a flattened page has a few of them by chance.
    """
    structures = text.count(_FENCE) + len(_DELIMITER.findall(text))
    return structures > 2 * len(_OWN_LINE.findall(text))


def unflattened(text: str) -> str:
    """The page with its structure on lines of its own; cut code stays open."""
    pieces = re.sub(r"\s+", " ", text).strip().split(_FENCE)
    blocks: list[str] = []
    for place, piece in enumerate(pieces):
        if place % 2:
            blocks.append(_code(piece, place < len(pieces) - 1))
        else:
            blocks += _blocks(piece)
    return "\n\n".join(block for block in blocks if block) + "\n"


def _code(piece: str, closed: bool) -> str:
    language = re.match(r"[a-z]+(?= )", piece)
    code = piece[language.end() :] if language else piece
    end = f"\n{_FENCE}" if closed else ""
    return f"{_FENCE}{language[0] if language else ''}\n{code.strip()}{end}"


def _blocks(piece: str) -> Iterator[str]:
    """The blocks of a piece without code: its tables, and what stands between them."""
    pipes = [found.start() for found in _PIPE.finditer(piece) if found[0] == "|"]
    at = 0
    for found in _DELIMITER.finditer(piece):
        if found.start() < at:
            continue
        columns = found[0].count("|") - 1
        before = bisect_left(pipes, found.start())
        if before <= columns or pipes[before - columns - 1] < at:
            continue
        start = pipes[before - columns - 1]
        yield from _prose(piece[at:start])
        rows, at = _rows(piece, pipes, bisect_left(pipes, found.end()), columns, found.end())
        head = piece[start : pipes[before - 1] + 1]
        yield "\n".join((head, "|" + " --- |" * columns, *rows))
    yield from _prose(piece[at:])


def _rows(
    piece: str, pipes: Sequence[int], first: int, columns: int, at: int
) -> tuple[list[str], int]:
    """The rows below a table's head, and where it ends: a row is as wide as the head."""
    rows = []
    while first + columns < len(pipes) and not piece[at : pipes[first]].strip():
        end = pipes[first + columns] + 1
        rows.append(piece[pipes[first] : end])
        at, first = end, first + columns + 1
    if first < len(pipes) and not piece[at : pipes[first]].strip():
        # A last row that is not as wide as the others is where the page was cut.
        at = len(piece)
    return rows, at


def _prose(piece: str) -> Iterator[str]:
    parts = _HEADING.split(piece)
    yield from _paragraphs(parts[0])
    for mark, text in zip(parts[1::2], parts[2::2], strict=True):
        heading, rest = _headed(text.strip())
        yield f"{mark} {heading}"
        yield from _paragraphs(rest)


def _headed(text: str) -> tuple[str, str]:
    """A heading's text and what follows: it ends before a capital that comes after a small word."""
    lead, item = LEADS.search(text), _ITEM.search(text)
    end = item.start() if item and item.start() else len(text)
    if lead is not None and len(text[: lead.start()].split()) <= LONGEST_HEADING:
        return text[: lead.start()], text[lead.end() :]
    last = ""
    for count, word in enumerate(_WORD.finditer(text, 0, end)):
        turns = last[:1].islower() and word[0][:1].isupper()
        doubles = last[-1:] == "`" and word[0][:1] == "`"
        if turns or doubles or count == LONGEST_HEADING:
            return text[: word.start()].strip(), text[word.start() :]
        last = word[0]
    return text[:end].strip(), text[end:]


def _paragraphs(text: str) -> Iterator[str]:
    first, *items = _ITEM.split(text)
    yield first.strip()
    if items:
        yield "\n".join(f"- {item.strip()}" for item in items)
