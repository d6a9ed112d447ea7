"""Where promises are tried: every case of every subject that is on record."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.catalog import Catalog
from imagine_harness.contracts.loading.load import mocked, recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.suites.cases import client, gateway, server
from imagine_harness.harness.suites.cases.item import Item

PromiseCase = tuple[Operation, Item[Any]]
"""A case of a promise, and the operation that it is tried in."""


def cases(catalog: Catalog, *subjects: str) -> Iterator[PromiseCase]:
    """Every case of some subjects, as in `client`, or of all of them."""
    for each in subjects or SUBJECTS:
        yield from SUBJECTS[each](catalog)


def case_of(item: Item[Any]) -> str:
    """The case alone, without the promise and the brackets; "" for the only one of a promise."""
    return item.id[len(item.promise) + 1 : -1]


def _of_clients(catalog: Catalog) -> Iterator[PromiseCase]:
    """Clients call models; what a platform offers beside them is no promise of theirs."""
    for each in catalog.recorded.values():
        for contract in each.contracts if each.provider.mocked else ():
            for operation in contract.operations.values():
                for item in client.items(operation, each.provider):
                    yield operation, item


def _of_servers(catalog: Catalog) -> Iterator[PromiseCase]:
    for each in catalog.recorded.values():
        yield from server.items(each, catalog.choices)


def _of_gateways(catalog: Catalog) -> Iterator[PromiseCase]:
    """A front may speak any contract, before every upstream that has a mock.

    What it keeps as any server does is listed with those of servers.
    """
    upstreams = {name: recorded(name) for name in mocked()}
    for each in catalog.recorded.values():
        for operation, item in gateway.items(each, catalog.choices, upstreams):
            if not item.promise.startswith("server."):
                yield operation, item


SUBJECTS: Mapping[str, Callable[[Catalog], Iterator[PromiseCase]]] = MappingProxyType(
    {"client": _of_clients, "server": _of_servers, "gateway": _of_gateways}
)
"""The cases of each subject."""
