"""The contract as it will be once the findings are recorded, without writing anything."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.facts import Facts
from imagine_harness.harness.drift.recording.record import new_text


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
    contract: Contract, page: Facts, findings: Iterable[Finding], raw: bytes, today: date
) -> Preview:
    """The contract with the findings recorded.

    Raises:
        ContractError: what the page says now makes no contract.
    """
    file = Path(contract.file)
    old = file.read_text(encoding="utf-8")
    try:
        text = new_text(old, contract, page, list(findings), raw, today)
    except (LookupError, ValueError) as error:
        raise ContractError(f"{file}: has no place for what the page says: {error}") from error
    with loaded(text, contract.provider.name, file.name) as new:
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
