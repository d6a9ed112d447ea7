"""The structure of a Markdown page: sections by heading, in them paragraphs, lists, tables, code.

Blocks are parsed at once, the text inside a block when it is asked for: most of a page is prose
that no reader looks at.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from imagine_harness.harness.drift.unreadable import Unreadable

DEEPEST = 60
"""Levels of nesting beyond which a page is no page."""

MOST_LINES = 80_000
"""Lines beyond which a page is no page."""

MOST_BARS = 40_000
"""Vertical bars, which are the borders of a table's cells, beyond which a page is no page."""

MOST_BLOCKS = 200_000
"""Tokens of block structure beyond which a page is no page."""

LONGEST_TEXT = 40_000
"""Characters of one paragraph, item or cell beyond which it is not read."""


_MARKUP = re.compile(r"[`*_\[\]<>&\\!]")
"""Characters without which a text is seen as it is written."""


@dataclass(frozen=True, slots=True)
class Text:
    """A paragraph. `source` is Markdown, `text` what people see of it."""

    source: str

    @property
    def text(self) -> str:
        return visible_text(self.source)

    @property
    def items(self) -> tuple[str, ...]:
        """The paragraph as a list of one item."""
        return (self.text,)


@dataclass(frozen=True, slots=True)
class Listing:
    """A list: the source of each item's own text, in order, those of lists inside it after it."""

    sources: tuple[str, ...]

    @property
    def items(self) -> tuple[str, ...]:
        """The items as people see them."""
        return tuple(visible_text(source) for source in self.sources)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of cells as Markdown, the first one its head."""

    sources: tuple[tuple[str, ...], ...]

    @property
    def head(self) -> tuple[str, ...]:
        """The column heads as people see them."""
        return tuple(visible_text(cell) for cell in self.sources[0])

    @property
    def rows(self) -> Iterator[tuple[str, ...]]:
        """The rows below the head, as people see them."""
        for row in self.sources[1:]:
            yield tuple(visible_text(cell) for cell in row)


@dataclass(frozen=True, slots=True)
class Code:
    """A block of code. `language` is empty where none is named."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Html:
    """A block of raw HTML, or of components written like it."""

    text: str


Block = Text | Listing | Grid | Code | Html


@dataclass(slots=True)
class Section:
    """A heading with all that stands before the next one.

    Attributes:
        source: the heading as Markdown; empty for what stands before the first heading.
        level: 1 to 6; 0 before the first heading.
        above: the headings over it, outermost first, as people see them.
        last: whether nothing follows this section on the page.
        page: the page's own title: its first first-level heading, empty if it has none.
    """

    source: str
    level: int
    above: tuple[str, ...]
    blocks: list[Block] = field(default_factory=list)
    last: bool = False
    page: str = ""

    @property
    def title(self) -> str:
        """The heading as people see it."""
        return visible_text(self.source)

    @property
    def path(self) -> tuple[str, ...]:
        """The headings down to and with its own."""
        return (*self.above, self.title)

    @property
    def place(self) -> str:
        """The headings down to its own, below the page's title: `Request Parameters > ttl`."""
        path = self.path
        return " > ".join(path[1:] if path[0] == self.page and len(path) > 1 else path)


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST + 40}).enable("table")
    # Text inside blocks is parsed when it is asked for.
    parser.core.ruler.disable(["inline", "text_join"])
    return parser


@cache
def _inline_parser() -> MarkdownIt:
    return MarkdownIt("commonmark")


def front_matter(text: str) -> tuple[dict[str, str], str]:
    """The `key: value` lines between `---` at the start of a page, and the page without them."""
    found = re.match(r"\s*---[ \t]*\n(.*?)\n---[ \t]*(?:\n|$)", text[:10_000], re.DOTALL)
    if found is None:
        return {}, text
    lines = (line.partition(":") for line in found[1].split("\n"))
    stated = {key.strip(): value.strip().strip("\"'") for key, colon, value in lines if colon}
    return stated, text[found.end() :]


def sections(text: str) -> list[Section]:
    """The sections of a page in its order; the first one holds what stands before any heading.

    Raises:
        Unreadable: the page is nested too deeply, or longer than any page.
    """
    for mark, name, most in (("\n", "lines", MOST_LINES), ("|", "table borders", MOST_BARS)):
        if (count := text.count(mark)) > most:
            raise Unreadable(f"{count} {name}, expected a page of at most {most}")
    try:
        tokens = _parser().parse(text)
    except RecursionError as error:
        raise Unreadable("blocks are nested too deeply, expected a page") from error
    if len(tokens) > MOST_BLOCKS:
        raise Unreadable(f"{len(tokens)} blocks, expected a page of at most {MOST_BLOCKS}")
    deepest = max((token.level for token in tokens), default=0)
    if deepest > DEEPEST:
        raise Unreadable(f"blocks are nested {deepest} deep, expected at most {DEEPEST}")
    return _sections(tokens)


def _sections(tokens: Sequence[Token]) -> list[Section]:
    found = [Section("", 0, ())]
    open_headings: list[tuple[int, str]] = []
    at = 0
    while at < len(tokens):
        token = tokens[at]
        if token.type == "heading_open":
            level, source = int(token.tag[1]), tokens[at + 1].content
            open_headings = [each for each in open_headings if each[0] < level]
            found.append(
                Section(source, level, tuple(visible_text(each[1]) for each in open_headings))
            )
            open_headings.append((level, source))
            at += 3
            continue
        block, at = _block(tokens, at)
        if block is not None:
            found[-1].blocks.append(block)
    found[-1].last = True
    own = next((section.title for section in found if section.level == 1), "")
    for section in found:
        section.page = own
    return found


def _block(tokens: Sequence[Token], at: int) -> tuple[Block | None, int]:
    """The block that starts at a token, and where the next one starts."""
    token = tokens[at]
    match token.type:
        case "inline":
            return Text(token.content), at + 1
        case "fence" | "code_block":
            language = token.info.split()[0] if token.info.strip() else ""
            return Code(language, token.content), at + 1
        case "html_block":
            return Html(token.content), at + 1
        case "bullet_list_open" | "ordered_list_open":
            end = _end(tokens, at)
            return Listing(tuple(_items(tokens[at:end]))), end
        case "table_open":
            end = _end(tokens, at)
            return Grid(tuple(_rows(tokens[at:end]))), end
    return None, at + 1


def _end(tokens: Sequence[Token], at: int) -> int:
    """Where the block that opens at a token has been closed."""
    level, wanted = tokens[at].level, tokens[at].type.replace("_open", "_close")
    for place in range(at + 1, len(tokens)):
        if tokens[place].type == wanted and tokens[place].level == level:
            return place + 1
    return len(tokens)


def _items(tokens: Sequence[Token]) -> Iterator[str]:
    own: list[str] = []
    for token in tokens:
        if token.type == "list_item_open":
            if own:
                yield "\n".join(own)
            own = []
        elif token.type == "inline":
            own.append(token.content)
    if own:
        yield "\n".join(own)


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    row: list[str] = []
    for token in tokens:
        if token.type == "tr_open":
            row = []
        elif token.type == "inline":
            row.append(token.content)
        elif token.type == "tr_close":
            yield tuple(row)


@lru_cache(maxsize=20_000)
def visible_text(source: str) -> str:
    """What people see of inline Markdown, on one line: code keeps its backticks, pictures go.

    Raises:
        Unreadable: it is longer than any sentence.
    """
    seen = source if not _MARKUP.search(source) else "".join(_visible_parts(_inline(source)))
    return " ".join(seen.split())


@lru_cache(maxsize=20_000)
def code_spans(source: str) -> tuple[str, ...]:
    """The code spans of inline Markdown, in order, without their backticks."""
    return tuple(token.content for token in _inline(source) if token.type == "code_inline")


def _inline(source: str) -> Sequence[Token]:
    if len(source) > LONGEST_TEXT:
        raise Unreadable(
            f"a paragraph of {len(source)} characters, expected at most {LONGEST_TEXT}"
        )
    if not source:
        return ()
    try:
        return _inline_parser().parseInline(source)[0].children or ()
    except RecursionError as error:
        raise Unreadable("text is nested too deeply, expected a page") from error


def _visible_parts(tokens: Sequence[Token]) -> Iterator[str]:
    for token in tokens:
        match token.type:
            case "text" | "text_special":
                yield token.content
            case "code_inline":
                yield f"`{token.content}`"
            case "softbreak" | "hardbreak":
                yield " "
