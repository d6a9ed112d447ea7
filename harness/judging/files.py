"""Files and folders of recorded traffic: which format each has, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import orjson

from harness.judging.readers import cassette, examples, har, journal
from harness.judging.readers.checks import content, decoded
from harness.judging.recording import Recording, RecordingError

YAML = (".yaml", ".yml")
LINES = (".ndjson", ".jsonl")
JSON = (".har", ".json")

MOST_FILES = 10_000
"""Files of one folder."""

FORMATS = "HAR, VCR cassette, journal or recorded example"


def recordings(places: Iterable[Path]) -> list[Recording]:
    """What files and folders hold, in their order; the files of a folder by their names.

    Raises:
        RecordingError: one cannot be read, or a folder holds none.
    """
    return [each for place in places for file in _files(place) for each in _in_file(file)]


def _files(place: Path) -> list[Path]:
    if not place.is_dir():
        return [place]
    known = (*YAML, *LINES, *JSON)
    found = sorted(each for each in place.rglob("*") if each.suffix.lower() in known)
    if not found:
        listed = ", ".join(f"*{suffix}" for suffix in known)
        raise RecordingError(f"{place}: no recorded traffic in this folder, expected {listed}")
    if len(found) > MOST_FILES:
        raise RecordingError(f"{place}: has {len(found)} files, expected at most {MOST_FILES}")
    return found


def _in_file(file: Path) -> Iterator[Recording]:
    data, name, suffix = content(file), str(file), file.suffix.lower()
    if suffix in YAML:
        return cassette.read(cassette.parsed(data, name), name)
    if suffix in LINES or _is_lines(data):
        return journal.read(data, name)
    if suffix not in JSON and not data.lstrip().startswith((b"{", b"[")):
        document = cassette.parsed(data, name)
        return cassette.read(_known(cassette.is_one(document), document, name), name)
    return _of_document(decoded(data, name), file)


def _of_document(document: Any, file: Path) -> Iterator[Recording]:
    name = str(file)
    if cassette.is_one(document):
        return cassette.read(document, name)
    if examples.is_one(document):
        return iter([examples.read(file)])
    is_har = isinstance(document, dict) and "log" in document
    return har.read(_known(is_har, document, name), name)


def _known(is_one: bool, document: Any, name: str) -> Any:
    if not is_one:
        raise RecordingError(f"{name}: the format is not known, expected a {FORMATS}")
    return document


def _is_lines(data: bytes) -> bool:
    """Whether a file holds a journal, whatever it is called."""
    try:
        return journal.is_one(orjson.loads(data.lstrip().partition(b"\n")[0]))
    except orjson.JSONDecodeError:
        return False
