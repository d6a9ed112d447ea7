"""What was exchanged: every request with its answer and verdict, in order, without secrets."""

from __future__ import annotations

import base64
import itertools
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

import orjson

from contracts.fields import shown
from contracts.model import Level, Violation

MOST_EXCHANGES = 10_000
"""Exchanges kept in memory; the oldest make room."""

LONGEST = 262_144
"""Bytes of a body kept in memory; a longer one is cut."""

HIDDEN = "***"
"""What stands in place of a secret."""

_SECRET = re.compile(
    r"auth|api[_-]?key|token|secret|cookie|password|signature|session|(?:^|[_-])keys?$",
    re.IGNORECASE,
)
"""Names of headers, query parameters and keys whose values are secrets."""

_SECRET_TEXT = re.compile(
    r"""((?:auth\w*|api[_-]?keys?|token|secret|cookie|password|signature|\w*session\w*)
    [^A-Za-z0-9]{1,12}(?:name=[^A-Za-z0-9]{1,4})?)[^\s&<>,;}\]]+""",
    re.IGNORECASE | re.VERBOSE,
)
"""A secret in a text that cannot be decoded: whatever follows a telling name."""

_SCHEMES = frozenset({"bearer", "key", "basic", "digest"})
"""Authentication schemes: what may be shown of a credential."""

DEEPEST = 40
"""Levels of a body that are shown."""


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

    @property
    def errors(self) -> list[Violation]:
        """The rules whose breaking is refused."""
        return [v for v in self.violations if v.level is Level.ERROR]

    @property
    def verdict(self) -> str:
        """conforms, warns, violates, refused, unmatched or fault."""
        if self.errors:
            return "violates"
        if self.fault is not None:
            return "fault"
        if self.refusal == "route-unknown":
            return "unmatched"
        if self.refusal is not None:
            return "refused"
        return "warns" if self.violations else "conforms"

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
                "path": self.path,
                "query": _query(self.query),
                "headers": _shown(self.headers),
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
                "expected": list(self.expected),
                "violations": [_told(violation) for violation in self.violations],
            },
            "duration_ms": round(self.duration_ms, 3),
        }


def line(exchange: Exchange) -> bytes:
    """The exchange as NDJSON, line feed included."""
    return orjson.dumps(exchange.as_json(), option=orjson.OPT_APPEND_NEWLINE)


def _told(violation: Violation) -> dict[str, Any]:
    """A violation for a report; what may be a secret is hidden."""
    secret = any(_SECRET.search(step) for step in violation.pointer.split("/"))
    safe = HIDDEN if secret else _clean(violation.got)
    told = replace(violation, got=safe).as_json()
    message = violation.message.replace(shown(violation.got), shown(safe))
    return {**told, "message": _text(message)}


def _shown(headers: Mapping[bytes, bytes]) -> dict[str, str]:
    plain = {name.decode("latin-1"): value.decode("latin-1") for name, value in headers.items()}
    return {
        name: _hidden(value) if _SECRET.search(name) else value for name, value in plain.items()
    }


def _hidden(value: str) -> str:
    scheme, space, _ = value.partition(" ")
    return f"{scheme} {HIDDEN}" if space and scheme.lower() in _SCHEMES else HIDDEN


def _query(query: str) -> str:
    parts = (part.partition("=") for part in query.split("&"))
    return "&".join(
        f"{name}={HIDDEN}" if _SECRET.search(unquote(name)) else f"{name}{equals}{value}"
        for name, equals, value in parts
    )


def _text(text: str) -> str:
    return _SECRET_TEXT.sub(rf"\1{HIDDEN}", text)


def _clean(value: Any, depth: int = 0) -> Any:
    """A decoded value without its secrets, and without what is nested too deep to show."""
    if isinstance(value, str):
        return _text(value)
    if depth > DEEPEST and isinstance(value, list | dict):
        return "…"
    if isinstance(value, dict):
        return {
            key: HIDDEN if _SECRET.search(key) else _clean(below, depth + 1)
            for key, below in value.items()
        }
    if isinstance(value, list):
        return [_clean(below, depth + 1) for below in value]
    return value


def _body(data: bytes, content_type: bytes, length: int) -> object:
    """A body for a JSON line: JSON as it is, text as text, anything else in base64."""
    if not data:
        return None
    if len(data) > LONGEST:
        start = _text(data[:1024].decode("utf-8", "replace"))
        return {"cut": True, "bytes": max(length, len(data)), "start": start}
    if b"json" in content_type.lower() or not content_type:
        try:
            return _clean(orjson.loads(data))
        except orjson.JSONDecodeError:
            return {"text": _text(data.decode("utf-8", "replace"))}
    try:
        return {"text": _text(data.decode("utf-8"))}
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(data).decode()}


class Journal:
    """Every exchange, newest last."""

    def __init__(self, most: int = MOST_EXCHANGES) -> None:
        self._exchanges: deque[Exchange] = deque(maxlen=most)
        self._numbers = itertools.count(1)
        self._listeners: list[Callable[[Exchange], None]] = []

    def __iter__(self) -> Iterator[Exchange]:
        return iter(list(self._exchanges))

    def __len__(self) -> int:
        return len(self._exchanges)

    def next_id(self) -> str:
        """The id of the next exchange: a running number."""
        return str(next(self._numbers))

    def listen(self, listener: Callable[[Exchange], None]) -> None:
        """Have a function called with every exchange, whole, once it is recorded."""
        self._listeners.append(listener)

    def record(self, exchange: Exchange) -> None:
        """Add an exchange."""
        for listener in self._listeners:
            listener(exchange)
        exchange.body_length = len(exchange.body)
        exchange.answer_length = len(exchange.answer)
        if len(exchange.body) > LONGEST:
            exchange.body = exchange.body[: LONGEST + 1]
        if len(exchange.answer) > LONGEST:
            exchange.answer = exchange.answer[: LONGEST + 1]
        self._exchanges.append(exchange)

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
        return next((each for each in self if each.id == exchange_id), None)

    def reset(self, test: str | None = None) -> None:
        """Forget the exchanges of one test, or with None all."""
        kept = [] if test is None else [each for each in self if each.test != test]
        self._exchanges.clear()
        self._exchanges.extend(kept)
