"""What a provider was seen to answer, put on record beside what its pages say."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Certainty
from imagine_harness.harness.drift.recording.answer_shape import adjusted
from imagine_harness.harness.drift.recording.contract_patch import ContractPatch, loaded
from imagine_harness.harness.drift.recording.document import rewritten
from imagine_harness.harness.judging.observations import Observation

DOCUMENT = "observed"
"""The document that stands for what was seen."""

SHARED = "provider.toml"


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
    """The files of a provider while they are edited: each as it was, and its content as it is."""

    on_record: Recorded
    today: date
    files: dict[Path, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    @property
    def shared(self) -> Path:
        return Path(self.on_record.contracts[0].file).parent / SHARED

    def of(self, seen: Observation) -> Path:
        """The file that the operation of an observation stands in."""
        models = [e.file for e in self.on_record.contracts if seen.operation in e.operations]
        known = seen.file if seen.file in models else next(iter(models), None)
        return Path(known) if known else self.shared

    def content(self, file: Path) -> dict[str, Any]:
        if file not in self.files:
            text = file.read_text(encoding="utf-8")
            self.files[file] = text, tomllib.loads(text)
        return self.files[file][1]

    def owner(self, seen: Observation, key: str) -> dict[str, Any]:
        """The operation that one has something from: itself, or the one that it is like."""
        operations: dict[str, dict[str, Any]] = self.content(self.of(seen))["operation"]
        own = operations[seen.operation]
        return own if key in own or "like" not in own else operations[own["like"]]

    def source(self, file: Path, host: str, section: str) -> str:
        """The source of what was seen at a host; its document is written into the file."""
        listed, url, name = self.content(file)["documents"], f"https://{host}", DOCUMENT
        while listed.get(name, {"url": url})["url"] != url:
            name += "-too"
        read = {"url": url, "read": self.today, "certainty": str(Certainty.OBSERVED)}
        listed.setdefault(name, read)
        return f"{name}#{section}"

    def recording(self, lines: Sequence[str]) -> ContractPatch:
        made = ContractPatch()
        for file, (old, content) in self.files.items():
            new = rewritten(old, content)
            if file.name != SHARED:
                with loaded(new, self.on_record.provider.name, file.name):
                    pass
            made.files[file] = old, new
        for folder in dict.fromkeys(file.parent for file in self.files):
            made.list_changes(folder, lines, self.today)
        return made


def _line(on_record: Recorded, seen: Observation) -> str:
    subject = f"{on_record.provider.name}.{seen.operation or 'refusal'}.{seen.about}"
    return f"- `{subject}`: otherwise than is on its page, with status {seen.status} ({seen.host})"


def _open_count(files: _ContractFiles, seen: Observation) -> None:
    outcome = files.owner(seen, "outcome")["outcome"]
    outcome["open"] = sorted({*outcome.get("open", ()), "count"})


def _add_answer(files: _ContractFiles, same: Sequence[Observation]) -> None:
    first, file = same[0], files.of(same[0])
    owner = files.owner(first, "answer")
    listed = owner["answer"]
    recorded = [each for each in listed if each.get("status", 200) == first.status] or listed
    status = {} if first.status == 200 else {"status": first.status}
    source = files.source(file, first.host, owner["path"])
    shape = adjusted(recorded[0], [each.answer for each in same])
    listed.append({**status, "source": source, **shape})


def _add_refusal(files: _ContractFiles, about: str, same: Sequence[Observation]) -> None:
    file, status = files.shared, same[0].status
    source = files.source(file, same[0].host, f"Refusals with {status}")
    content = files.content(file)
    if about == "status":
        entry = {"when": f"fault:observed-{status}", "status": status, "source": source}
        content.setdefault("error", []).append(entry)
    else:
        shape = adjusted(content["refusal"][0], [each.answer for each in same])
        content["refusal"].append({"source": source, **shape})
