"""Subjects that stand in somebody's own file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from imagine_harness.harness.suites.loading import LoadError, load

CLIENT = """\
from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

import beside


@dataclass
class Settings:
    names: ClassVar[list[str]] = []
    sizes: list[int] = field(default_factory=list)


def images(case: object) -> list[int]:
    return Settings(sizes=[beside.SIZE]).sizes
"""


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A client's own file with another one beside it; nothing of them stays imported."""
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "beside.py").write_text("SIZE = 7\n")
    made = tmp_path / "own_client.py"
    made.write_text(CLIENT)
    for name in ("beside", "subject_own_client"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return made


def test_a_file_with_a_dataclass_and_annotations_that_are_put_off_is_loaded(file: Path) -> None:
    assert load(f"{file}::images")(None) == [7]


@pytest.mark.parametrize(
    ("place", "why"),
    [
        ("{file}", "names no function, expected path/to/file.py::function"),
        ("{file}x::images", "no file"),
        (
            "{file}::pictures",
            "has no function 'pictures', it has Settings, images",
        ),
    ],
)
def test_what_is_no_function_of_a_file_is_refused(file: Path, place: str, why: str) -> None:
    with pytest.raises(LoadError) as refused:
        load(place.format(file=file))

    assert why in str(refused.value)


def test_a_file_that_cannot_run_is_refused_and_forgotten(file: Path) -> None:
    file.write_text("raise OSError('no disk')\n")

    with pytest.raises(LoadError, match="OSError: no disk"):
        load(f"{file}::images")
    assert "subject_own_client" not in sys.modules
