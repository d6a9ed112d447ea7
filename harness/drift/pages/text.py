"""From the bytes of a page to text, or one line that says why it is no page."""

from __future__ import annotations

import json
import re

from imagine_harness.harness.drift.unreadable import Unreadable

LONGEST = 4 * 1024 * 1024
"""Bytes of the longest page that is read."""

MOST_DIGITS = 300
"""Digits of one number; none of a page has nearly as many."""

LONGEST_WALL = 3000
"""Characters up to which a page may be a login wall or an error page; a model's page is longer."""

_HTML = re.compile(r"<!doctype\s+html|<html[\s>]|<head>|<body[\s>]|<\?xml", re.IGNORECASE)

_WALLS = tuple(
    (name, re.compile(words, re.IGNORECASE))
    for name, words in (
        ("a login wall", r"\b(?:log|sign)[ -]?in\b.{0,40}\b(?:to|with)\b"),
        ("a check for robots", r"just a moment|verify (?:that )?you are (?:a )?human|captcha"),
        ("a refusal", r"\baccess denied\b|\bforbidden\b|\btoo many requests\b|\bunauthori[sz]ed\b"),
        (
            "an error page",
            r"\bpage (?:was |could )?not (?:be )?found\b|\b404\b|\b50[0-4]\b"
            r"|\binternal server error\b|\bbad gateway\b|\bservice unavailable\b",
        ),
    )
)
"""What comes in place of a page, by the words at its start."""


def decode(raw: bytes) -> str:
    r"""The text of a page: UTF-8, lines that end in `\n`.

    Raises:
        Unreadable: it is empty, too long, binary, in another encoding, or HTML or JSON, or has a
            number that nobody can read.
    """
    if len(raw) > LONGEST:
        raise Unreadable(f"the page has {len(raw)} bytes, expected at most {LONGEST}")
    if b"\x00" in raw:
        raise Unreadable(f"a null byte at {raw.index(0)}, expected the text of a page")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(f"byte {error.start} is not UTF-8, expected a page in UTF-8") from error
    if max(map(len, re.findall(r"\d+", text)), default=0) > MOST_DIGITS:
        raise Unreadable(f"a number of more than {MOST_DIGITS} digits, expected the text of a page")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    start = text.lstrip()
    if not start:
        raise Unreadable("the page is empty")
    if _HTML.match(start) or _HTML.search(start[:200]):
        raise Unreadable("HTML, expected the page as Markdown or text")
    if start[0] in "{[" and _is_json(start):
        raise Unreadable("JSON, expected the page as Markdown or text")
    return text


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def kind_of_text(text: str) -> str:
    """What a text in which no fact was recognised is, in words: `a login wall`, `another text`."""
    if len(text) <= LONGEST_WALL:
        for name, words in _WALLS:
            if words.search(text):
                return name
    return "another text"
