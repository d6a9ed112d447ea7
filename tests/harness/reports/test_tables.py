"""Tables on a terminal."""

from __future__ import annotations

import pytest

from imagine_harness.harness.reports.tables import format_field, make_table, print_table, render


def test_a_row_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(
        [{"path": "/a\x1b[2J\n/b\u2028c\u202e", "status": 200}, {"path": "/", "status": 404}]
    )

    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)
    assert "/a\\x1b[2J\\n/b\\u2028c\\u202e" in lines[1]


def test_without_a_terminal_nothing_is_folded_and_no_line_ends_in_blanks() -> None:
    rows = [{"what": "x" * 5_000, "n": 1, "of": "2 of 3"}, {"what": "y", "n": 10, "of": "10 of 3"}]

    assert render([make_table(rows, right=["of"])]).splitlines() == [
        f"{'what':<5000}   n       of",
        f"{'x' * 5_000}   1   2 of 3",
        f"{'y':<5000}  10  10 of 3",
    ]
    assert render([make_table([{"a": "x", "b": ""}])]) == "a  b\nx\n"


def test_on_a_terminal_a_long_cell_is_folded_into_its_column() -> None:
    lines = render([make_table([{"a": "x" * 30, "b": "y"}])], width=20, colours=True).splitlines()

    assert len(lines) == 3
    assert all("x" in line for line in lines[1:])


def test_a_field_is_one_line_and_its_label_never_runs_into_it() -> None:
    assert format_field("rule", "x") == "rule        x"
    assert format_field("a long label", "x" * 500, 10) == f"a long label {'x' * 500}"
