"""A journal on disk holds whole lines, whatever becomes of the file and of the disk."""

from __future__ import annotations

import json
import logging
import os
import resource
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.mocks.services.journal import line
from imagine_harness.mocks.services.journal_file import Lines, journal_file
from tests.mocks.services.test_journal import noted

LONG = noted(7, path="/" + "x" * 5_000)
SHORT = [noted(number) for number in range(3)]


@contextmanager
def room(length: int) -> Iterator[None]:
    """A system that lets no file of this process grow beyond a length."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (length, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def ids(file: Path) -> list[str]:
    """The ids of the exchanges of a journal, each line of which has to be whole."""
    return [json.loads(each)["id"] for each in file.read_bytes().splitlines() if each]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.ndjson"


def test_a_line_is_written_on_until_it_is_whole(file: Path) -> None:
    class Narrow:
        """A file that takes a few bytes at once, as systems may."""

        steps = 0

        def write(self, data: memoryview) -> int:
            self.steps += 1
            return opened.write(data[:100])

        def fileno(self) -> int:
            return opened.fileno()

    narrow: Any = Narrow()
    with file.open("ab", buffering=0) as opened:
        Lines(narrow).append(line(LONG))

    assert file.read_bytes() == line(LONG)
    assert narrow.steps == -(-len(line(LONG)) // 100)


def test_what_does_not_fit_is_taken_back_and_what_comes_later_is_whole(file: Path) -> None:
    with journal_file(file) as kept:
        kept(SHORT[0])
        with room(len(line(SHORT[0])) + 1_000):
            kept(LONG)
            kept(SHORT[1])
        kept(SHORT[2])

    assert ids(file) == ["0", "1", "2"]
    assert kept.lost == 1


def test_a_line_that_cannot_be_taken_back_does_not_spoil_the_next(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with file.open("ab", buffering=0) as opened, file.open("ab", buffering=0) as other:

        class Shared:
            """A file to which somebody else adds just when there is no more room."""

            def write(self, data: memoryview) -> int:
                if opened.tell() > 0:
                    other.write(line(SHORT[1]))
                    raise OSError(28, "No space left on device")
                return opened.write(data[:50])

            def __getattr__(self, name: str) -> Any:
                return getattr(opened, name)

        shared: Any = Shared()
        lines = Lines(shared)
        with pytest.raises(OSError, match="No space left"):
            lines.append(line(SHORT[0]))
        monkeypatch.setattr(Shared, "write", lambda _, data: opened.write(data))
        lines.append(line(SHORT[2]))

    first, *others = filter(None, file.read_bytes().splitlines())
    assert first == line(SHORT[0])[:50] + line(SHORT[1]).rstrip()
    assert [json.loads(each)["id"] for each in others] == ["2"]


def test_a_file_that_ends_within_a_line_goes_on_with_a_new_one(file: Path) -> None:
    file.write_bytes(line(SHORT[0]) + line(SHORT[1])[:30])

    with journal_file(file) as kept:
        kept(SHORT[2])

    lines = file.read_bytes().splitlines()
    assert [lines[0], lines[2]] == [line(SHORT[0]).rstrip(), line(SHORT[2]).rstrip()]
    assert lines[1] == line(SHORT[1])[:30]


def test_whole_lines_are_appended_to_without_a_gap(file: Path) -> None:
    for each in SHORT:
        with journal_file(file) as kept:
            kept(each)

    assert file.read_bytes() == b"".join(map(line, SHORT))


def removed(file: Path) -> None:
    file.unlink()


def rotated(file: Path) -> None:
    file.rename(file.with_suffix(".1"))


def replaced(file: Path) -> None:
    other = file.with_suffix(".2")
    other.write_bytes(b"")
    other.rename(file)


@pytest.mark.parametrize("moved", [removed, rotated, replaced])
def test_a_file_that_is_gone_is_opened_anew(file: Path, moved: Callable[[Path], None]) -> None:
    with journal_file(file) as kept:
        kept(SHORT[0])
        moved(file)
        kept(SHORT[1])
        kept(SHORT[2])

    assert ids(file) == ["1", "2"]
    rotated_file = file.with_suffix(".1")
    assert not rotated_file.exists() or ids(rotated_file) == ["0"]


def test_a_file_that_was_emptied_in_its_place_is_filled_from_its_start(file: Path) -> None:
    with journal_file(file) as kept:
        kept(SHORT[0])
        os.truncate(file, 0)
        kept(SHORT[1])

    assert file.read_bytes() == line(SHORT[1])


def test_what_cannot_be_written_is_told_once_and_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    file = folder / "a.ndjson"
    with caplog.at_level(logging.WARNING), journal_file(file) as kept:
        kept(SHORT[0])
        folder.rename(tmp_path / "moved")
        kept(SHORT[1])
        kept(SHORT[1])
        [told] = caplog.messages
        folder.mkdir()
        kept(SHORT[2])

    assert str(file) in told
    assert ids(file) == ["2"]
    assert "2 exchanges were left out" in caplog.messages[-1]
    assert len(caplog.messages) == 2


def test_a_device_that_takes_nothing_is_told_once(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING), journal_file(Path("/dev/full")) as kept:
        for each in SHORT:
            kept(each)
        assert len(caplog.messages) == 1

    assert kept.lost == 3


def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe, read = tmp_path / "pipe", bytearray()
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.extend(pipe.read_bytes()))
    reader.start()
    with journal_file(pipe) as kept:
        kept(SHORT[0])
        kept(LONG)
    reader.join(timeout=30)

    assert bytes(read) == line(SHORT[0]) + line(LONG)


def test_a_file_that_cannot_be_opened_at_first_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), journal_file(tmp_path / "no" / "a.ndjson"):
        pass
