"""How an offending value is mended."""

from __future__ import annotations

import difflib
from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.rules.keywords import KEYWORDS

TIERS = {"enum": ["1k", "2k"]}


@pytest.mark.parametrize(("given", "right"), [("1K", "1k"), (" 2k ", "2k"), ("2kk", "2k")])
def test_a_value_that_is_nearly_listed_becomes_the_listed_one(given: str, right: str) -> None:
    assert KEYWORDS["enum"].mend(TIERS, given) == right


def test_a_value_far_longer_than_all_that_is_listed_is_not_compared(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def compared(*_: Any, **__: Any) -> list[str]:
        raise AssertionError("a text of any length was compared letter by letter")

    monkeypatch.setattr(difflib, "get_close_matches", compared)

    assert KEYWORDS["enum"].mend(TIERS, "data:image/png;base64," + "1k2k" * 1_000) is ABSENT


def test_what_is_far_longer_than_a_word_is_no_misspelling(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_for: list[str] = []

    def close(word: str, *_: Any, **__: Any) -> list[str]:
        looked_for.append(word)
        return []

    monkeypatch.setattr("imagine_harness.contracts.rules.keywords.difflib.get_close_matches", close)
    mend = KEYWORDS["enum"].mend

    for value in ("x" * 1_000_000, ["x"] * 1_000, {"x": 1}, None):
        assert mend({"enum": ["a"]}, value) is ABSENT
    mend({"enum": ["a"]}, "aa")
    assert looked_for == ["aa"]
