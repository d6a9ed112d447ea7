"""Files, folders, archives and standard input, each within limits."""

from __future__ import annotations

import gzip
import io
import os
import sys
import zipfile
import zlib
from pathlib import Path
from types import SimpleNamespace

import pytest

from imagine_harness.harness.traffic import sources as under_test
from imagine_harness.harness.traffic.errors import RecordingError
from imagine_harness.harness.traffic.sources import TrafficFile, is_plain, traffic_files


def zipped(entries: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in entries.items():
            made.writestr(name, data)
    return held.getvalue()


def one(file: Path) -> TrafficFile:
    [found] = traffic_files(file)
    return found


@pytest.mark.parametrize(
    "data",
    [
        b"a: 1",
        gzip.compress(b"a: 1"),
        zlib.compress(b"a: 1"),
        b"\xef\xbb\xbfa: 1",
        "\ufeffa: 1".encode("utf-16-le"),
        "\ufeffa: 1".encode("utf-16-be"),
    ],
    ids=["plain", "gzip", "zlib", "utf-8", "utf-16-le", "utf-16-be"],
)
def test_a_file_is_text_whatever_its_name_and_packing(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "traffic"
    file.write_bytes(data)

    assert one(file).data() == b"a: 1"


def test_standard_input_is_read_as_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    given = SimpleNamespace(buffer=io.BytesIO(gzip.compress(b"a: 1")))
    monkeypatch.setattr(sys, "stdin", given)
    found = one(Path("-"))

    assert (found.name, found.data(), found.beside("a")) == ("standard input", b"a: 1", None)


def test_a_folder_holds_its_plain_files_by_their_names(tmp_path: Path) -> None:
    for name in ("b/c.yaml", "a.har", ".git/config", ".hidden"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(name)
    os.mkfifo(tmp_path / "pipe.har")

    found = traffic_files(tmp_path)

    assert [each.name for each in found] == [f"{tmp_path}/a.har", f"{tmp_path}/b/c.yaml"]
    assert [each.data() for each in found] == [b"a.har", b"b/c.yaml"]
    assert all(each.among for each in found)


def test_a_folder_that_cannot_be_read_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.har").touch()
    (tmp_path / "b").mkdir()
    scan = os.scandir

    def refusing(place: str) -> object:
        if str(place).endswith("b"):
            raise PermissionError(13, "Permission denied", place)
        return scan(place)

    monkeypatch.setattr(os, "scandir", refusing)
    found = traffic_files(tmp_path)

    assert [each.name for each in found] == [f"{tmp_path}/a.har", f"{tmp_path}/b"]
    with pytest.raises(RecordingError, match="/b: cannot be read: "):
        found[1].data()


def test_a_file_beside_is_no_way_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("secret", "in/a.har", "in/body.json"):
        (tmp_path / name).write_text(name)
    (tmp_path / "in" / "link").symlink_to(tmp_path / "secret")
    beside = one(tmp_path / "in" / "a.har").beside

    assert beside("body.json") == b"in/body.json"
    for name in ("../secret", str(tmp_path / "secret"), "link", "nothing", "..", ".", "", "a\0b"):
        assert beside(name) is None
    assert not any(map(is_plain, ("a/b", "a\\b", "c:a", "..", "", "\0")))


def test_an_archive_holds_its_entries_and_their_bodies(tmp_path: Path) -> None:
    file = tmp_path / "a.har.zip"
    entries = {"har.har": b"{}", "1.json": b"[]", "x/2.json": gzip.compress(b"5"), "x/": b""}
    file.write_bytes(zipped(entries))
    found = traffic_files(file)

    assert [each.name for each in found] == [
        f"{file}/{name}" for name in ("1.json", "har.har", "x/2.json")
    ]
    assert [each.data() for each in found] == [b"[]", b"{}", b"5"]
    assert found[1].beside("1.json") == b"[]"
    assert found[1].beside("x/2.json") is None
    assert found[1].beside("../1.json") is None


def test_a_broken_archive_is_told(tmp_path: Path) -> None:
    whole = zipped({"a.har": b"hello" * 100})
    file = tmp_path / "a.zip"
    file.write_bytes(whole[:-30])
    with pytest.raises(RecordingError, match="is no archive that can be read: "):
        traffic_files(file)
    file.write_bytes(whole.replace(whole[35:45], b"\xff" * 10, 1))
    with pytest.raises(RecordingError, match=r"a\.har: cannot be unpacked: "):
        one(file).data()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (gzip.compress(bytes(2_000)), "is packed, and unpacks to more than 1000 bytes"),
        (gzip.compress(b"hello")[:-4], "is packed, and ends before it is whole"),
        (bytes(1_001), "has 1001 bytes, expected at most 1000"),
    ],
    ids=["bomb", "cut", "long"],
)
def test_a_file_beyond_the_limit_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, told: str
) -> None:
    monkeypatch.setattr(under_test, "LARGEST_FILE", 1_000)
    file = tmp_path / "a"
    file.write_bytes(data)

    with pytest.raises(RecordingError) as raised:
        traffic_files(file)
    assert str(raised.value) == f"{file}: {told}"


def test_an_archive_unpacks_no_more_than_a_file_may_have(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "LARGEST_FILE", 1_000)
    file = tmp_path / "a.zip"
    file.write_bytes(zipped({name: bytes(600) for name in "ab"}))
    first, second = traffic_files(file)

    assert len(first.data()) == 600
    with pytest.raises(RecordingError, match=r"b: the archive holds more than 1000 bytes$"):
        second.data()


def test_a_place_with_too_many_files_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(under_test, "MOST_FILES", 2)
    for name in "abc":
        (tmp_path / name).touch()
    with pytest.raises(RecordingError, match="has more files than 2"):
        traffic_files(tmp_path)
    file = tmp_path / "a"
    file.write_bytes(zipped(dict.fromkeys("abc", b"")))
    with pytest.raises(RecordingError, match="has more entries than 2"):
        traffic_files(file)


def test_a_file_of_more_bytes_than_are_read_is_told_by_its_length(tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    with file.open("wb") as made:
        made.truncate(256_000_001)

    with pytest.raises(RecordingError, match="has 256000001 bytes, expected at most 256000000"):
        traffic_files(file)


def test_a_place_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read: No such file or directory"):
        traffic_files(tmp_path / "nothing.har")
    with pytest.raises(RecordingError, match="no recorded traffic in this folder, expected a fil"):
        traffic_files(tmp_path)
