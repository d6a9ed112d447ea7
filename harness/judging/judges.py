"""Who judges recorded calls: one judge for each provider on record, with a mock or without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from imagine_harness.contracts.catalog import catalog
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.loading.load import Recorded, names, provider
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.secrets.credentials import CREDENTIALS


def unmocked() -> tuple[str, ...]:
    """The providers on record that have no mock."""
    return tuple(name for name in names() if not provider(name).mocked)


def judges(
    contracts: Iterable[Contract] = (),
    own: Mapping[str, str] | None = None,
    *,
    strict: bool = False,
) -> dict[str, Judge]:
    """The judges of all providers on record, by name.

    Args:
        contracts: further ones, of any provider.
        own: choices of readings.
        strict: whether every other reading is turned to its refusing choice.

    Raises:
        NotOnRecord: a reading, or one of its choices.
        ContractError: a file on record cannot be used.
    """
    on_record = catalog((), contracts, own, strict=strict)
    for each in on_record.recorded.values():
        CREDENTIALS.know(each.provider)
    return {name: Judge(each, on_record.choices) for name, each in on_record.recorded.items()}


def judge_of(contract: Contract, platform: Judge) -> Judge:
    """One that knows a single contract of a judge's provider, under the readings' defaults."""
    recorded = Recorded(contract.provider, (contract,), platform.recorded.platform)
    return Judge(recorded, {name: each.default for name, each in recorded.readings.items()})
