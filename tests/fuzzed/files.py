"""Recordings of every kind that were spoilt: as documents, as lines, as bytes, by their names."""

from __future__ import annotations

import gzip
import io
import json
import random
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from imagine_harness.mocks.services.journal import line
from tests.fuzzed.values import broken, spoilt, written
from tests.harness.traffic.readers.test_journal import EXCHANGE

FIXTURES = Path(__file__).parents[2] / "fixtures"
KINDS = [
    *sorted(file for file in (FIXTURES / "recordings").rglob("*.*") if file.is_file()),
    *sorted((FIXTURES / "exchanges").rglob("*.json")),
]
JOURNAL = line(EXCHANGE) * 3
SUFFIXES = (
    ".har",
    ".json",
    ".yaml",
    ".yml",
    ".ndjson",
    ".jsonl",
    ".log",
    "",
    ".gz",
    ".zip",
    ".har.zip",
)


@cache
def _document(file: Path) -> Any:
    """What a file of the fixtures holds; None for one that is no document."""
    try:
        return yaml.load(file.read_bytes(), yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError):
        return None


def recording(draw: random.Random) -> tuple[str, bytes]:
    """The name and the bytes of a spoilt file."""
    if draw.random() < 0.15:
        return f"journal{draw.choice(('.ndjson', '.ndjson', *SUFFIXES))}", _journal(draw)
    file = draw.choice(KINDS)
    folder = f"{file.parent.name}/" if file.parent.parent.name == "exchanges" else ""
    suffix = file.suffix if draw.random() < 0.85 else draw.choice(SUFFIXES)
    data = _spoilt(draw, file)
    if draw.random() < 0.25:
        data = broken(draw, data)
    if draw.random() < 0.05:
        data = draw.choice((gzip.compress(data), _archive(file.name, data)))
    return f"{folder}{file.stem}{suffix}", data


def _spoilt(draw: random.Random, file: Path) -> bytes:
    document = _document(file)
    if document is None or draw.random() < 0.1:
        return file.read_bytes()
    found = spoilt(draw, document)
    if file.suffix in (".yaml", ".yml") and draw.random() < 0.8:
        with suppress(UnicodeEncodeError, RecursionError):
            return yaml.dump(found, Dumper=yaml.CSafeDumper, allow_unicode=True).encode()
    return written(draw, json.loads(json.dumps(found, default=str)))


def _journal(draw: random.Random) -> bytes:
    lines = [json.dumps(spoilt(draw, json.loads(each))).encode() for each in JOURNAL.splitlines()]
    whole = b"\n".join(lines) + b"\n"
    return broken(draw, whole) if draw.random() < 0.3 else whole


def _archive(name: str, data: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr(name, data)
        archive.writestr("other/" + name, data[: len(data) // 2])
    return made.getvalue()
