"""Text from outside as it may be printed: nothing in it acts on a terminal, a page or a CI job."""

from __future__ import annotations

import re
import unicodedata

ACTING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Unicode's categories of what is not seen but acts: control, format, surrogate, separator."""

LONGEST_NAME = 200
"""Letters of a name or an id that are told."""

_COMMAND = re.compile(r"^([^\S\n]*):(?=:)|#(?=#\[)", re.MULTILINE)
"""What begins a command to GitHub Actions: two colons ahead of a line, or `##[` anywhere."""


def printable(text: str) -> str:
    r"""A text on one line, with an escape in place of each letter that acts: `\n`, `\u202e`."""
    return _escaped(text, "")


def inert(text: str) -> str:
    """A text over several lines, each of them printable; tabs stay, too."""
    return _escaped(text, "\n\t")


def _escaped(text: str, kept: str) -> str:
    if not text.isprintable():
        text = "".join(
            repr(each)[1:-1] if each not in kept and unicodedata.category(each) in ACTING else each
            for each in text
        )
    return _COMMAND.sub(_defused, text) if "::" in text or "##[" in text else text


def _defused(found: re.Match[str]) -> str:
    return r"\x23" if found[1] is None else found[1] + r"\x3a"


def cut(text: str, most: int) -> str:
    """A text of so many letters at most; a longer one ends with a sign that it goes on."""
    return text if len(text) <= most else text[: most - 1] + "…"


def brief(value: object) -> str:
    """A value's text as a name is told: printable, and cut where it is long."""
    return printable(cut(str(value), LONGEST_NAME))
