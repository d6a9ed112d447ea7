"""A journal on disk: whole lines, in a file that others may fill, cut, move or remove meanwhile."""

from __future__ import annotations

import errno
import logging
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.services.journal import line

_LOG = logging.getLogger("imagine-harness")


class Lines:
    """Lines at the end of an open file: each is there whole, or not at all.

    Attributes:
        ragged: whether the file ends within a line, so that the next one begins with a line feed.
    """

    def __init__(self, file: FileIO, *, ragged: bool = False) -> None:
        self._file = file
        self._regular = stat.S_ISREG(os.fstat(file.fileno()).st_mode)
        self.ragged = ragged

    def append(self, text: bytes) -> None:
        """Write a line, however many steps the system takes to it.

        Raises:
            OSError: it cannot be written; what there was of it is taken back.
        """
        left, written = memoryview(b"\n" + text if self.ragged else text), 0
        try:
            while left:
                count = self._file.write(left)
                if not count:
                    raise BlockingIOError(errno.EAGAIN, os.strerror(errno.EAGAIN))
                left, written = left[count:], written + count
        except OSError:
            if written:
                self._take_back(written)
            raise
        self.ragged = False

    def _take_back(self, written: int) -> None:
        """Cut the file back by so many bytes, if they are still the last ones of a file."""
        ragged, self.ragged = self.ragged, True
        with suppress(OSError):
            end = self._file.tell() if self._regular else None
            if end is not None and end == os.fstat(self._file.fileno()).st_size:
                self._file.truncate(end - written)
                self._file.seek(end - written)
                self.ragged = ragged


class JournalFile:
    """A file that every exchange is appended to.

    One that cannot be written is left out, which is told once; the next one is tried again. A file
    that was moved or removed is opened anew.

    Attributes:
        lost: how many exchanges were left out.
    """

    def __init__(self, path: Path) -> None:
        """Open the file, or make it.

        Raises:
            OSError: it cannot be opened.
        """
        self._path = path
        self._file = self._opened()
        self.lost = 0

    def _opened(self) -> FileIO:
        file = self._path.open("ab", buffering=0)
        self._known = os.fstat(file.fileno())
        self._lines = Lines(file, ragged=self._known.st_size > 0 and not self._ends_a_line())
        return file

    def _ends_a_line(self) -> bool:
        with suppress(OSError), self._path.open("rb") as file:
            file.seek(-1, os.SEEK_END)
            return file.read() == b"\n"
        return False

    def __call__(self, exchange: Exchange) -> None:
        """Append an exchange."""
        try:
            if self._is_elsewhere():
                before, self._file = self._file, self._opened()
                with suppress(OSError):
                    before.close()
            self._lines.append(line(exchange))
        except OSError as error:
            self.lost += 1
            if self.lost == 1:
                _LOG.warning(
                    "journal %s: %s; what cannot be written is left out",
                    self._path,
                    error.strerror or error,
                )

    def _is_elsewhere(self) -> bool:
        """Whether the path leads to this file no more; only a regular one can be put in place."""
        if not stat.S_ISREG(self._known.st_mode):
            return False
        try:
            return not os.path.samestat(self._known, self._path.stat())
        except OSError:
            return True

    def close(self) -> None:
        """End the file, and say how many exchanges it lacks, if any."""
        with suppress(OSError):
            self._file.close()
        if self.lost:
            _LOG.warning("journal %s: %d exchanges were left out", self._path, self.lost)


@contextmanager
def journal_file(path: Path) -> Iterator[JournalFile]:
    """A journal file for the length of a `with` block.

    Raises:
        OSError: it cannot be opened.
    """
    file = JournalFile(path)
    try:
        yield file
    finally:
        file.close()
