"""Which format a file has, and what a folder holds."""

from __future__ import annotations

import gzip
import io
import shutil
import sys
import zipfile
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from imagine_harness.harness.traffic.files import traffic
from imagine_harness.mocks.services.journal import line
from tests.exchanges import changed
from tests.harness.traffic.readers.test_journal import EXCHANGE

FIXTURES = Path(__file__).parents[3] / "fixtures"
HAR = FIXTURES / "recordings" / "mixed.har"
CASSETTE = FIXTURES / "recordings" / "fal-vcrpy.yaml"
KINDS = FIXTURES / "recordings" / "kinds"
EXAMPLE = FIXTURES / "exchanges" / "fal" / "generate-quick-start.json"


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    file = tmp_path / "a.ndjson"
    file.write_bytes(line(EXCHANGE) + line(replace(EXCHANGE, id="4")))
    return file


def test_each_format_is_known_by_its_name(journal: Path) -> None:
    counts = [len(traffic([each]).exchanges) for each in (HAR, CASSETTE, EXAMPLE, journal)]

    assert counts == [6, 9, 1, 2]


def test_each_format_is_known_by_its_content(journal: Path, tmp_path: Path) -> None:
    for file, count in ((HAR, 6), (CASSETTE, 9), (journal, 2)):
        copy = tmp_path / "traffic"
        shutil.copy(file, copy)
        assert len(traffic([copy]).exchanges) == count


def test_a_journal_is_known_behind_its_broken_lines(tmp_path: Path) -> None:
    file = tmp_path / "traffic"
    file.write_bytes(b'{"id":"1","time":17' + line(EXCHANGE) + line(EXCHANGE))

    found = traffic([file])

    assert [each.provenance.where for each in found.exchanges] == [f"{file}: line 2"]
    assert [each.where for each in found.unread] == [f"{file}: line 1"]


def test_a_folder_holds_what_its_files_hold_in_the_order_of_their_names(tmp_path: Path) -> None:
    (tmp_path / "fal").mkdir()
    shutil.copy(EXAMPLE, tmp_path / "fal")
    shutil.copy(CASSETTE, tmp_path / "b.yml")
    shutil.copy(HAR, tmp_path / "c.har")
    found = traffic([tmp_path]).exchanges

    assert len(found) == 16
    assert [
        Path(each.provenance.where.partition(":")[0]).name for each in (found[0], found[-1])
    ] == [
        "b.yml",
        "generate-quick-start.json",
    ]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.har", "{", "a.har: is no JSON: "),
        ("a.har", "{}", "a.har: is not a recording, expected a HAR, VCR cassette, "),
        ("a.har", '{"log": {}}', "a.har: log: entries must be a list, got null"),
        ("a.json", "[1]", "a.json: is not a recording"),
        ("a.json", "", "a.json: is empty"),
        ("a.yaml", "a: [", "a.yaml: is no YAML: "),
        ("a.yaml", " \n", "a.yaml: is empty"),
        ("a.ndjson", "1", "a.ndjson: line 1: request must be an object"),
        ("a.log", "hello", "a.log: is not a recording"),
        ("a.bin", "\x00\x01", "a.bin: is not a recording"),
        ("a.json", '{"interactions": 1}', "a.json: interactions must be a list, got 1"),
    ],
)
def test_a_bad_file_is_told_in_one_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    (tmp_path / name).write_text(text)

    found = traffic([tmp_path / name])

    assert found.exchanges == []
    [unread] = found.unread
    assert str(unread).removeprefix(f"{tmp_path}/").startswith(told)
    assert "\n" not in str(unread)


def test_a_file_that_cannot_be_read_costs_itself_alone(tmp_path: Path) -> None:
    shutil.copy(CASSETTE, tmp_path / "b.yml")
    (tmp_path / "a.har").write_text("{")
    found = traffic([tmp_path, tmp_path / "nothing.har", HAR])

    assert len(found.exchanges) == 15
    assert [(Path(each.where).name, each.why.partition(":")[0]) for each in found.unread] == [
        ("a.har", "is no JSON"),
        ("nothing.har", "cannot be read"),
    ]


def test_a_file_that_holds_a_body_of_another_is_no_file_of_its_own() -> None:
    folder = KINDS / "playwright-attach"
    found = traffic([folder])

    assert found == traffic(sorted(folder.iterdir()))
    assert [each.request.whole_body is None for each in found.exchanges] == [False, True]
    assert found.unread == []


def test_bodies_beside_a_har_are_found_in_an_archive(tmp_path: Path) -> None:
    file = tmp_path / "trace.har.zip"
    with zipfile.ZipFile(file, "w") as made:
        for each in sorted((KINDS / "playwright-attach").iterdir()):
            made.write(each, each.name)
    found = traffic([file])

    folder = str(KINDS / "playwright-attach")
    assert found.exchanges == [
        changed(each, where=each.provenance.where.replace(folder, str(file)))
        for each in traffic([Path(folder)]).exchanges
    ]
    assert found.unread == []


def test_an_example_is_one_only_in_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    given = SimpleNamespace(buffer=io.BytesIO(EXAMPLE.read_bytes()))
    monkeypatch.setattr(sys, "stdin", given)
    [unread] = traffic([Path("-")]).unread

    assert str(unread).startswith("standard input: is not a recording, expected a HAR, ")


def test_a_file_of_another_name_is_looked_at_in_a_folder_too(tmp_path: Path) -> None:
    shutil.copy(CASSETTE, tmp_path / "cassette")
    (tmp_path / "packed").write_bytes(gzip.compress(HAR.read_bytes()))
    (tmp_path / "notes.txt").write_text("nothing")
    found = traffic([tmp_path])

    assert len(found.exchanges) == 15
    assert [str(each).rpartition("/")[2] for each in found.unread] == [
        "notes.txt: is not a recording"
    ]


def test_a_har_may_be_yaml_and_a_cassette_json() -> None:
    for name in ("har.yaml", "python.json"):
        [one] = traffic([KINDS / name]).exchanges
        assert one.request.whole_body == b'{"prompt":"a kettle on a stove"}'
