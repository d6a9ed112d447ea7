"""TOML as it is written by hand."""

from __future__ import annotations

import tomllib
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.harness.drift.recording import toml

SCALARS = (
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
VALUES: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(max_examples=20)
@given(st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=5), VALUES))
def test_what_is_written_is_read_back(table: dict[str, Any]) -> None:
    text = "\n".join(toml.pairs(table.items())) + "\n"

    assert tomllib.loads(text) == table


def test_tables_are_on_one_line_and_equals_signs_below_one_another() -> None:
    lines = toml.pairs(
        [("a", {"type": "integer", "maximum": 4}), ("long.name", [1, 2]), ("c", None)]
    )

    assert lines == [
        'a           = { type = "integer", maximum = 4 }',
        '"long.name" = [1, 2]',
    ]


def test_dates_are_dates() -> None:
    assert toml.pairs([("read", date(2027, 1, 2))]) == ["read = 2027-01-02"]


@pytest.mark.parametrize("wrong", [float("nan"), float("inf"), object(), None])
def test_what_toml_cannot_say_is_an_error(wrong: object) -> None:
    with pytest.raises(ValueError, match="TOML has no word"):
        toml.value(wrong)


def test_an_operation_is_written_in_the_order_of_contracts() -> None:
    entry = {
        "method": "POST",
        "rule": [{"id": "a", "type": "table", "rows": [[1, 2]] * 30, "labels": ["x"] * 30}],
        "answer": [{"source": "page#x", "fields": {"b.c": {"type": "string"}}}],
        "outcome": {"carrier": "url"},
        "parameters": {"n": {"type": "integer"}},
    }

    lines = toml.operation("task", entry)

    assert [line for line in lines if line.startswith("[")] == [
        "[operation.task]",
        "[operation.task.parameters]",
        "[[operation.task.rule]]",
        "[operation.task.outcome]",
        "[[operation.task.answer]]",
        "[operation.task.answer.fields]",
    ]
    assert max(map(len, lines)) <= 100
    read = tomllib.loads("\n".join(lines))["operation"]["task"]
    assert read == entry
