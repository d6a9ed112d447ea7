"""What recorded requests call: operations and roots as the judge reads them, without a verdict."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from imagine_harness.contracts.exchange import Exchange, Request
from imagine_harness.contracts.fields import elements
from imagine_harness.contracts.judge.bodies import foreign_encoding
from imagine_harness.contracts.judge.conformance import selected
from imagine_harness.contracts.judge.judge import Judge
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.contracts.operation import Contract, Operation
from imagine_harness.harness.judging.destinations import Destination, Destinations
from imagine_harness.harness.judging.gaps import takes_body, typed, unlike
from imagine_harness.harness.judging.judges import judge_of, judges
from imagine_harness.harness.judging.others import other
from imagine_harness.harness.traffic.redaction import notice

TEST = "x-harness-test"

Roots = tuple[tuple[Operation, object], ...]
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
        known = judges()
        self._judge, places = known[provider], Destinations(known)
        placed = [(each, places.of(each.provenance.url)) for each in exchanges]
        self._placed = [(each, at) for each, at in placed if at and at.judge is self._judge]
        notice(each for each, _ in self._placed)

    def __len__(self) -> int:
        return len(self._placed)

    def of(self, contract: Contract) -> list[RecordedCall]:
        """Those of the operations of a contract, as if no other model were on record."""
        judge = judge_of(contract, self._judge)
        calls = (recorded_call(judge, request_of(each, at), each) for each, at in self._placed)
        return [each for each in calls if each is not None]


def request_of(exchange: Exchange, place: Destination) -> Request:
    """A recorded request as it is judged, below the prefix of its provider."""
    request = exchange.request
    return replace(
        request,
        path=place.path,
        query=urlsplit(exchange.provenance.url).query,
        body=request.whole_body or b"",
        is_decoded=True,
    )


def recorded_call(judge: Judge, request: Request, exchange: Exchange) -> RecordedCall | None:
    """What a request calls; None where that is nothing on record, or has no body of its kind."""
    judgement = judge.identify(request)
    if judgement.gate is not None or not judgement.plans:
        return None
    operation = judgement.plans[0].operation
    if not takes_body(judgement):
        return RecordedCall(exchange, operation)
    why = lost(judge, judgement, exchange)
    if not why:
        typed(judgement, exchange)
        refused = judge.decode(judgement)
        judgement.verdict.refusal = refused.when[0] if refused else None
        why = unlike(judgement, exchange)
    if why:
        return RecordedCall(exchange, operation, gap=not_recorded(why))
    if judgement.verdict.refusal:
        return None
    known = tuple(
        each for each in roots(judgement) if other(judge, judgement, each[1], exchange) is None
    )
    return RecordedCall(exchange, known[0][0], known) if known else None


def lost(judge: Judge, judgement: Judgement, exchange: Exchange) -> str:
    """Why the body of a call is not there, `""` where it is or none is needed."""
    if not takes_body(judgement) or foreign_encoding(judgement, judge.encodings) is not None:
        return ""
    return exchange.request.gap


def not_recorded(why: str) -> str:
    """That a body was not recorded, in words."""
    return f"its body was not recorded: {why}"


def roots(judgement: Judgement) -> Roots:
    """What a decoded call holds; `()` where rules speak of no body of the operation."""
    return tuple(_each_root(judgement))


def _each_root(judgement: Judgement) -> Iterator[tuple[Operation, object]]:
    operation = judgement.plans[0].operation
    for _, root in elements(judgement.body, operation.subject) if operation.judged else ():
        yield selected(judgement.plans, root).operation, root
