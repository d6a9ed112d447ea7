"""Pages with something much too large in them: read or refused, in a time that grows as they do."""

from __future__ import annotations

from pathlib import Path

import pytest

from imagine_harness.harness.drift.page_check import check_page
from imagine_harness.harness.drift.readers import read
from imagine_harness.harness.drift.unreadable import Unreadable
from tests.bench.pages import shapes
from tests.growth import leaps

PAGES = Path(__file__).parents[3] / "fixtures" / "pages"

DIGITS = "9" * 300

FILES = sorted(PAGES.glob("*/grok-imagine-image.*"))

USUAL = ("with other names each time", "lines of parameters", "lines of tables")
"""Shapes that are tried in every run; all of them take minutes."""


def grows(file: Path, shape: str) -> bool:
    """Whether a page of a shape takes longer than it is long."""
    page = dict(shapes(file.read_text(encoding="utf-8")))[shape]

    def check(size: int) -> None:
        check_page(file.parent.name, file.name, page(size).encode())

    return leaps(check, 15_000, 60_000)


@pytest.mark.parametrize("shape", USUAL)
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.suffix}")
def test_four_times_the_page_takes_no_more_than_four_times_as_long(file: Path, shape: str) -> None:
    assert not grows(file, shape)


@pytest.mark.campaign
@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.parent.name}-{file.suffix}")
def test_no_shape_of_a_page_takes_longer_than_it_is_long(file: Path) -> None:
    every = [shape for shape, _ in shapes(file.read_text(encoding="utf-8"))]

    assert [shape for shape in every if grows(file, shape)] == []


@pytest.mark.parametrize(
    ("provider", "old", "new"),
    [
        ("fal", "    </ParamField>", f"At most {DIGITS} characters.\n    </ParamField>"),
        ("runware", "`1024x1024` |", f"`{DIGITS}x1024` |"),
        ("runware", "## Request", f"`n` is required when `a` is `{DIGITS}`.\n\n## Request"),
        ("uniall", "\n## ", f"\n| Size | Ratio |\n| --- | --- |\n| `{DIGITS}x1` | 1:1 |\n\n## "),
    ],
)
def test_a_number_of_hundreds_of_digits_is_no_number(provider: str, old: str, new: str) -> None:
    text = (PAGES / provider / "grok-imagine-image.md").read_text(encoding="utf-8")

    assert old in text
    assert read(provider, text.replace(old, new).encode()).parameters != ()


def test_a_page_of_more_parameters_than_any_model_has_is_refused() -> None:
    rows = "".join(f"| `a{n}` | string | No | |\n" for n in range(2_001))
    head = "| Parameter | Type | Required | Note |\n| --- | --- | --- | --- |\n"

    with pytest.raises(Unreadable, match="2001 parameters, expected a page of at most 2000"):
        read("uniall", f"# UniAll\n\n{head}{rows}\n## A\n".encode())
