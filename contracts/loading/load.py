"""From the folders of recorded contracts to their nouns. Each file is read once a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

from imagine_harness.contracts import sizes
from imagine_harness.contracts.loading.entries import FileContext, documents, inherited, readings
from imagine_harness.contracts.loading.files import read
from imagine_harness.contracts.loading.lifecycles import check_life
from imagine_harness.contracts.loading.operations import operation
from imagine_harness.contracts.loading.outcomes import size_table
from imagine_harness.contracts.loading.providers import provider as built_provider
from imagine_harness.contracts.lookup import look_up
from imagine_harness.contracts.model import ContractError, Reading
from imagine_harness.contracts.operation import Contract, Operation
from imagine_harness.contracts.outcome import Price
from imagine_harness.contracts.provider import Provider

ROOT = Path(__file__).resolve().parents[1]
"""The folder whose sub-folders are providers."""


@dataclass(frozen=True)
class Recorded:
    """What is on record about one provider.

    Attributes:
        provider: what its models share.
        contracts: its models.
        platform: calls that belong to no model, by id: queues, polling, uploads, lists.
    """

    provider: Provider
    contracts: tuple[Contract, ...]
    platform: Mapping[str, Operation] = field(default_factory=dict)

    @property
    def operations(self) -> Iterator[Operation]:
        """Every operation, those of the models first."""
        for each in self.contracts:
            yield from each.operations.values()
        yield from self.platform.values()

    @property
    def readings(self) -> dict[str, Reading]:
        """Every reading of the provider and of its models, by full id."""
        return dict(self.provider.readings) | {
            name: reading
            for contract in self.contracts
            for name, reading in contract.readings.items()
        }


def names() -> tuple[str, ...]:
    """The providers on record, in alphabetical order."""
    return tuple(sorted(found.parent.name for found in ROOT.glob("*/provider.toml")))


def mocked() -> tuple[str, ...]:
    """Those of the providers on record that have a mock.

    Raises:
        ContractError: a provider's file cannot be used.
    """
    return tuple(name for name in names() if provider(name).mocked)


@cache
def provider(name: str) -> Provider:
    """What all models of a provider share.

    Raises:
        ContractError: nothing is recorded about it, or its file cannot be used.
    """
    look_up("provider", name, names(), ContractError)
    file = ROOT / name / "provider.toml"
    return built_provider(name, str(file), read(file, "provider"))


@cache
def recorded(name: str) -> Recorded:
    """All that is on record about one provider, its models in the order of their files' names.

    Raises:
        ContractError: nothing is recorded about it, or a file cannot be used.
    """
    shared = provider(name)
    found = sorted((ROOT / name).glob("*.toml"))
    made = Recorded(
        shared,
        tuple(contract(file) for file in found if file.name != "provider.toml"),
        _platform(shared, ROOT / name / "provider.toml"),
    )
    operations = {each.id: each for each in made.operations}
    for each in shared.lifecycles:
        check_life(each, operations, str(ROOT / name / "provider.toml"))
    return made


def _platform(shared: Provider, file: Path) -> Mapping[str, Operation]:
    desk = FileContext(str(file), shared.name, shared.documents, shared.readings)
    entries = read(file, "provider").get("operation", {})
    return MappingProxyType(
        {
            name: operation(
                desk,
                name,
                inherited(desk, entries, name),
                shared=shared,
                models=(),
                price=None,
                table=None,
            )
            for name in entries
        }
    )


def contract(file: Path, models: tuple[str, ...] = ()) -> Contract:
    """The contract in one file; its provider is the file's `provider` key or its folder.

    `models` take the place of the file's, for a server that has the same model under other names.

    Raises:
        ContractError: the file cannot be used.
    """
    entry = read(file, "model")
    try:
        shared = provider(entry.get("provider", file.resolve().parent.name))
    except ContractError as error:
        raise ContractError(f"{file}: provider: {error}") from error
    own = documents(entry["documents"])
    bare = FileContext(str(file), shared.name, {**shared.documents, **own}, shared.readings)
    desk = FileContext(
        bare.file,
        bare.provider,
        bare.documents,
        {**shared.readings, **readings(bare, entry.get("reading", ()))},
    )
    stated = (entry["model"],) if isinstance(entry["model"], str) else tuple(entry["model"])
    named = models or stated
    table = _sizes(desk, entry)
    price = None
    if "price" in entry:
        cost = entry["price"]
        source = desk.statement(cost, "price")
        price = Price(cost["image"], cost["input"], source, cost.get("units", 1), cost.get("at"))
    return Contract(
        provider=shared,
        models=named,
        title=entry.get("title", named[0]),
        recorded=date.fromisoformat(entry["recorded"]),
        operations=MappingProxyType(
            {
                name: operation(
                    desk,
                    name,
                    inherited(desk, entry["operation"], name),
                    shared=shared,
                    models=named,
                    price=price,
                    table=table,
                )
                for name in entry["operation"]
            }
        ),
        documents=own,
        readings=MappingProxyType(desk.readings),
        sizes=table,
        file=str(file),
        placeholder=entry.get("placeholder", False) and not models,
    )


def _sizes(desk: FileContext, entry: dict[str, object]) -> sizes.SizeTable | None:
    """The model's sizes: its own, or with `provider/model` those of another contract."""
    where = entry.get("sizes")
    if where is None:
        return None
    if not isinstance(where, str):
        return size_table(desk, where, entry["operation"])  # type: ignore[arg-type]
    owner, _, model = where.partition("/")
    look_up("provider", owner, names(), ContractError, where=f"{desk.file}: sizes: ")
    for file in sorted((ROOT / owner).glob("*.toml")):
        if file.name == "provider.toml":
            continue
        pointed = read(file, "model")
        named = pointed["model"] if isinstance(pointed["model"], list) else [pointed["model"]]
        if model in named and isinstance(pointed.get("sizes"), str):
            raise ContractError(
                f"{desk.file}: sizes: {where!r} itself points at {pointed['sizes']!r}, "
                "expected a model with a [sizes] table"
            )
    for other in recorded(owner).contracts:
        if model in other.models:
            return other.sizes
    raise ContractError(f"{desk.file}: sizes: no model {model!r} of {owner!r} is recorded")
