"""Files and folders of recorded traffic: which format each has, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from harness.judging.readers import cassette, examples, har, journal
from harness.judging.readers.checks import content, decoded
from harness.judging.recording import Read, Recording, RecordingError, Unread

YAML = (".yaml", ".yml")
LINES = (".ndjson", ".jsonl")
JSON = (".har", ".json")

MOST_FILES = 10_000
"""Files of one folder."""

FORMATS = "HAR, VCR cassette, journal or recorded example"


@dataclass(slots=True)
class Traffic:
    """What files and folders hold, in their order; the files of a folder by their names."""

    recordings: list[Recording] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def traffic(places: Iterable[Path]) -> Traffic:
    """What files and folders hold; one that cannot be read costs itself alone."""
    found = Traffic()
    for each in _everything(places):
        if isinstance(each, Unread):
            found.unread.append(each)
        else:
            found.recordings.append(each)
    return found


def _everything(places: Iterable[Path]) -> Iterator[Read]:
    for place in places:
        try:
            files = _files(place)
        except RecordingError as error:
            yield error.unread
            continue
        for file in files:
            try:
                yield from _in_file(file)
            except RecordingError as error:
                yield error.unread


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    known = (*YAML, *LINES, *JSON)
    found = sorted(each for each in place.rglob("*") if each.suffix.lower() in known)
    if not found:
        listed = ", ".join(f"*{suffix}" for suffix in known)
        raise RecordingError(place, f"no recorded traffic in this folder, expected {listed}")
    if len(found) > MOST_FILES:
        raise RecordingError(place, f"has {len(found)} files, expected at most {MOST_FILES}")
    return found


def _in_file(file: Path) -> Iterator[Read]:
    data, name, suffix = content(file), str(file), file.suffix.lower()
    if suffix in YAML:
        return cassette.read(cassette.parsed(data, name), name)
    if suffix in LINES or _is_lines(data):
        return journal.read(data, name)
    if suffix not in JSON and not data.lstrip().startswith((b"{", b"[")):
        document = cassette.parsed(data, name)
        return cassette.read(_known(cassette.is_one(document), document, name), name)
    return _of_document(decoded(data, name), file)


def _of_document(document: Any, file: Path) -> Iterator[Read]:
    name = str(file)
    if cassette.is_one(document):
        return cassette.read(document, name)
    if examples.is_one(document):
        return iter([examples.read(file)])
    is_har = isinstance(document, dict) and "log" in document
    return har.read(_known(is_har, document, name), name)


def _known(is_one: bool, document: Any, name: str) -> Any:
    if not is_one:
        raise RecordingError(name, f"the format is not known, expected a {FORMATS}")
    return document


def _is_lines(data: bytes) -> bool:
    """Whether a file holds a journal, whatever it is called."""
    try:
        return journal.is_one(orjson.loads(data.lstrip().partition(b"\n")[0]))
    except orjson.JSONDecodeError:
        return False
