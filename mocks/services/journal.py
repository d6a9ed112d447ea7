"""What was exchanged: every request with its answer and verdict, in order, without secrets."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

import orjson

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import Exchange, Message, Request, Response
from imagine_harness.contracts.secrets import credentials
from imagine_harness.mocks.services.budget import Kept, Memory, weighed

M = TypeVar("M", Request, Response)

MOST_EXCHANGES = 10_000
"""Exchanges kept in memory; the oldest make room."""

EXCHANGE, VIOLATION = 5_900, 1_000
"""Bytes that an exchange and a violation hold beside their texts, as measured."""

LONGEST = 262_144
"""Bytes of a body kept in memory; a longer one is cut."""

SHOWN = 1_024
"""Bytes that are left of it."""

_KEPT = SHOWN + credentials.LONGEST
"""Bytes that are kept for that: the cut may go through a credential, which must be known."""


def as_json(exchange: Exchange) -> dict[str, Any]:
    """An exchange as one line of a journal file; secrets are hidden."""
    request, response, verdict = exchange.request, exchange.response, exchange.verdict
    return {
        "id": exchange.id,
        "time": round(exchange.time, 6),
        "provider": exchange.provider,
        "operation": exchange.operation,
        "test": exchange.test,
        "request": {
            "method": request.method,
            "path": secrets.prose(request.path),
            "query": secrets.query(request.query),
            "headers": secrets.headers(request.text_headers),
            "body": _body(request),
        },
        "response": {
            "status": response.status,
            "content_type": response.content_type,
            "body": _body(response),
        },
        "verdict": {
            "kind": verdict.kind,
            "refusal": verdict.refusal,
            "fault": verdict.fault,
            "expected": [secrets.prose(each) for each in verdict.expected],
            "aside": verdict.aside,
            "violations": [secrets.violation(each).as_json() for each in verdict.violations],
        },
        "ending": exchange.ending,
        "duration_ms": round(exchange.duration * 1000, 3),
    }


def line(exchange: Exchange) -> bytes:
    """The exchange as NDJSON, line feed included."""
    return orjson.dumps(as_json(exchange), option=orjson.OPT_APPEND_NEWLINE)


def _body(message: Message) -> object:
    """A body for a JSON line: JSON as it is, text as text, anything else in base64."""
    data, length, content_type = message.body, message.length, message.content_type
    if not data and not length:
        return None
    if length > len(data) or len(data) > LONGEST:
        start = secrets.start(data, SHOWN).decode("utf-8", "replace")
        return {"cut": True, "bytes": max(length, len(data)), "start": start}
    if "json" in content_type.lower() or not content_type:
        try:
            return secrets.value(orjson.loads(data))
        except orjson.JSONDecodeError:
            return {"text": secrets.spelled(data.decode("utf-8", "replace"))}
    safe = secrets.body(data, content_type)
    try:
        return {"text": safe.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(safe).decode()}


def _weight(exchange: Exchange) -> int:
    """The bytes that an exchange holds: its bodies, and what violations show of them."""
    request, broken = exchange.request, exchange.verdict.violations
    told = weighed(*(each.got for each in broken)) + VIOLATION * len(broken) if broken else 0
    head = len(request.path) + len(request.query) + sum(map(len, request.headers.values()))
    bodies = sum(
        _KEPT if length > LONGEST else length
        for length in (len(request.body), len(exchange.response.body))
    )
    return EXCHANGE + told + head + bodies


def _abridged(exchange: Exchange) -> Exchange:
    """An exchange with no more of its bodies than is kept of them, itself where that is all."""
    request, response = exchange.request, exchange.response
    if len(request.body) <= LONGEST and len(response.body) <= LONGEST:
        return exchange
    return replace(exchange, request=_cut(request), response=_cut(response))


def _cut(message: M) -> M:
    length = len(message.body)
    is_long = length > LONGEST
    return replace(message, body=message.body[:_KEPT], length=length) if is_long else message


class Journal:
    """Every exchange, newest last."""

    def __init__(self, most: int = MOST_EXCHANGES, memory: Memory | None = None) -> None:
        kept = (memory or Memory()).kept("exchanges", most)
        self._exchanges: Kept[str, Exchange] = kept
        self._open: dict[str, Exchange] = {}
        self._numbers = itertools.count(1)
        self._listeners: list[Callable[[Exchange], None]] = []

    def __iter__(self) -> Iterator[Exchange]:
        return iter(self._exchanges)

    def __len__(self) -> int:
        return len(self._exchanges)

    def next_id(self) -> str:
        """The id of the next exchange: a running number."""
        return str(next(self._numbers))

    @property
    def unfinished(self) -> list[Exchange]:
        """The exchanges whose request is judged and whose answer is to come, oldest first."""
        return list(self._open.values())

    def listen(self, listener: Callable[[Exchange], None]) -> None:
        """Have a function called with every exchange, whole, once it is over."""
        self._listeners.append(listener)

    def record(self, exchange: Exchange) -> None:
        """Add an exchange that is over."""
        self.open(exchange)
        self.close(exchange)

    def open(self, exchange: Exchange) -> None:
        """Give an exchange its place: its request is judged, its answer is to come."""
        self._keep(exchange)
        self._open[exchange.id] = exchange

    def _keep(self, exchange: Exchange) -> None:
        self._exchanges.add(exchange.id, exchange, _weight(exchange))

    def close(self, exchange: Exchange) -> None:
        """Tell the listeners of an exchange that is over."""
        for listener in self._listeners:
            listener(exchange)
        if exchange.id in self._exchanges:
            self._keep(_abridged(exchange))
        del self._open[exchange.id]

    def find(
        self,
        *,
        provider: str | None = None,
        operation: str | None = None,
        verdict: str | None = None,
        test: str | None = None,
        since: float | None = None,
    ) -> list[Exchange]:
        """The exchanges that match every given criterion, oldest first."""
        return [
            exchange
            for exchange in self
            if (provider is None or exchange.provider == provider)
            and (operation is None or exchange.operation == operation)
            and (verdict is None or exchange.verdict.kind == verdict)
            and (test is None or exchange.test == test)
            and (since is None or exchange.time >= since)
        ]

    def get(self, exchange_id: str) -> Exchange | None:
        """The exchange of an id."""
        return self._exchanges.get(exchange_id)

    def reset(self, test: str | None = None) -> None:
        """Forget the exchanges of one test, or with None all."""
        self._exchanges.forget(lambda _, exchange: test in (None, exchange.test))
