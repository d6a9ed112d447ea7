"""The note of one call: it enters the journal with its verdict, and is over with its answer."""

from __future__ import annotations

import time

from imagine_harness.mocks.call import Answer, Call
from imagine_harness.mocks.services.journal import LONGEST, Exchange, Journal


class Note:
    """What the journal says of a call: how it is answered, or who ended it before that.

    It is over once; whatever is told later changes nothing.
    """

    __slots__ = ("_exchange", "_journal", "_over", "_sent", "_started")

    def __init__(self, journal: Journal, call: Call, *, judged: bool = True) -> None:
        expected = call.headers.get(b"x-harness-expect")
        self._journal = journal
        self._started = call.started
        self._sent: bytearray | None = None
        self._over = False
        self._exchange = Exchange(
            id=journal.next_id(),
            time=call.now(),
            provider=call.mock.name,
            operation=call.operation,
            test=call.test,
            method=call.method,
            path=call.path,
            query=call.query.decode("latin-1"),
            headers=call.headers,
            body=call.raw,
            status=0,
            answer_type=b"",
            answer=b"",
            violations=call.violations,
            refusal=call.refusal,
            fault=call.fault,
            expected=tuple(expected.decode("latin-1").replace(",", " ").split())
            if expected
            else (),
            duration_ms=0.0,
            judged=judged,
            aside=call.aside,
        )
        journal.open(self._exchange)

    def update(self, call: Call) -> None:
        """What becomes of the call is known: why it is refused, what goes wrong on purpose."""
        exchange = self._exchange
        exchange.operation, exchange.test = call.operation, call.test
        exchange.refusal, exchange.fault = call.refusal, call.fault

    def begin(self, answer: Answer) -> None:
        """An answer is on its way, bit by bit."""
        self._exchange.status, self._exchange.answer_type = answer.status, answer.content_type
        self._sent = bytearray() if answer.noted else None

    def sent(self, part: bytes) -> None:
        """A bit of it was sent; of a long one only the beginning is kept."""
        if self._sent is not None:
            self._sent += part[: max(0, LONGEST - len(self._sent))]

    def end(self, answer: Answer, body: bytes | None = None) -> None:
        """The call is answered, with a body or with what was sent of it."""
        if not self._over:
            exchange = self._exchange
            exchange.status, exchange.answer_type = answer.status, answer.content_type
            if body is not None and not answer.noted:
                exchange.answer_length, body = len(body), b""
            self._close(body, None)

    def leave(self, who: str) -> None:
        """Somebody left before the answer was whole."""
        if not self._over:
            self._close(None, who)

    def _close(self, body: bytes | None, who: str | None) -> None:
        self._over = True
        exchange, seconds = self._exchange, time.perf_counter() - self._started
        exchange.answer = bytes(self._sent or b"") if body is None else body
        exchange.duration_ms = seconds * 1000
        exchange.ending = who and f"{who} after {seconds:.1f} s"
        self._journal.close(exchange)
