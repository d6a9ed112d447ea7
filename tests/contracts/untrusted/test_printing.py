"""Texts from outside, as they may be printed."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagine_harness.contracts.fields import brief_text
from imagine_harness.contracts.untrusted.printing import cut, inert, printable

ACTING = {"Cc", "Cf", "Cs", "Zl", "Zp"}
HOSTILE = st.text(
    st.characters() | st.sampled_from("\x1b\r\n\t\x00\x85\u2028\u202e\u200b\ufeff\ud800:#[ ")
)


def acts(text: str) -> list[str]:
    return [each for each in text if unicodedata.category(each) in ACTING]


def commands(text: str) -> list[str]:
    """The lines that GitHub's runner would take for commands."""
    return [each for each in text.split("\n") if each.strip().startswith("::") or "##[" in each]


@given(HOSTILE)
def test_nothing_acts_and_there_is_one_line(text: str) -> None:
    made = printable(text)

    assert acts(made) == commands(made) == []
    assert len(made.splitlines()) <= 1


@given(HOSTILE)
def test_several_lines_stay_several_and_nothing_else_acts(text: str) -> None:
    made = inert(text)

    assert set(acts(made)) <= {"\n", "\t"}
    assert commands(made) == []
    assert made.count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("a lighthouse, größer · 灯台　é", "a lighthouse, größer · 灯台　é"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\ud800", "\\ud800"),
        ("\U000e0041", "\\U000e0041"),
        ("::error::x", "\\x3a:error::x"),
        (" \u3000::error::x", " \u3000\\x3a:error::x"),
        ("a ::b", "a ::b"),
        ("see ##[error]x", "see \\x23#[error]x"),
    ],
)
def test_only_what_acts_is_escaped(text: str, made: str) -> None:
    assert printable(text) == made


def test_a_value_in_a_message_stands_on_one_line_whatever_it_is() -> None:
    for value in ("a\n\x1b[2J", ["a\n"], {"k\u2028": {"\x1b": ["\r"]}}):
        assert acts(brief_text(value)) == []
        assert re.search(r"\\(n|x1b|r|u2028)", brief_text(value))


def test_a_long_text_is_cut_with_a_sign() -> None:
    assert cut("abc", 3) == "abc"
    assert cut("abcd", 3) == "ab…"
    assert len(brief_text("x" * 10_000_000)) == 60
