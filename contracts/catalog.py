"""What is on record, looked at together: one's own contracts among it, and the choices in force."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from imagine_harness.contracts.loading.load import Recorded, names, recorded
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import Reading
from imagine_harness.contracts.operation import Contract, Operation


class NotOnRecord(Exception):
    """A provider, a reading or one of its choices that was named is not on record.

    The message says what is known.
    """


@dataclass(frozen=True)
class Catalog:
    """Some providers, or all, and under which readings they are looked at.

    Attributes:
        recorded: by the provider's name.
        choices: the one in force of every reading, by the reading's id.
        contracts: those among them that are one's own.
    """

    recorded: Mapping[str, Recorded]
    choices: Mapping[str, str]
    contracts: tuple[Contract, ...] = ()

    @property
    def operations(self) -> Iterator[Operation]:
        """Every operation of every provider."""
        for each in self.recorded.values():
            yield from each.operations

    @property
    def readings(self) -> dict[str, Reading]:
        """Every reading, by full id."""
        return readings(self.recorded.values())


def catalog(
    providers: Iterable[str] = (),
    contracts: Iterable[Contract] = (),
    own: Mapping[str, str] | None = None,
    *,
    strict: bool = False,
) -> Catalog:
    """Everything on record, or some providers' part of it, with and without a mock.

    `contracts` are of models that are not on record, `own` are choices of readings.

    Raises:
        NotOnRecord: a provider, a reading or a choice.
        ContractError: a file on record cannot be used.
    """
    wanted = tuple(providers) or names()
    for name in wanted:
        look_up("provider", name, names(), NotOnRecord)
    more = tuple(contracts)
    found = {name: extended(name, more) for name in wanted}
    return Catalog(found, chosen(readings(found.values()), own or {}, strict=strict), more)


def extended(name: str, more: Iterable[Contract]) -> Recorded:
    """What is on record about a provider, with those of further contracts that are its."""
    on_record = recorded(name)
    own = tuple(each for each in more if each.provider.name == name)
    return Recorded(on_record.provider, (*on_record.contracts, *own), on_record.platform)


def readings(among: Iterable[Recorded]) -> dict[str, Reading]:
    """Every reading of several providers, by full id."""
    return {key: reading for each in among for key, reading in each.readings.items()}


def chosen(
    known: Mapping[str, Reading], own: Mapping[str, str], *, strict: bool = False
) -> dict[str, str]:
    """The choice in force of every reading: its default, or strict, or one's own.

    Raises:
        NotOnRecord: no such reading, or it has no such choice.
    """
    choices = {
        key: (reading.strict or reading.default) if strict else reading.default
        for key, reading in known.items()
    }
    for key, choice in own.items():
        look_up("reading", key, sorted(known), NotOnRecord, state="")
        if choice not in known[key].choices:
            listed = ", ".join(known[key].choices)
            raise NotOnRecord(f"reading {key!r} has no choice {choice!r}, it has {listed}")
        choices[key] = choice
    return choices
