"""What was exchanged: every request with its answer and verdict, in order, without secrets."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from imagine_harness.contracts import secrets
from imagine_harness.contracts.model import Level, Violation
from imagine_harness.contracts.secrets import credentials
from imagine_harness.mocks.services.budget import Kept, Memory, weighed

MOST_EXCHANGES = 10_000
"""Exchanges kept in memory; the oldest make room."""

EXCHANGE, VIOLATION = 5_500, 1_000
"""Bytes that an exchange and a violation hold beside their texts, as measured."""

LONGEST = 262_144
"""Bytes of a body kept in memory; a longer one is cut."""

SHOWN = 1_024
"""Bytes that are left of it."""

_KEPT = SHOWN + credentials.LONGEST
"""Bytes that are kept for that: the cut may go through a credential, which must be known."""


@dataclass(slots=True)
class Exchange:
    """One request with its answer and verdict.

    Attributes:
        time: seconds since the epoch, on the mocks' clock.
        operation: its id without the provider, None when nothing recorded matched.
        refusal: why it was refused, in the harness's words, None when it was accepted.
        violations: the broken rules, warnings among them.
        fault: what went wrong on purpose, if something did.
        expected: rules that the request said it breaks on purpose.
        status: 0 as long as nothing of an answer was sent.
        answer: its body; empty for a fetched picture, of which only the length is kept.
        ending: who left before the answer was whole, and when; None where nobody has.
        judged: whether the rules were held against it: not where it did not come whole.
        aside: what it was where it called nothing, in the words of `mocks.asides`.
    """

    id: str
    time: float
    provider: str
    operation: str | None
    test: str
    method: str
    path: str
    query: str
    headers: Mapping[bytes, bytes]
    body: bytes
    status: int
    answer_type: bytes
    answer: bytes
    violations: list[Violation]
    refusal: str | None
    fault: str | None
    expected: tuple[str, ...]
    duration_ms: float
    body_length: int = 0
    answer_length: int = 0
    ending: str | None = None
    judged: bool = True
    aside: str | None = None

    @property
    def errors(self) -> list[Violation]:
        """The rules whose breaking is refused."""
        return [v for v in self.violations if v.level is Level.ERROR]

    @property
    def verdict(self) -> str:
        """conforms, warns, violates, refused, unmatched, fault, unjudged or noted."""
        if self.aside is not None:
            return "noted"
        if not self.judged:
            return "unjudged"
        if self.errors:
            return "violates"
        if self.fault is not None:
            return "fault"
        if self.refusal == "route-unknown":
            return "unmatched"
        if self.refusal is not None:
            return "refused"
        return "warns" if self.violations else "conforms"

    @property
    def shown_headers(self) -> dict[str, str]:
        """The request's headers by lower-case name; secrets are hidden."""
        return secrets.headers(
            {
                name.decode("latin-1"): value.decode("latin-1")
                for name, value in self.headers.items()
            }
        )

    def as_json(self) -> dict[str, Any]:
        """The exchange as one line of a journal file; secrets are hidden."""
        return {
            "id": self.id,
            "time": round(self.time, 6),
            "provider": self.provider,
            "operation": self.operation,
            "test": self.test,
            "request": {
                "method": self.method,
                "path": secrets.prose(self.path),
                "query": secrets.query(self.query),
                "headers": self.shown_headers,
                "body": _body(self.body, self.headers.get(b"content-type", b""), self.body_length),
            },
            "response": {
                "status": self.status,
                "content_type": self.answer_type.decode("latin-1"),
                "body": _body(self.answer, self.answer_type, self.answer_length),
            },
            "verdict": {
                "kind": self.verdict,
                "refusal": self.refusal,
                "fault": self.fault,
                "expected": [secrets.prose(each) for each in self.expected],
                "aside": self.aside,
                "violations": [secrets.violation(each).as_json() for each in self.violations],
            },
            "ending": self.ending,
            "duration_ms": round(self.duration_ms, 3),
        }


def line(exchange: Exchange) -> bytes:
    """The exchange as NDJSON, line feed included."""
    return orjson.dumps(exchange.as_json(), option=orjson.OPT_APPEND_NEWLINE)


def _body(data: bytes, content_type: bytes, length: int) -> object:
    """A body for a JSON line: JSON as it is, text as text, anything else in base64."""
    if not data and not length:
        return None
    if length > len(data) or len(data) > LONGEST:
        start = secrets.start(data, SHOWN).decode("utf-8", "replace")
        return {"cut": True, "bytes": max(length, len(data)), "start": start}
    if b"json" in content_type.lower() or not content_type:
        try:
            return secrets.value(orjson.loads(data))
        except orjson.JSONDecodeError:
            return {"text": secrets.spelled(data.decode("utf-8", "replace"))}
    safe = secrets.body(data, content_type.decode("latin-1"))
    try:
        return {"text": safe.decode("utf-8")}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(safe).decode()}


def _weight(exchange: Exchange) -> int:
    """The bytes that an exchange holds: its bodies, and what violations show of them."""
    broken, headers = exchange.violations, exchange.headers
    told = weighed(*(each.got for each in broken)) + VIOLATION * len(broken) if broken else 0
    head = len(exchange.path) + len(exchange.query) + sum(map(len, headers.values()))
    bodies = sum(_KEPT if n > LONGEST else n for n in map(len, (exchange.body, exchange.answer)))
    return EXCHANGE + told + head + bodies


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
        exchange.body_length = len(exchange.body)
        exchange.answer_length = max(exchange.answer_length, len(exchange.answer))
        if exchange.body_length > LONGEST:
            exchange.body = exchange.body[:_KEPT]
        if exchange.answer_length > LONGEST:
            exchange.answer = exchange.answer[:_KEPT]
        if exchange.id in self._exchanges:
            self._keep(exchange)
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
            and (verdict is None or exchange.verdict == verdict)
            and (test is None or exchange.test == test)
            and (since is None or exchange.time >= since)
        ]

    def get(self, exchange_id: str) -> Exchange | None:
        """The exchange of an id."""
        return self._exchanges.get(exchange_id)

    def reset(self, test: str | None = None) -> None:
        """Forget the exchanges of one test, or with None all."""
        self._exchanges.forget(lambda _, exchange: test in (None, exchange.test))
