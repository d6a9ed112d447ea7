"""What goes with a parameter that goes."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.drift.recording.removal import remove_mentions


def operation(**more: Any) -> dict[str, Any]:
    return {"parameters": {}, **more}


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"type": "excludes", "groups": ["a", "b"]}, None),
        ({"type": "excludes", "groups": ["a", "b", "c"]}, ["b", "c"]),
        ({"type": "excludes", "groups": [["a", "b"], "c", "d"]}, ["c", "d"]),
        ({"type": "one_of", "groups": ["a", "b"]}, ["b"]),
        ({"type": "one_of", "groups": ["a"]}, None),
        ({"type": "precedence", "groups": ["a", "b"]}, None),
        ({"type": "precedence", "groups": ["b", ["a", "c"], "d"]}, ["b", "d"]),
        ({"type": "requires_when", "when": {"given": ["c"]}, "groups": ["a", "b"]}, ["b"]),
        ({"type": "together", "fields": ["a", "b"]}, None),
        ({"type": "together", "fields": ["a", "b", "c"]}, ["b", "c"]),
        ({"type": "unique", "field": "a"}, None),
        ({"type": "ignored_when", "field": "b", "when": {"equals": {"a": 1}}}, None),
        ({"type": "requires_when", "when": {"given": ["a"]}, "groups": ["b"]}, None),
        ({"type": "requires_when", "when": {"given": ["a", "c"]}, "groups": ["b"]}, ["b"]),
    ],
)
def test_a_rule_goes_on_without_the_parameter_where_it_can(
    rule: dict[str, Any], left: list[str] | None
) -> None:
    entry = operation(rule=[rule])

    remove_mentions(entry, "a")

    assert ("rule" in entry) == (left is not None)
    if left is not None:
        (kept,) = entry["rule"]
        assert [kept[key] for key in ("groups", "fields") if key in kept] == [left]
        assert "a" not in str(kept.get("when", ""))


def test_a_table_goes_with_either_of_its_fields() -> None:
    entry = operation(rule=[{"type": "table", "fields": ["a", "b"], "rows": [[1, 2]]}])

    remove_mentions(entry, "b")

    assert "rule" not in entry


def test_the_answer_is_decided_by_what_is_left() -> None:
    outcome = {
        "count": ["a", "n"],
        "format": "a",
        "inputs": ["a"],
        "carrier": {"parameter": "a", "values": {"x": "url"}, "else": "base64"},
        "size": {"ratio": "a", "tier": "t"},
    }
    entry = operation(outcome=outcome)

    remove_mentions(entry, "a")

    assert entry["outcome"] == {"count": ["n"], "carrier": "base64", "size": {"tier": "t"}}


def test_without_a_prompt_there_is_no_picture() -> None:
    entry = operation(outcome={"carrier": "url", "size": {}})

    remove_mentions(entry, "prompt")

    assert "outcome" not in entry


def test_defaults_that_hang_on_it_go() -> None:
    when = [{"parameter": "a", "equals": True, "default": 1}]
    entry = operation(hint=[{"parameter": "a", "value": 1}])
    entry["parameters"] = {"b": {"type": "integer", "default_when": when}}

    remove_mentions(entry, "a")

    assert entry == {"parameters": {"b": {"type": "integer"}}}
