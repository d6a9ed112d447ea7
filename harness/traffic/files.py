"""Files and folders of recorded traffic: which format each has, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath
from typing import Any

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.untrusted import decoding
from imagine_harness.contracts.untrusted.decoding import Undecodable
from imagine_harness.harness.traffic.errors import Read, RecordingError, Unread
from imagine_harness.harness.traffic.readers import cassette, examples, har, insomnia, journal
from imagine_harness.harness.traffic.readers.documents import decoded, parsed
from imagine_harness.harness.traffic.readers.tagged_values import untagged
from imagine_harness.harness.traffic.sources import TrafficFile, traffic_files

YAML = (".yaml", ".yml")
LINES = (".ndjson", ".jsonl")
JSON = (".har", ".json")

FORMATS = "HAR, VCR cassette, journal, Insomnia export or recorded example"

SNIFFED = 1_000
"""Bytes of a file by which it is known as no text."""

BEGINNINGS = (b"{", b"[", b"-", b"interactions:", b"http_interactions:", b"log:", b"%YAML", b"!")
"""How a recording may begin that has another name than recordings have."""

WORDS = (b"interactions", b"request", b"entries", b"resources", b"collection")
"""Words of which every recording in YAML has one."""

FIRST_LINES = 100
"""Lines of a file that are looked at for one of a journal: those before it may be broken."""


@dataclass(slots=True)
class Traffic:
    """What files and folders hold, in their order; the files of a folder by their names."""

    exchanges: list[Exchange] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def traffic(places: Iterable[Path]) -> Traffic:
    """What files and folders hold; one that cannot be read costs itself alone."""
    used = set[str]()
    read = ((place, each) for place in places for each in _of_place(place, used))
    found = sorted_out(_with(each, place=str(place)) for place, each in read)
    # a file that holds a body of another one is no recording of its own
    found.unread = [each for each in found.unread if each.where not in used]
    return found


def sorted_out(everything: Iterable[Read]) -> Traffic:
    """What readers found: what could be read, and what could not."""
    found = Traffic()
    for each in everything:
        if isinstance(each, Unread):
            found.unread.append(each)
        else:
            found.exchanges.append(each)
    return found


def _with(each: Read, **known: Any) -> Read:
    """An exchange of whose provenance more is known."""
    if isinstance(each, Unread):
        return each
    return replace(each, provenance=replace(each.provenance, **known))


def _of_place(place: Path, used: set[str]) -> Iterator[Read]:
    """What a place holds; the names of files that hold bodies are added to those in use."""
    try:
        for file in traffic_files(place):
            for each in _of_file(file, used):
                session = "" if isinstance(each, Unread) else each.provenance.session
                yield _with(each, session=f"{file.name}#{session}")
    except RecordingError as error:
        yield error.unread


def _of_file(file: TrafficFile, used: set[str]) -> Iterator[Read]:
    def beside(name: str) -> bytes | None:
        used.add(file.sibling(name))
        return file.beside(name)

    try:
        yield from _in_file(replace(file, beside=beside))
    except RecordingError as error:
        yield error.unread


def _in_file(file: TrafficFile) -> Iterator[Read]:
    data, suffix = file.data(), PurePath(file.name).suffix.lower()
    if not data or data.isspace():
        raise RecordingError(file.name, "is empty")
    may_be = not file.among or suffix in (*YAML, *LINES, *JSON)
    if b"\0" in data[:SNIFFED] or not (may_be or data.lstrip().startswith(BEGINNINGS)):
        raise _foreign(file)
    if suffix in LINES or _is_lines(data):
        return journal.read(data, file.name)
    document = untagged(_document(data, suffix, file))
    if journal.is_one(document):
        return journal.read(data, file.name)
    return _of_document(document, file)


def _document(data: bytes, suffix: str, file: TrafficFile) -> Any:
    """What a file holds, decoded: JSON by how it begins, else YAML, of which JSON is a part."""
    if data.lstrip().startswith((b"{", b"[")):
        try:
            return decoded(data, file.name)
        except RecordingError:
            if suffix not in YAML:
                raise
    if file.among and not any(word in data for word in WORDS):
        raise _foreign(file)
    return parsed(data, file.name)


def _of_document(document: Any, file: TrafficFile) -> Iterator[Read]:
    if examples.is_one(document) and file.path is not None:
        return iter([examples.read(file.path)])
    if har.is_one(document):
        return har.read(document, file.name, file.beside)
    if cassette.is_one(document):
        return cassette.read(document, file.name)
    if insomnia.is_one(document):
        return insomnia.read(document, file.name)
    raise _foreign(file)


def _foreign(file: TrafficFile) -> RecordingError:
    more = "" if file.among else f", expected a {FORMATS}"
    return RecordingError(file.name, f"is not a recording{more}")


def _is_lines(data: bytes) -> bool:
    """Whether a file holds a journal, whatever it is called."""
    return any(_is_line(line) for line in data.split(b"\n", FIRST_LINES)[:FIRST_LINES])


def _is_line(line: bytes) -> bool:
    try:
        return b'"verdict"' in line and journal.is_one(decoding.decoded(line))
    except Undecodable:
        return False
