"""What a provider was seen to answer, put on record beside what its pages say."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Certainty
from imagine_harness.harness.drift.recording import toml
from imagine_harness.harness.drift.recording.answer_shape import adjusted
from imagine_harness.harness.drift.recording.changes import with_lines
from imagine_harness.harness.drift.recording.contract_patch import ContractPatch, loaded
from imagine_harness.harness.judging.observations import Observation

DOCUMENT = "observed"
"""The document that stands for what was seen."""

SHARED = "provider.toml"

_TABLE = re.compile(r"^(\[{1,2}+)([^\]\n]*+)\][^\n]*+\n(?:(?!\[)[^\n]++\n)*+", re.MULTILINE)
"""A table: its head, and its keys, which end with an empty line or the next table."""


def observed_patch(on_record: Recorded, seen: Iterable[Observation], today: date) -> ContractPatch:
    """What the contract's files will say once the observations are on record.

    Raises:
        ContractError: an answer is none that a contract can tell.
    """
    grouped: dict[tuple[str, str, str, int], list[Observation]] = {}
    for each in seen:
        key = (each.file, each.operation, each.about, each.status)
        grouped.setdefault(key, []).append(each)
    files = _ContractFiles(on_record, today)
    for (*_, about, status), same in grouped.items():
        if status >= 400:
            _add_refusal(files, about, same)
        elif about == "count":
            _open_count(files, same[0])
        else:
            _add_answer(files, same)
    return files.recording([_line(on_record, same[0]) for same in grouped.values()])


@dataclass
class _ContractFiles:
    """The files of a provider while they are edited: as they were, and as they are."""

    on_record: Recorded
    today: date
    texts: dict[Path, tuple[str, str]] = field(default_factory=dict)

    @property
    def shared(self) -> Path:
        return Path(self.on_record.contracts[0].file).parent / SHARED

    def of(self, seen: Observation) -> Path:
        """The file that the operation of an observation stands in."""
        models = [e.file for e in self.on_record.contracts if seen.operation in e.operations]
        known = seen.file if seen.file in models else next(iter(models), None)
        return Path(known) if known else self.shared

    def text(self, file: Path) -> str:
        if file not in self.texts:
            text = file.read_text(encoding="utf-8").rstrip("\n") + "\n"
            self.texts[file] = text, text
        return self.texts[file][1]

    def put(self, file: Path, text: str) -> None:
        self.texts[file] = self.texts[file][0], text

    def append(self, file: Path, name: str, lines: Iterable[str]) -> None:
        """Add lines after the last table of a name, or after what is below it."""
        text = self.text(file)
        *_, last = (each for each in _TABLE.finditer(text) if f"{each[2]}.".startswith(f"{name}."))
        added = "".join(f"{line}\n" for line in lines)
        self.put(file, f"{text[: last.end()]}\n{added}{text[last.end() :]}")

    def source(self, file: Path, host: str, section: str) -> str:
        """The source of what was seen at a host; its document is written into the file."""
        listed, url, name = tomllib.loads(self.text(file))["documents"], f"https://{host}", DOCUMENT
        while listed.get(name, {"url": url})["url"] != url:
            name += "-too"
        if name not in listed:
            entry = {"url": url, "read": self.today, "certainty": str(Certainty.OBSERVED)}
            self.append(file, "documents", [f"[documents.{name}]", *toml.pairs(entry.items())])
        return f"{name}#{section}"

    def recording(self, lines: Sequence[str]) -> ContractPatch:
        made = ContractPatch()
        for file, (old, new) in self.texts.items():
            if file.name != SHARED:
                with loaded(new, self.on_record.provider.name, file.name):
                    pass
            made.files[file] = old, new
            changes = file.parent / "CHANGES.md"
            if changes.is_file() and changes not in made.files:
                before = changes.read_text(encoding="utf-8")
                made.files[changes] = before, with_lines(before, lines, self.today)
        return made


def _line(on_record: Recorded, seen: Observation) -> str:
    subject = f"{on_record.provider.name}.{seen.operation or 'refusal'}.{seen.about}"
    return f"- `{subject}`: otherwise than is on its page, with status {seen.status} ({seen.host})"


def _owner(files: _ContractFiles, seen: Observation, key: str) -> tuple[str, Mapping[str, Any]]:
    """The operation that one has something from: itself, or the one that it is like."""
    entries = tomllib.loads(files.text(files.of(seen)))["operation"]
    own = entries[seen.operation]
    name = seen.operation if key in own or "like" not in own else own["like"]
    return f"operation.{toml.key(name)}.{key}", entries[name]


def _open_count(files: _ContractFiles, seen: Observation) -> None:
    name, owner = _owner(files, seen, "outcome")
    wanted = toml.value(sorted({*owner["outcome"].get("open", ()), "count"}))
    text = files.text(files.of(seen))
    found = next(each for each in _TABLE.finditer(text) if (each[1], each[2]) == ("[", name))
    keys = re.sub(r"^open\s*=.*\n", "", found[0], flags=re.MULTILINE)
    width = max(len(each) for each in re.findall(r"^(\w+\s*)=", keys, re.MULTILINE))
    files.put(files.of(seen), text.replace(found[0], f"{keys}{'open':{width}}= {wanted}\n"))


def _add_answer(files: _ContractFiles, same: Sequence[Observation]) -> None:
    first, file = same[0], files.of(same[0])
    name, owner = _owner(files, first, "answer")
    listed = owner["answer"]
    recorded = [each for each in listed if each.get("status", 200) == first.status] or listed
    status = {} if first.status == 200 else {"status": first.status}
    shape = adjusted(recorded[0], [each.answer for each in same])
    source = files.source(file, first.host, owner["path"])
    files.append(file, name, _shape(name, {**status, "source": source}, shape))


def _add_refusal(files: _ContractFiles, about: str, same: Sequence[Observation]) -> None:
    file, status = files.shared, same[0].status
    source = files.source(file, same[0].host, f"Refusals with {status}")
    if about == "status":
        entry = {"when": f"fault:observed-{status}", "status": status, "source": source}
        files.append(file, "error", ["[[error]]", *toml.pairs(entry.items())])
        return
    recorded = tomllib.loads(files.text(file))["refusal"][0]
    shape = adjusted(recorded, [each.answer for each in same])
    files.append(file, "refusal", _shape("refusal", {"source": source}, shape))


def _shape(name: str, entry: Mapping[str, Any], shape: Mapping[str, Any]) -> list[str]:
    return [
        *(f"[[{name}]]", *toml.pairs({**entry, "required": shape["required"]}.items())),
        *(f"[{name}.fields]", *toml.pairs(shape["fields"].items())),
    ]
