"""What is tried by small mistakes, and where they are not worth making."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench.mutation import ROOT, annotated, difference, files_of, modules

SOURCE = """\
from dataclasses import dataclass

@dataclass(frozen=True)
class Side:
    length: int | None = 3 | 4

if TYPE_CHECKING:
    from sides import Angle

def doubled(side: Side | None) -> int | None:
    return side and sum(2 for _ in zip(side.length, strict=True))
"""


@pytest.mark.parametrize("module", modules())
def test_every_module_that_is_tried_has_tests(module: str) -> None:
    assert files_of(module) != []
    assert all(Path(ROOT, path).is_file() for path in files_of(module))


def test_the_files_of_a_module_begin_with_its_own() -> None:
    assert files_of("contracts/rules/single.py")[0] == "tests/contracts/rules/test_single.py"
    assert files_of("contracts/sizes.py")[0] == "tests/contracts/test_sizes.py"


def test_a_promise_is_tried_on_the_subjects_whose_cases_name_it() -> None:
    cases = "tests/harness/suites/cases"

    assert files_of("harness/suites/promises/retrying.py")[1:] == [f"{cases}/test_client.py"]
    assert files_of("harness/suites/promises/malformed.py") == [f"{cases}/test_server.py"]


def test_no_mistake_is_made_where_it_changes_nothing() -> None:
    lines = SOURCE.splitlines()

    hidden = {(line, lines[line - 1][column:]) for line, column in annotated(SOURCE)}

    assert hidden >= {
        (3, "True)"),
        (5, "| None = 3 | 4"),
        (7, "TYPE_CHECKING:"),
        (10, "| None) -> int | None:"),
        (10, "| None:"),
        (11, "True))"),
    }
    assert {line for line, _ in hidden} == {3, 5, 7, 10, 11}
    assert not {(5, "| 4"), (11, "and sum(2 for _ in zip(side.length, strict=True))")} & hidden


def test_a_mistake_is_told_by_the_lines_that_it_changes() -> None:
    told = difference("a = 1\nb = 2\n", "a = 1\nb = 3\n")

    assert [line.split() for line in told] == [["-", "b", "=", "2"], ["+", "b", "=", "3"]]
