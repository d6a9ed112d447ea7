"""Writing what moved into the contract: its file, the list of changes, and the provider's hosts."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import tomlkit

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.contract_facts import PAGE
from imagine_harness.harness.drift.facts import EndpointFact, Facts, ParameterFact
from imagine_harness.harness.drift.recording.changes import entry as changes_entry
from imagine_harness.harness.drift.recording.inheritance import detached
from imagine_harness.harness.drift.recording.record_facts import apply
from imagine_harness.harness.drift.recording.removal import forget


@dataclass
class ContractPatch:
    """New texts of files, none of them written yet.

    Attributes:
        files: for each file its text as it is, and as it will be.
    """

    files: dict[Path, tuple[str, str]] = field(default_factory=dict)

    def patch(self) -> str:
        """What will change, as a unified diff."""
        return "".join(
            line
            for file, (old, new) in self.files.items()
            for line in difflib.unified_diff(
                old.splitlines(keepends=True),
                new.splitlines(keepends=True),
                f"a/{_patch_path(file)}",
                f"b/{_patch_path(file)}",
            )
        )

    def write(self) -> None:
        """Write the files.

        Raises:
            ContractError: one cannot be written.
        """
        for file, (_, new) in self.files.items():
            try:
                file.write_text(new, encoding="utf-8")
            except OSError as error:
                raise ContractError(f"{file}: cannot be written: {error.strerror}") from error


def _patch_path(file: Path) -> str:
    return "/".join(file.parts[-3:])


def contract_patch(
    contract: Contract, page: Facts, findings: Iterable[Finding], raw: bytes, today: date
) -> ContractPatch:
    """What the contract's files will say once the findings are recorded.

    Raises:
        ContractError: a file cannot be read.
    """
    moved = list(findings)
    file = Path(contract.file)
    made = ContractPatch()
    old = file.read_text(encoding="utf-8")
    made.files[file] = old, new_text(old, contract, page, moved, raw, today)
    changes = file.parent / "CHANGES.md"
    if changes.is_file():
        before = changes.read_text(encoding="utf-8")
        made.files[changes] = before, changes_entry(before, contract.provider.name, moved, today)
    shared = file.parent / "provider.toml"
    hosts = new_hosts(contract, moved)
    if hosts and shared.is_file():
        before = shared.read_text(encoding="utf-8")
        document = tomlkit.parse(before)
        for host in hosts:
            document["hosts"][host] = "/"
        made.files[shared] = before, tomlkit.dumps(document)
    return made


def new_hosts(contract: Contract, findings: Iterable[Finding]) -> list[str]:
    """The hosts at which the page has the provider's calls, and that are not on record."""
    hosts = [f.after.host for f in findings if isinstance(f.after, EndpointFact)]
    known = load.provider(contract.provider.name).hosts
    return list(dict.fromkeys(h for h in hosts if isinstance(h, str) and h not in known))


def new_text(
    old: str,
    contract: Contract,
    page: Facts,
    findings: list[Finding],
    raw: bytes,
    today: date,
) -> str:
    """The text of the contract's file with the findings recorded."""
    document = tomlkit.parse(old)
    asked = _readings(document)
    shared = detached(document["operation"], findings)
    # A model's only id can go once there is another one.
    for finding in sorted(findings, key=lambda each: each.kind == "model-removed"):
        if finding not in shared:
            apply(document, finding, page, contract)
        elif isinstance(finding.before, ParameterFact) and finding.after is None:
            own: Any = document["operation"]
            forget(own[finding.operation], finding.before.name)
    _settle(document, asked - _readings(document))
    document["recorded"] = today
    documents: Any = document["documents"]
    documents[PAGE]["read"] = today
    documents[PAGE]["sha256"] = sha256(raw).hexdigest()
    return tomlkit.dumps(document)


def _readings(value: Any) -> set[str]:
    """The readings that something hangs on, at any depth of a file."""
    if isinstance(value, dict):
        own = {str(value["reading"])} if isinstance(value.get("reading"), str) else set()
        return own.union(*(_readings(below) for below in value.values()))
    if isinstance(value, list):
        return set().union(*(_readings(below) for below in value))
    return set()


def _settle(document: Any, settled: set[str]) -> None:
    """Take away the readings that nothing hangs on any more."""
    listed = document.get("reading", [])
    for entry in [each for each in listed if each["id"] in settled]:
        listed.remove(entry)
    if "reading" in document and not len(listed):
        del document["reading"]
