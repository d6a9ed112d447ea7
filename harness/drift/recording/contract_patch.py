"""Writing what moved into the contract: its file, the list of changes, and the provider's hosts."""

from __future__ import annotations

import difflib
import tempfile
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from pathlib import Path

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.contract_facts import PAGE
from imagine_harness.harness.drift.facts import EndpointFact
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.changes import finding_lines, with_lines
from imagine_harness.harness.drift.recording.document import rewritten
from imagine_harness.harness.drift.recording.revision import revised


@dataclass
class ContractPatch:
    """New texts of files, none of them written yet.

    Attributes:
        files: for each file its text as it is, and as it will be.
    """

    files: dict[Path, tuple[str, str]] = field(default_factory=dict)

    def list_changes(self, folder: Path, lines: Sequence[str], today: date) -> None:
        """Put lines into the list of changes that a provider's folder keeps, if it keeps one."""
        file = folder / "CHANGES.md"
        if file.is_file():
            before = file.read_text(encoding="utf-8")
            self.files[file] = before, with_lines(before, lines, today)

    def diff(self) -> str:
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
        ContractError: what the page says now makes no contract.
    """
    moved, file = list(findings), Path(contract.file)
    made = ContractPatch()
    old = file.read_text(encoding="utf-8")
    made.files[file] = old, new_text(contract, page, moved, raw, today)
    made.list_changes(file.parent, finding_lines(contract.provider.name, moved), today)
    shared, hosts = file.parent / "provider.toml", new_hosts(contract, moved)
    if hosts and shared.is_file():
        before = shared.read_text(encoding="utf-8")
        content = tomllib.loads(before)
        content["hosts"] |= dict.fromkeys(hosts, "/")
        made.files[shared] = before, rewritten(before, content)
    return made


def new_hosts(contract: Contract, findings: Iterable[Finding]) -> list[str]:
    """The hosts at which the page has the provider's calls, and that are not on record."""
    hosts = [f.after.host for f in findings if isinstance(f.after, EndpointFact)]
    known = load.provider(contract.provider.name).hosts
    return list(dict.fromkeys(h for h in hosts if isinstance(h, str) and h not in known))


def new_text(
    contract: Contract, page: Facts, findings: Sequence[Finding], raw: bytes, today: date
) -> str:
    """The text of the contract's file with the findings recorded.

    Raises:
        ContractError: what the page says now makes no contract.
    """
    file = Path(contract.file)
    text = file.read_text(encoding="utf-8")
    try:
        content = revised(tomllib.loads(text), contract.provider.name, page, findings)
        content["recorded"] = today
        content["documents"][PAGE] |= {"read": today, "sha256": sha256(raw).hexdigest()}
        return rewritten(text, content)
    except (LookupError, ValueError) as error:
        raise ContractError(f"{file}: has no place for what the page says: {error}") from error


@dataclass(frozen=True, slots=True)
class Preview:
    """What recording amounts to.

    Attributes:
        contract: with the findings recorded.
        left: what would be found on the same page again.
    """

    contract: Contract
    left: tuple[Finding, ...]


def preview(
    contract: Contract, page: Facts, findings: Sequence[Finding], raw: bytes, today: date
) -> Preview:
    """The contract with the findings recorded, without writing anything.

    Raises:
        ContractError: what the page says now makes no contract.
    """
    text = new_text(contract, page, findings, raw, today)
    with loaded(text, contract.provider.name, Path(contract.file).name) as new:
        left = compare(contract_facts.facts(new), page).findings
    # Hosts are the provider's, whose file is not read again here.
    return Preview(new, tuple(finding for finding in left if finding.kind != "endpoint-moved"))


@contextmanager
def loaded(text: str, provider: str, name: str) -> Iterator[Contract]:
    """The contract of a provider's model whose file would hold this text; its file is there.

    Raises:
        ContractError: it is no contract.
    """
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / provider
        place.mkdir()
        file = place / name
        file.write_text(text, encoding="utf-8")
        yield load.contract(file)
