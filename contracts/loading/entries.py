"""What every part of a contract file is built with, and what the kinds of file share.

Pure, like its neighbours `build_*.py`: from decoded TOML to nouns, opening nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from imagine_harness.contracts.formats import FORMATS
from imagine_harness.contracts.model import (
    Certainty,
    ContractError,
    Document,
    Reading,
    Source,
    Statement,
)

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class FileContext:
    """What every part of one file is built with.

    Attributes:
        file: to begin messages with.
        provider: the provider's name, which begins every id.
        documents, readings: those of the provider and of the file, by id.
    """

    file: str
    provider: str
    documents: Mapping[str, Document]
    readings: Mapping[str, Reading]

    def source(self, text: str, key: str) -> Source:
        """The source that `document#section` names.

        Raises:
            ContractError: no document of that id is recorded.
        """
        document, _, section = text.partition("#")
        if document not in self.documents:
            raise ContractError(
                f"{self.file}: {key}: source {text!r} names no recorded document, "
                f"known: {', '.join(self.documents)}"
            )
        return Source(self.documents[document], section)

    def statement(self, entry: Entry, topic: str, inherited: str | None = None) -> Statement:
        """What an entry says of itself; without a source of its own it has the inherited one."""
        source = self.source(entry.get("source", inherited), topic)
        certainty = Certainty(entry.get("certainty", source.document.certainty))
        reading, choice = entry.get("reading"), entry.get("choice")
        if reading is not None:
            known = self.readings.get(f"{self.provider}.{reading}")
            if known is None:
                raise ContractError(f"{self.file}: {topic}: no reading {reading!r} is recorded")
            if choice not in known.choices:
                raise ContractError(
                    f"{self.file}: {topic}: choice {choice!r} is none of {', '.join(known.choices)}"
                )
            reading = known.id
        return Statement(
            f"{self.provider}.{topic}", source, certainty, reading, choice, entry.get("note", "")
        )


def documents(entries: Mapping[str, Entry]) -> dict[str, Document]:
    """The documents of a file by id."""
    return {
        name: Document(
            name,
            entry["url"],
            date.fromisoformat(entry["read"]),
            Certainty(entry.get("certainty", "documented")),
            entry.get("sha256"),
            tuple(entry.get("remarks", ())),
        )
        for name, entry in entries.items()
    }


def readings(desk: FileContext, entries: Iterable[Entry]) -> dict[str, Reading]:
    """The readings of a file by full id."""
    made: dict[str, Reading] = {}
    for entry in entries:
        name = f"{desk.provider}.{entry['id']}"
        choices = tuple(entry["choices"])
        for key in ("default", "strict"):
            if key in entry and entry[key] not in choices:
                raise ContractError(
                    f"{desk.file}: reading {entry['id']!r}: {key} {entry[key]!r} is none of "
                    + ", ".join(choices)
                )
        if name in made or name in desk.readings:
            raise ContractError(f"{desk.file}: reading {entry['id']!r} is recorded twice")
        made[name] = Reading(
            name,
            choices,
            entry["default"],
            entry.get("strict"),
            desk.source(entry["source"], f"reading {entry['id']!r}"),
            entry["note"],
        )
    return made


def check_formats(where: str, schema: Entry) -> None:
    """Refuse a format that is not recorded, at any depth of a value's keywords."""
    if schema.get("format", "uuid4") not in FORMATS:
        raise ContractError(
            f"{where}: unknown format {schema['format']!r}, known: {', '.join(FORMATS)}"
        )
    nested = [schema["items"]] if "items" in schema else []
    for below in (*nested, *schema.get("properties", {}).values()):
        check_formats(where, below)


def inherited(desk: FileContext, entries: Mapping[str, Entry], name: str) -> Entry:
    """An operation's table with what it takes over from the one it is `like`.

    Parameters and rules are laid over those of the other, every other key replaces its.
    """
    entry = entries[name]
    if "like" not in entry:
        return entry
    if entry["like"] not in entries or "like" in entries[entry["like"]]:
        raise ContractError(
            f"{desk.file}: operation.{name}.like: {entry['like']!r} is no operation with a table "
            "of its own"
        )
    base = entries[entry["like"]]
    own = {key: value for key, value in entry.items() if key != "like"}
    return {
        **base,
        **own,
        "parameters": {**base.get("parameters", {}), **own.get("parameters", {})},
        "rule": [*base.get("rule", ()), *own.get("rule", ())],
    }
