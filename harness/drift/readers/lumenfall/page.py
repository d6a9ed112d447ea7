"""The text of Lumenfall's model pages, cut into its sections, and the rows of its tables."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from types import MappingProxyType

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.unreadable import Unreadable

LONGEST_LINE = 20_000
"""Characters of a line beyond which it is none."""

REFERENCE = "Parameter Reference"
EXAMPLES = "Code Examples"

TITLES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        EXAMPLES: (),
        REFERENCE: (),
        "Core Parameters": (REFERENCE,),
        "Size & Layout": (REFERENCE,),
        "How these parameters work": (REFERENCE,),
        "Priority when combined": (REFERENCE,),
        "How matching works": (REFERENCE,),
        "Media Inputs": (REFERENCE,),
        "Output & Format": (REFERENCE,),
        "Additional Parameters": (REFERENCE,),
        "Parameter Normalization": (),
    }
)
"""The headings of the format, and those above each."""

EXAMPLE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "Text to Image": "generate",
        "Text to Image Generate": "generate",
        "Image Edit": "edit",
        "Image Editing Edit": "edit",
    }
)
"""The headings under the code examples, and the operation that each shows."""

MODES: Mapping[str, str] = MappingProxyType({"T2I": "generate", "Edit": "edit"})
"""What ends a row: the operations that take the parameter."""

HEAD = "Parameter Type Description Modes"

_ESCAPED = re.compile(r"\\([_*`\[\]~#|<>&+=().!-])")
_MODES_LINE = re.compile(r"(?:T2I|Edit)(?: (?:T2I|Edit))*")
_JOINED_MODES = re.compile(r"(.*\S) (T2I(?: Edit)?)")
_ROW = re.compile(
    r"(?P<name>[A-Za-z_][\w.]*)(?: (?P<badge>[a-z][\w.-]*))?"
    r" (?P<type>string|integer|number|float|boolean|array|object|file|\[[^\]]+\])"
    r"(?: (?P<rest>.*))?"
)
_UPSTREAM = re.compile(r"[a-z0-9][\w.-]*")
_DEFAULT = re.compile(r"Default: (.+)")
_VALUE = re.compile(r"[\w+/-](?:[\w.:+/-]*[\w+/-])?")
_GOES_ON = frozenset(
    ["a", "an", "and", "at", "by", "for", "from", "if", "in", "of", "or", "the", "to", "with"]
)
"""Words with which no sentence ends."""

_PROSE = _GOES_ON | {"are", "as", "be", "is", "it", "that", "this", "when", "which"}
"""Words of sentences, which no list of values has."""

_LONGEST_TITLE = 40

_WIDEST = 100
"""Columns above which nobody wraps lines."""


@dataclass(slots=True)
class Part:
    """A heading with the lines below it, blank ones left out.

    Attributes:
        path: the headings down to and with its own.
        ended: another heading came after it.
    """

    path: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    ended: bool = False

    @property
    def title(self) -> str:
        return self.path[-1] if self.path else ""

    @property
    def section(self) -> str:
        return " > ".join(self.path)


@dataclass(slots=True)
class LumenfallRow:
    """A row of a table of parameters.

    Attributes:
        badge: the upstream provider whose description it is.
        upstream: the one under whose name it stands.
        words: the description and all notes.
        values: the listed ones, as they are written.
        default: decoded where it is JSON; ABSENT where none is stated.
        modes: the operations that take it.
    """

    name: str
    type: str
    badge: str = ""
    upstream: str | None = None
    words: str = ""
    values: list[str] = field(default_factory=list)
    default: object = ABSENT
    modes: tuple[str, ...] = ()


def parts(text: str) -> list[Part]:
    """The parts of a page in its order; the first one is what stands before all headings.

    The last line of a page may be cut, so that it counts as what comes after the others only.

    Raises:
        Unreadable: a line is longer than any.
    """
    found = [Part(())]
    lines = [line for line in map(_clean, text.split("\n")) if line]
    for line, below in zip_longest(lines, lines[1:], fillvalue=""):
        path = _path(line.lstrip("# "), below, found[-1])
        if path is None:
            found[-1].lines.append(line)
            continue
        found[-1].ended = True
        found.append(Part(path))
    if found[-1].lines:
        found[-1].lines.pop()
    return found


def _clean(line: str) -> str:
    if len(line) > LONGEST_LINE:
        raise Unreadable(f"a line of {len(line)} characters, expected at most {LONGEST_LINE}")
    return " ".join(_ESCAPED.sub(r"\1", html.unescape(line)).split())


def _path(line: str, below: str, before: Part) -> tuple[str, ...] | None:
    """The headings down to a line that is one; None where it is none."""
    if line in TITLES:
        return (*TITLES[line], line)
    if line in EXAMPLE_TITLES and before.path[:1] == (EXAMPLES,):
        return (EXAMPLES, line)
    if _is_head(below) and len(line) < _LONGEST_TITLE and not line.endswith((".", ":")):
        return (REFERENCE, line)
    return None


def _is_head(line: str) -> bool:
    return line.casefold() == HEAD.casefold()


def width(found: Iterable[Part]) -> int:
    """The columns at which the lines of a page are wrapped, 0 where they are not."""
    prose = (part.lines for part in found if part.path[:1] != (EXAMPLES,))
    longest = max((len(line) for lines in prose for line in lines), default=0)
    return longest if longest <= _WIDEST else 0


def rows(part: Part, columns: int = 0) -> Iterator[LumenfallRow | str]:
    """The rows of the tables of a part; text for what stands among them and is none.

    A row in which the page stops is left out. Lines are wrapped at `columns`, 0 where they are not.
    """
    lines = list(_table(part.lines))
    at, upstream = 0, None
    while at < len(lines):
        if _starts_below(lines, at) and _UPSTREAM.fullmatch(lines[at]):
            upstream, at = lines[at], at + 1
            continue
        end = next((n for n in range(at, len(lines)) if _is_modes(lines[n])), len(lines))
        begun = _ROW.fullmatch(lines[at])
        after = end
        while after < len(lines) and _is_modes(lines[after]):
            after += 1
        if begun is not None and end < len(lines):
            modes = [MODES[word] for line in lines[end:after] for word in line.split()]
            row = LumenfallRow(begun["name"], begun["type"], begun["badge"] or "", upstream)
            row.modes = tuple(dict.fromkeys(modes))
            _fill(row, begun["rest"] or "", lines[at:end], columns)
            yield row
        elif end < len(lines):
            yield " ".join(lines[at:end])
        at = max(after, at + 1)


def _table(lines: Sequence[str]) -> Iterator[str]:
    """The lines of the tables of parameters, modes always on lines of their own."""
    inside = False
    for line in lines:
        if _is_head(line):
            inside = True
        elif line.startswith("Output size"):
            inside = False
        elif inside and (joined := _JOINED_MODES.fullmatch(line)):
            yield from joined.groups()
        elif inside:
            yield line


def _is_modes(line: str) -> bool:
    return _MODES_LINE.fullmatch(line) is not None


def _starts_below(lines: Sequence[str], at: int) -> bool:
    return (
        _ROW.fullmatch(lines[at]) is None
        and at + 1 < len(lines)
        and _ROW.fullmatch(lines[at + 1]) is not None
    )


def _fill(row: LumenfallRow, described: str, lines: Sequence[str], columns: int) -> None:
    """What the lines of a row say below its name, type and the start of the description."""
    words, before, over = [described], lines[0], False
    defaults = [_decoded(found[1]) for found in map(_DEFAULT.fullmatch, lines) if found]
    row.default = defaults[-1] if defaults else ABSENT
    for line, below in zip_longest(lines[1:], lines[2:], fillvalue=""):
        one_of_many = row.values or (" " not in below and _are_values(below))
        lonely = line.isalpha() and not one_of_many
        wrapped = _is_wrapped(line, before, columns, lonely) and row.default not in line.split()
        if _DEFAULT.fullmatch(line):
            over = True
        elif not over and _are_values(line) and not (wrapped and _are_words(line)):
            row.values += line.split()
        else:
            over = over or bool(row.values) or not wrapped
            words.append(line)
        before = line
    row.words = " ".join(words)


def _decoded(text: str) -> object:
    try:
        value: object = json.loads(text)
    except (ValueError, RecursionError):
        return text
    return value


def _are_values(line: str) -> bool:
    """Whether a line below a description may list values."""
    words = line.split()
    return bool(words) and all(_VALUE.fullmatch(word) for word in words) and not _PROSE & set(words)


def _are_words(line: str) -> bool:
    return all(word.isalpha() for word in line.split())


def _is_wrapped(line: str, before: str, columns: int, lonely: bool) -> bool:
    """Whether a line may be the rest of the sentence that the line before it began.

    A `lonely` one is a single word, and no list of single words.
    """
    if before.endswith((".", "!", "?", ")", ":", '"')):
        return False
    goes_on = before.rpartition(" ")[2] in _GOES_ON
    first = line.split(maxsplit=1)[0]
    return lonely or goes_on or 0 < columns < len(before) + 1 + len(first)
