"""Bytes that are a page's text, and those that are not."""

from __future__ import annotations

import pytest

from imagine_harness.harness.drift.pages.text import decode, kind_of_text
from imagine_harness.harness.drift.unreadable import Unreadable


def test_a_page_is_utf8_with_plain_line_ends() -> None:
    assert decode("\ufeff# Größe\r\nzwei\rdrei\n".encode()) == "# Größe\nzwei\ndrei\n"


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"# a\x00b", "null byte at 3"),
        ("# Größe".encode("latin-1"), "byte 4 is not UTF-8"),
        ("# page".encode("utf-16"), "null byte|not UTF-8"),
        (b"a" * (4 * 1024 * 1024 + 1), "expected at most 4194304"),
        (b"<!DOCTYPE html>\n<html>", "HTML"),
        (b"\n  <html lang='en'><head>", "HTML"),
        (b'{"error": "unauthorized"}', "JSON"),
        (b'[{"a": 1}]\n', "JSON"),
    ],
)
def test_what_is_no_text_of_a_page_is_refused(raw: bytes, told: str) -> None:
    with pytest.raises(Unreadable, match=told):
        decode(raw)


@pytest.mark.parametrize("text", ["[Skip](#a)\n\n# Page [x]", "<Tabs>\n", "{ braces } in prose"])
def test_markdown_that_looks_like_something_else_is_a_page(text: str) -> None:
    assert decode(text.encode()) == text


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("Please sign in to continue", "a login wall"),
        ("Just a moment...", "a check for robots"),
        ("Access denied", "a refusal"),
        ("404: Page not found", "an error page"),
        ("503 Service Unavailable", "an error page"),
        ("A recipe for bread", "another text"),
        ("Log in with a key. " + "A model of many words. " * 500, "another text"),
    ],
)
def test_what_came_instead_of_a_page_is_named(text: str, named: str) -> None:
    assert kind_of_text(text) == named


def test_a_number_that_nobody_can_read_is_no_part_of_a_page() -> None:
    with pytest.raises(Unreadable, match="300 digits"):
        decode(b"# Page\n\nbetween 1 and " + b"9" * 5_000)
    assert decode(b"9" * 300)
