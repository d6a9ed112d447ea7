"""What a provider was seen to answer, put on record beside what its pages say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import tomlkit

from contracts.load import Recorded
from contracts.model import Certainty
from harness.drift import edits, toml
from harness.drift.answer_shape import adjusted
from harness.drift.changes import dated
from harness.drift.later import loaded
from harness.drift.record import Recording

DOCUMENT = "observed"
"""The document that stands for what was seen."""

SHARED = "provider.toml"

_DOCUMENTS = re.compile(r"^\[documents[.\]][^\n]*\n(?:\w[^\n]*\n)*", re.MULTILINE)
"""One document of a file."""


@dataclass(frozen=True, slots=True)
class Observation:
    """One thing that a provider answers otherwise than is on record.

    Attributes:
        operation: its id, `""` for a refusal of any.
        about: `status`, `shape` or `count`.
        host: where it was seen.
        answer: decoded.
        file: of the model's contract, `""` where it is not known.
    """

    operation: str
    about: str
    status: int
    host: str
    answer: Any
    file: str = ""


def recording(on_record: Recorded, seen: Iterable[Observation], today: date) -> Recording:
    """What the contract's files will say once the observations are on record.

    Raises:
        ContractError: an answer is none that a contract can tell.
    """
    grouped: dict[tuple[str, str, str, int], list[Observation]] = {}
    for each in seen:
        key = (each.file, each.operation, each.about, each.status)
        grouped.setdefault(key, []).append(each)
    files = _Files(on_record, today)
    for (_, operation, about, status), same in grouped.items():
        if status >= 400:
            _refusal(files, about, status, same)
        elif about == "count":
            _count(files.document(files.of(same[0])), operation)
        else:
            _answer(files, operation, status, same)
    return files.recording([_line(on_record, same[0]) for same in grouped.values()])


@dataclass
class _Files:
    """The files of a provider while they are edited."""

    on_record: Recorded
    today: date
    edited: dict[Path, tuple[str, Any]] = field(default_factory=dict)
    documents: dict[Path, dict[str, str]] = field(default_factory=dict)

    @property
    def folder(self) -> Path:
        return Path(self.on_record.contracts[0].file).parent

    @property
    def shared(self) -> Path:
        return self.folder / SHARED

    def of(self, seen: Observation) -> Path:
        """The file that the operation of an observation stands in."""
        models = [e.file for e in self.on_record.contracts if seen.operation in e.operations]
        known = seen.file if seen.file in models else next(iter(models), None)
        return Path(known) if known else self.shared

    def document(self, file: Path) -> Any:
        if file not in self.edited:
            text = file.read_text(encoding="utf-8")
            self.edited[file] = text, tomlkit.parse(text)
        return self.edited[file][1]

    def source(self, file: Path, host: str, section: str) -> str:
        """The source of what was seen at a host; its document is written into the file."""
        listed, url, name = self.document(file)["documents"], f"https://{host}", DOCUMENT
        new = self.documents.setdefault(file, {})
        known = {key: each["url"] for key, each in listed.items()} | new
        while known.get(name, url) != url:
            name += "-too"
        if name not in listed:
            new[name] = url
        return f"{name}#{section}"

    def recording(self, lines: Sequence[str]) -> Recording:
        made = Recording()
        name = self.on_record.provider.name
        for file, (old, document) in self.edited.items():
            new = _documented(tomlkit.dumps(document), self.documents.get(file, {}), self.today)
            if file.name != SHARED:
                with loaded(new, name, file.name):
                    made.files[file] = old, new
            made.files[file] = old, new
            changes = file.parent / "CHANGES.md"
            if changes.is_file() and changes not in made.files:
                before = changes.read_text(encoding="utf-8")
                made.files[changes] = before, dated(before, lines, self.today)
        return made


def _line(on_record: Recorded, seen: Observation) -> str:
    subject = f"{on_record.provider.name}.{seen.operation or 'refusal'}.{seen.about}"
    return f"- `{subject}`: otherwise than is on its page, with status {seen.status} ({seen.host})"


def _owner(document: Any, operation: str, key: str) -> Any:
    """The table that an operation has something from: its own, or that of the one it is like."""
    own = document["operation"][operation]
    return own if key in own or "like" not in own else document["operation"][own["like"]]


def _count(document: Any, operation: str) -> None:
    outcome = _owner(document, operation, "outcome")["outcome"]
    edits.put(outcome, "open", sorted({*outcome.get("open", ()), "count"}))


def _answer(files: _Files, operation: str, status: int, same: Sequence[Observation]) -> None:
    file = files.of(same[0])
    owner = _owner(files.document(file), operation, "answer")
    listed = [each.unwrap() for each in owner["answer"]]
    recorded = [each for each in listed if each.get("status", 200) == status] or listed
    entry = adjusted(recorded[0], [each.answer for each in same])
    told = {} if status == 200 else {"status": status}
    source = files.source(file, same[0].host, owner["path"])
    _append(owner, "answer", {**told, "source": source, **entry})


def _refusal(files: _Files, about: str, status: int, same: Sequence[Observation]) -> None:
    document = files.document(files.shared)
    source = files.source(files.shared, same[0].host, f"Refusals with {status}")
    if about == "status":
        when = f"fault:observed-{status}"
        document["error"][-1].add(tomlkit.nl())
        edits.append(document, "error", {"when": when, "status": status, "source": source})
        return
    entry = adjusted(document["refusal"][0].unwrap(), [each.answer for each in same])
    _append(document, "refusal", {"source": source, **entry})


def _append(table: Any, name: str, entry: dict[str, Any]) -> None:
    """Add a shape, its fields below it, to a list of shapes."""
    fields = entry.pop("fields")
    edits.append(table, name, entry)
    below = tomlkit.table()
    for key, value in tomlkit.parse("\n".join([*toml.pairs(fields.items()), ""])).items():
        below.append(key, value)
    below.add(tomlkit.nl())
    table[name][-1]["fields"] = below


def _documented(text: str, documents: Mapping[str, str], today: date) -> str:
    """A file with further documents, after those that it has."""
    *_, last = _DOCUMENTS.finditer(text)
    lines: list[str] = []
    for name, url in documents.items():
        entry = {"url": url, "read": today, "certainty": str(Certainty.OBSERVED)}
        lines += ["", f"[documents.{name}]", *toml.pairs(entry.items())]
    added = "".join(f"{line}\n" for line in lines)
    return f"{text[: last.end()]}{added}{text[last.end() :]}".rstrip("\n") + "\n"
