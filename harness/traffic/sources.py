"""Where recorded traffic comes from: files, folders, archives and standard input."""

from __future__ import annotations

import os
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from itertools import islice
from pathlib import Path, PurePath, PurePosixPath

from imagine_harness.contracts.untrusted import packing
from imagine_harness.harness.traffic.errors import RecordingError

STANDARD_INPUT = Path("-")

LARGEST_FILE = 256_000_000
"""Bytes of one file, and of all that one archive holds, once it is unpacked."""

MOST_FILES = 10_000
"""Files of one folder, entries of one archive."""


UNREADABLE = (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, OSError)
"""What comes of an archive that is broken, locked, or packed in a way that is not known."""


def _nothing(_: str) -> bytes | None:
    return None


@dataclass(frozen=True, slots=True)
class TrafficFile:
    """One file, wherever it is.

    Attributes:
        name: for messages.
        data: its bytes, unpacked where it is packed.
        path: where it lies, None where it lies in no folder.
        beside: what another file in the same place holds, by its name.
        among: whether it was found, not named; then it may be anything.
    """

    name: str
    data: Callable[[], bytes]
    path: Path | None = None
    beside: Callable[[str], bytes | None] = field(default=_nothing)
    among: bool = False

    def sibling(self, name: str) -> str:
        """What a file in the same place is called in messages."""
        return str(PurePath(self.name).parent / name)


def traffic_files(place: Path) -> list[TrafficFile]:
    """The files of a place, those of a folder or an archive by their names.

    Raises:
        RecordingError: it cannot be read, or holds no file.
    """
    if place == STANDARD_INPUT:
        return _opened("standard input", _bounded(sys.stdin.buffer.read, "standard input"))
    if not place.is_dir():
        return _opened(_display_name(place), read(place), place)
    found = list(islice(_files(place), MOST_FILES + 1))
    if not found:
        raise RecordingError(
            _display_name(place), "no recorded traffic in this folder, expected a file"
        )
    if len(found) > MOST_FILES:
        raise RecordingError(_display_name(place), f"has more files than {MOST_FILES}")
    return [_of_folder(file) for file in sorted(found)]


def _files(folder: Path) -> Iterator[Path]:
    """The files below a folder, and folders that cannot be read.

    What is hidden, and what is neither file nor folder, is left out.
    """
    closed: list[Path] = []
    for here, folders, names in os.walk(
        folder, onerror=lambda error: closed.append(Path(error.filename))
    ):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            file = Path(here, name)
            if not name.startswith(".") and file.is_file():
                yield file
    yield from closed


def _of_folder(file: Path) -> TrafficFile:
    def data() -> bytes:
        return unpacked(read(file), _display_name(file))

    return TrafficFile(_display_name(file), data, file, _beside(file), among=True)


def _opened(name: str, data: bytes, path: Path | None = None) -> list[TrafficFile]:
    """A file that was named: itself, or what it holds where it is an archive."""
    whole = unpacked(data, name)
    if whole.startswith(b"PK\x03\x04"):
        return entries(whole, name)
    return [TrafficFile(name, lambda: whole, path, _beside(path) if path else _nothing)]


def read(file: Path) -> bytes:
    """The bytes of a file.

    Raises:
        RecordingError: it cannot be read, or is too large.
    """
    try:
        with file.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            if size > LARGEST_FILE:
                raise RecordingError(_display_name(file), _too_large(size))
            return _bounded(opened.read, _display_name(file))
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise RecordingError(_display_name(file), f"cannot be read: {why}") from error


def _bounded(read_some: Callable[[int], bytes], name: str) -> bytes:
    data = read_some(LARGEST_FILE + 1)
    if len(data) > LARGEST_FILE:
        raise RecordingError(name, _too_large(len(data)))
    return data


def _too_large(size: int) -> str:
    return f"has {size} bytes, expected at most {LARGEST_FILE}"


def unpacked(data: bytes, name: str) -> bytes:
    """What a packed file holds, and any other as it is; text is UTF-8 without a mark.

    Raises:
        RecordingError: it is packed and cannot be unpacked.
    """
    how = packing.kind(data)
    if how is not None:
        try:
            data = packing.inflated(data, how, LARGEST_FILE)
        except packing.PackedError as error:
            raise RecordingError(name, f"is packed, and {error}") from error
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace").encode("utf-8", "replace")
    return data.removeprefix(b"\xef\xbb\xbf")


def _beside(file: Path) -> Callable[[str], bytes | None]:
    """What lies in the folder of a file, by the plain names of files; a link leads out of it."""

    def found(name: str) -> bytes | None:
        other = file.parent / name
        if not is_plain(name) or other.is_symlink() or not other.is_file():
            return None
        try:
            return read(other)
        except RecordingError:
            return None

    return found


def is_plain(name: str) -> bool:
    """Whether a name is that of a file and no way to another place."""
    return name not in ("", ".", "..") and not set(name) & set("/\\:\0")


def entries(data: bytes, name: str) -> list[TrafficFile]:
    """The files of a ZIP archive, by their names.

    Raises:
        RecordingError: it cannot be read, or holds too much.
    """
    try:
        archive = zipfile.ZipFile(BytesIO(data))
    except UNREADABLE as error:
        raise RecordingError(name, f"is no archive that can be read: {error}") from error
    listed = [each for each in archive.infolist() if not each.is_dir()]
    if len(listed) > MOST_FILES:
        raise RecordingError(name, f"has more entries than {MOST_FILES}")
    return sorted(_Archive(archive, name, LARGEST_FILE).sources(listed), key=lambda each: each.name)


@dataclass(slots=True)
class _Archive:
    """A ZIP archive, of which so much is unpacked and no more."""

    archive: zipfile.ZipFile
    name: str
    left: int

    def sources(self, listed: list[zipfile.ZipInfo]) -> Iterator[TrafficFile]:
        known = {each.filename: each for each in listed}
        for entry in known.values():
            name = f"{self.name}/{entry.filename}"
            beside = partial(self._beside, known, PurePosixPath(entry.filename).parent)
            yield TrafficFile(name, partial(self._unpacked, entry, name), beside=beside, among=True)

    def _unpacked(self, entry: zipfile.ZipInfo, name: str) -> bytes:
        return unpacked(self.data(entry), name)

    def _beside(
        self, known: Mapping[str, zipfile.ZipInfo], folder: PurePosixPath, name: str
    ) -> bytes | None:
        entry = known.get(str(folder / name)) if is_plain(name) else None
        return self.data(entry) if entry else None

    def data(self, entry: zipfile.ZipInfo) -> bytes:
        """What an entry holds; its own word on its size counts for nothing.

        Raises:
            RecordingError: it cannot be unpacked, or all that was is too much.
        """
        where = f"{self.name}/{entry.filename}"
        try:
            with self.archive.open(entry) as opened:
                found = opened.read(self.left + 1)
        except UNREADABLE as error:
            raise RecordingError(where, f"cannot be unpacked: {error}") from error
        self.left -= len(found)
        if self.left < 0:
            self.left = 0
            raise RecordingError(where, f"the archive holds more than {LARGEST_FILE} bytes")
        return found


def _display_name(path: Path) -> str:
    """A path as a text that can be written, whatever bytes its name has."""
    return str(path).encode("utf-8", "replace").decode()
