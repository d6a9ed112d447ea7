"""Which format a file has, and what a folder holds."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from harness.judging.files import traffic
from tests.harness.judging.readers.test_journal import EXCHANGE

FIXTURES = Path(__file__).parents[3] / "fixtures"
HAR = FIXTURES / "recordings" / "mixed.har"
CASSETTE = FIXTURES / "recordings" / "fal-vcrpy.yaml"
EXAMPLE = FIXTURES / "exchanges" / "fal" / "generate-quick-start.json"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    from mocks.journal import line

    file = tmp_path / "a.ndjson"
    file.write_bytes(line(EXCHANGE) + line(replace(EXCHANGE, id="4")))
    return file


def test_each_format_is_known_by_its_name(journal: Path) -> None:
    counts = [len(traffic([each]).recordings) for each in (HAR, CASSETTE, EXAMPLE, journal)]

    assert counts == [6, 9, 1, 2]


def test_each_format_is_known_by_its_content(journal: Path, tmp_path: Path) -> None:
    for file, count in ((HAR, 6), (CASSETTE, 9), (journal, 2)):
        copy = tmp_path / "traffic"
        shutil.copy(file, copy)
        assert len(traffic([copy]).recordings) == count


def test_a_folder_holds_what_its_files_hold_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "fal").mkdir()
    shutil.copy(EXAMPLE, tmp_path / "fal")
    shutil.copy(CASSETTE, tmp_path / "b.yml")
    shutil.copy(HAR, tmp_path / "c.har")
    (tmp_path / "notes.txt").write_text("nothing")

    found = traffic([tmp_path]).recordings

    assert len(found) == 16
    assert [Path(each.where.partition(":")[0]).name for each in (found[0], found[-1])] == [
        "b.yml",
        "generate-quick-start.json",
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.har", "{", "a.har: is no JSON: "),
        ("a.har", "{}", "a.har: the format is not known, expected a HAR, VCR cassette, "),
        ("a.json", "[1]", "a.json: the format is not known"),
        ("a.json", "", "a.json: is no JSON: "),
        ("a.yaml", "a: [", "a.yaml: is no YAML: "),
        ("a.yaml", "", "a.yaml: is no cassette"),
        ("a.ndjson", "1", "a.ndjson: line 1: request must be an object"),
        ("a.log", "hello", "a.log: the format is not known"),
        ("a.bin", "\x00\x01", "a.bin: is no YAML: "),
        ("a.json", '{"interactions": 1}', "a.json: interactions must be a list, got 1"),
    ],
)
def test_a_bad_file_is_told_in_one_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)

    found = traffic([tmp_path / name])

    assert found.recordings == []
    [unread] = found.unread
    assert str(unread).removeprefix(f"{tmp_path}/").startswith(told)
    assert "\n" not in str(unread)


def test_a_folder_without_any_is_told(tmp_path: Path) -> None:
    [unread] = traffic([tmp_path]).unread

    assert unread.where == str(tmp_path)
    assert unread.why.startswith("no recorded traffic in this folder, expected *")


def test_a_file_that_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    shutil.copy(CASSETTE, tmp_path / "b.yml")
    (tmp_path / "a.har").write_text("{")
    found = traffic([tmp_path, tmp_path / "nothing.har", HAR])

    assert len(found.recordings) == 15
    assert [(Path(each.where).name, each.why.partition(":")[0]) for each in found.unread] == [
        ("a.har", "is no JSON"),
        ("nothing.har", "cannot be read"),
    ]
