"""What recorded requests call: operations and roots as the gates read them, without a verdict."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.fields import elements
from imagine_harness.harness.judging.gaps import takes_body, typed, unlike
from imagine_harness.harness.judging.listeners import knowing, listeners
from imagine_harness.harness.judging.others import other
from imagine_harness.harness.judging.places import Place, Places
from imagine_harness.harness.traffic.redaction import notice
from imagine_harness.mocks.app import App
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.gates import decode, foreign_encoding, route, selected

if TYPE_CHECKING:
    from imagine_harness.contracts.operation import Contract, Operation
    from imagine_harness.mocks.services.store import State

TEST = "x-harness-test"

Roots = tuple[tuple["Operation", object], ...]
"""What rules speak of, each with the operation that it is meant for."""


@dataclass(frozen=True, slots=True)
class RecordedCall:
    """A recorded request that calls an operation on record.

    Attributes:
        operation: the one that is called; of several in one body the first.
        roots: what its body holds, `()` where rules speak of no body of the operation.
        gap: why they are not known, `""` where they are.
    """

    exchange: Exchange
    operation: Operation
    roots: Roots = ()
    gap: str = ""


class ProviderCalls:
    """The recorded calls of one provider, looked at under one contract of it after the other.

    Raises:
        ContractError: the provider, or a file on record, cannot be used.
    """

    def __init__(self, exchanges: Iterable[Exchange], provider: str) -> None:
        app = App()
        mocks = app.mocks | listeners(app.shared)
        self._mock, places = mocks[provider], Places(mocks)
        placed = [(each, places.of(each.provenance.url)) for each in exchanges]
        self._placed = [(each, at) for each, at in placed if at and at.mock is self._mock]
        notice(each for each, _ in self._placed)

    def __len__(self) -> int:
        return len(self._placed)

    def of(self, contract: Contract) -> list[RecordedCall]:
        """Those of the operations of a contract, as if no other model were on record."""
        mock, state = knowing(contract, self._mock), self._mock.shared.store.of("")
        calls = (
            recorded_call(call_of(each, Place(mock, at.path), state), each)
            for each, at in self._placed
        )
        return [each for each in calls if each is not None]


def call_of(exchange: Exchange, place: Place, state: State) -> Call:
    """A recorded request on its way to the gates."""
    request = exchange.request
    return Call(
        mock=place.mock,
        method=request.method,
        path=place.path,
        query=urlsplit(exchange.provenance.url).query.encode("latin-1", "replace"),
        headers=request.headers,
        raw=request.whole_body or b"",
        origin="",
        test=request.header(TEST) or "",
        state=state,
        started=time.perf_counter(),
        plain=True,
    )


def recorded_call(call: Call, exchange: Exchange) -> RecordedCall | None:
    """What a request calls; None where that is nothing on record, or has no body of its kind."""
    if route(call) is not None or not call.plans:
        return None
    operation = call.plans[0].operation
    if not takes_body(call):
        return RecordedCall(exchange, operation)
    why = lost(call, exchange)
    if not why:
        typed(call, exchange)
        refused = decode(call)
        call.refusal = refused.when[0] if refused else None
        why = unlike(call, exchange)
    if why:
        return RecordedCall(exchange, operation, gap=not_recorded(why))
    if call.refusal:
        return None
    found = tuple(each for each in roots(call) if other(call, each[1], exchange) is None)
    return RecordedCall(exchange, found[0][0], found) if found else None


def lost(call: Call, exchange: Exchange) -> str:
    """Why the body of a call is not there, `""` where it is or none is needed."""
    if not takes_body(call) or foreign_encoding(call) is not None:
        return ""
    return exchange.request.gap


def not_recorded(why: str) -> str:
    """That a body was not recorded, in words."""
    return f"its body was not recorded: {why}"


def roots(call: Call) -> Roots:
    """What a decoded call holds; `()` where rules speak of no body of the operation."""
    return tuple(_each_root(call))


def _each_root(call: Call) -> Iterator[tuple[Operation, object]]:
    operation = call.plans[0].operation
    for _, root in elements(call.body, operation.subject) if operation.judged else ():
        yield selected(call, root).operation, root
