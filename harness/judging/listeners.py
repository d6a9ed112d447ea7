"""Who judges calls to a provider that is on record and has no mock: answered by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from imagine_harness.contracts.catalog import chosen, extended
from imagine_harness.contracts.loading.load import Recorded, names, provider
from imagine_harness.contracts.operation import Contract
from imagine_harness.mocks.call import Accepted, Answer, Call, Wording
from imagine_harness.mocks.dialect import Dialect, Fulfil
from imagine_harness.mocks.gates import GATES
from imagine_harness.mocks.provider import ProviderMock, Shared

if TYPE_CHECKING:
    from collections.abc import Sequence

STEPS = ("route", "decode")
"""The gates of a call that nobody answers."""


def unmocked() -> tuple[str, ...]:
    """The providers on record that have no mock."""
    return tuple(name for name in names() if not provider(name).mocked)


def listeners(
    shared: Shared,
    contracts: Iterable[Contract] = (),
    own: Mapping[str, str] | None = None,
    *,
    strict: bool = False,
) -> dict[str, ProviderMock]:
    """Those who know the contracts of the providers without a mock, by name.

    Args:
        shared: what they share with the mocks.
        contracts: further ones, of any provider.
        own: choices of readings.
        strict: whether every other reading is turned to its refusing choice.

    Raises:
        NotOnRecord: a reading, or one of its choices.
    """
    on_record = [extended(name, contracts) for name in unmocked()]
    known = {key: each for one in on_record for key, each in one.readings.items()}
    in_force = chosen(known, own or {}, strict=strict)
    return {one.provider.name: _listener(one, in_force, shared) for one in on_record}


def _listener(recorded: Recorded, in_force: Mapping[str, str], shared: Shared) -> ProviderMock:
    dialect = Dialect(refuse=lambda _call, _wordings: "", fulfil=_answers(recorded))
    made = ProviderMock(recorded, dialect, in_force, shared)
    made.gates = tuple(GATES[name] for name in STEPS)
    return made


def knowing(contract: Contract, mock: ProviderMock) -> ProviderMock:
    """One that knows a single contract of a mock's provider, under the readings' defaults.

    It answers nobody, so that an operation is known of which the mock does not know an answer.
    """
    recorded = Recorded(contract.provider, (contract,), mock.recorded.platform)
    defaults = {name: each.default for name, each in recorded.readings.items()}
    dialect = replace(mock.dialect, fulfil=_answers(recorded))
    return ProviderMock(recorded, dialect, defaults, mock.shared)


def _answers(recorded: Recorded) -> dict[str, Fulfil]:
    return {each.answered_as or each.id: _nothing for each in recorded.operations}


def _nothing(_call: Call, _accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    return Answer(b"")
