"""Tables on a terminal."""

from __future__ import annotations

import pytest

from imagine_harness.harness.reports.tables import print_table


def test_a_row_is_one_line_whatever_is_in_it(capsys: pytest.CaptureFixture[str]) -> None:
    print_table(
        [{"path": "/a\x1b[2J\n/b\u2028c\u202e", "status": 200}, {"path": "/", "status": 404}]
    )

    lines = capsys.readouterr().out.splitlines()

    assert len(lines) == 3
    assert all(line.isprintable() for line in lines)
    assert "/a\\x1b[2J\\n/b\\u2028c\\u202e" in lines[1]
