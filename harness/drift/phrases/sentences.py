"""What phrases are made of: numbers, quoted words and lists of them, sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator

NUMBER = r"-?\d{1,18}(?:,\d{3})*+(?:\.\d{1,18})?(?:[eE][+-]?\d{1,3})?"
"""How numbers are written."""

COUNTS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
"""Numbers that are written as words, from one on."""

QUOTED = r"(?:`[^`]*`|\"[^\"]*\"|\u201c[^\u201c\u201d]*\u201d)"
"""A value or a name as it is written."""

SEPARATOR = r"\s*+(?:,\s*+(?:or\b|and\b)?|/|\||or\b|and\b)?\s*+(?:[*-] )?+"
LIST = rf"(?:[*-] )?{QUOTED}(?:{SEPARATOR}{QUOTED})*+"
"""Quoted words, one after another."""

CONDITION = re.compile(
    r"\b(?:when|if|unless|except|but|otherwise|whenever|recommend(?:ed)?|suggest(?:ed)?|typical(?:ly)?"
    r"|usual(?:ly)?|ideal(?:ly)?|about|around|approximately|roughly)\b",
    re.IGNORECASE,
)
"""Says that something else in the sentence does not always hold, or not strictly."""

_QUOTED = re.compile(QUOTED)
_MARKS = '`"\u201c\u201d'
_LABELS = (
    r"(?:Default(?: value)?|(?:Possible|Allowed|Supported|Valid|Available) values|Range"
    r"|Min(?:imum)?(?: value)?|Max(?:imum)?(?: value)?): ?(?=[`\d-])"
)
_LABEL = re.compile(_LABELS)
_END = re.compile(
    r"(?<!e\.g)(?<!i\.e)(?<!\b[Mm]ax)(?<!\b[Mm]in)[.!?\u3002](?=\s|$)"
    rf"|[;\uff1b]\s*+|\n\n|\s(?={_LABELS})"
)
_WORD = re.compile(r"[A-Za-z_]\w*(?:\.\w+)*")
_NUMBERS = re.compile(rf"(?<![\w.])\d|\b(?:{'|'.join(COUNTS[1:])})\b(?! of\b)", re.IGNORECASE)
_BINDING = re.compile(
    r"\b(?:must|cannot|can't|may not|only|required?|requires|ignored|instead|exclusive|overrides?"
    r"|precedence|together|not (?:supported|allowed|available|compatible))\b",
    re.IGNORECASE,
)
"""Words that make a fact of what they stand beside."""

_ANNOUNCED = re.compile(
    r"\b(?:possible|allowed|supported|valid|available|accepted) values(?::| are\b| include\b)"
    r"|\bdefaults? (?:to|is|value)\b|\bdefault:",
    re.IGNORECASE,
)
"""Words after which a fact stands, however it is written."""


def number(text: str) -> int | float:
    """A number of its digits or its word."""
    plain = text.strip("`*").lower()
    if plain in COUNTS:
        return COUNTS.index(plain) + 1
    value = float(plain.replace(",", ""))
    return int(value) if value.is_integer() else value


def quoted(text: str) -> list[str]:
    """The quoted words of a text, without their marks."""
    return [code[0].strip(_MARKS) for code in _QUOTED.finditer(text)]


def unquoted(text: str) -> str:
    """A word without the quotes around it."""
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == '"' else text


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text, also where a label begins one; points inside quotes end none."""
    stripped = (part.strip(" \n\t;\uff1b") for part in _parts(text))
    return (sentence for sentence in stripped if sentence)


def _parts(text: str) -> Iterator[str]:
    masked = _QUOTED.sub(lambda code: f"`{'0' * (len(code[0]) - 2)}`", text)
    at = 0
    for end in _END.finditer(masked):
        yield text[at : end.end()]
        at = end.end()
    yield text[at:]


def without_labelled(text: str) -> str:
    """A description without the sentences that begin with a label."""
    kept = (part.strip() for part in _parts(text) if _LABEL.match(part) is None)
    return " ".join(filter(None, kept))


def may_state_fact(rest: str, names: frozenset[str], known: frozenset[str]) -> bool:
    """Whether what no phrase has consumed may be a fact.

    Args:
        rest: what is left of a sentence.
        names: the parameters of the operation but the one that is described.
        known: values that are listed for it, or its default: they are mentioned, not stated.
    """
    binding = _BINDING.search(rest) is not None
    unquoted = _QUOTED.sub(" ", rest)
    if any(code.casefold() not in known or binding for code in quoted(rest)):
        return True
    if _NUMBERS.search(unquoted) or _ANNOUNCED.search(unquoted):
        return True
    words = {word for word in _WORD.findall(unquoted) if word in names}
    return bool(words) and (binding or any(map(_is_compound, words)))


def _is_compound(name: str) -> bool:
    """Whether a name is no English word, so that it stands for the parameter wherever it is."""
    return "_" in name or "." in name or name.lower() != name
