"""Credentials as they are spelled in texts: behind a scheme, and behind a telling name."""

from __future__ import annotations

import re
from collections.abc import Callable

import orjson

from imagine_harness.contracts.secrets.credentials import CREDENTIALS, HIDDEN, SCHEMES
from imagine_harness.contracts.secrets.telling_names import LONGEST, telling

LEAST = 12
"""Letters of a word with digits that is a key, and nothing that people write."""

MIXED = 20
"""Letters of a word without digits that is one all the same, by the capitals inside of it."""

_SCHEME = re.compile(rf"\b((?i:{'|'.join(sorted(SCHEMES))}))(\s{{1,4}})([A-Za-z0-9._~+/=:-]+)")
_SIGNS = tuple(f"{scheme}{space}" for scheme in SCHEMES for space in " \t\n")
_COMMON = frozenset({"key", "token"})
"""Schemes that are common words where they begin with a small letter."""

_NAMED = re.compile(r"[A-Za-z0-9]{3}(\\?[\"'])?\s{0,8}[:=]")
_NOT_OF_A_NAME = re.compile(r"[^\w\\-]")
_BEFORE_VALUE = re.compile(r"\s{0,8}(\\?[\"']|[\[{])?")
_BARE = re.compile(r"[^\s,;&\"'<>\[\]{}()=][^\s,;&\"'<>\[\]{}()]*")
_NEXT_WORD = re.compile(r"\s{1,4}([A-Za-z0-9._~+/=:-]+)")
_PLAIN = frozenset({"false", "none", "null", "true"})
_CLOSING = {"[": "]", "{": "}"}


def after_schemes(text: str) -> str:
    """A text without the keys that follow the name of a scheme; other words stay."""
    lowered = text.lower()
    if not any(sign in lowered for sign in _SIGNS):
        return text
    return _SCHEME.sub(_after_scheme, text)


def _after_scheme(found: re.Match[str]) -> str:
    scheme, space, word = found.groups()
    return found[0] if scheme in _COMMON or not is_key(word) else f"{scheme}{space}{HIDDEN}"


def is_key(word: str) -> bool:
    """Whether a word can be nothing but a key: long, with digits or capitals inside of it."""
    word = word.rstrip(".,:;")
    if len(word) < LEAST or "://" in word or CREDENTIALS.is_public(word):
        return False
    mixed = word not in (word.lower(), word.upper(), word.capitalize())
    return any(each.isdigit() for each in word) or (mixed and len(word) >= MIXED)


def at_names(text: str, shown: Callable[[str], str]) -> str:
    """A text in which values at telling names are as `shown` has them.

    A value in quotes, behind a name in quotes or close behind an equals sign is one; another only
    where it can be nothing but a key, or where its scheme is said.
    """
    pieces: list[str] = []
    begin = 0
    for found in _NAMED.finditer(text):
        if found.start() < begin:
            continue
        start, stop = _value(text, found, begin)
        if start < stop:
            pieces += [text[begin:start], shown(text[start:stop])]
            begin = stop
    return "".join([*pieces, text[begin:]])


def _value(text: str, named: re.Match[str], begin: int) -> tuple[int, int]:
    """Where the secret behind a name begins and ends; an empty place where there is none."""
    ends, at, quoted = named.start() + 3, named.end(), named[1] is not None
    before = _BEFORE_VALUE.match(text, at)
    if before is None or not telling(_name(text[max(begin, ends - LONGEST) : ends])):
        return at, at
    start, opened = before.end(), before[1]
    if opened in _CLOSING and not quoted:
        return at, at
    if opened:
        return start, _end(text, start, _CLOSING.get(opened, opened))
    bare = _BARE.match(text, start)
    if bare is None or bare[0].lower() in _PLAIN:
        return at, at
    close = text[at - 1] == "=" and start == at == ends + 1
    if bare[0].lower() in SCHEMES and (more := _NEXT_WORD.match(text, bare.end())):
        return start, start if CREDENTIALS.is_public(more[1]) else more.end()
    return start, bare.end() if close or quoted or is_key(bare[0]) else start


def _name(before: str) -> str:
    """The name that a text ends with."""
    name = _NOT_OF_A_NAME.split(before)[-1].lstrip("\\")
    try:
        return str(orjson.loads(f'"{name}"')) if "\\" in name else name
    except orjson.JSONDecodeError:
        return name


def _end(text: str, start: int, closing: str) -> int:
    """Where a value in quotes or brackets ends: at the closing one, or where the text does."""
    at = text.find(closing, start)
    while at > start and len(closing) == 1 and _is_escaped(text, start, at):
        at = text.find(closing, at + 1)
    return len(text) if at < 0 else at


def _is_escaped(text: str, start: int, at: int) -> bool:
    before = text[max(start, at - 8) : at]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
