"""The note of one call: it enters the journal with its verdict, and is over with its answer."""

from __future__ import annotations

import time

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.services.journal import LONGEST, Journal


class Note:
    """What the journal says of a call: how it is answered, or who ended it before that.

    Its verdict is the call's own. It is over once; whatever is told later changes nothing.
    """

    __slots__ = ("_exchange", "_journal", "_over", "_sent", "_started")

    def __init__(self, journal: Journal, exchange: Exchange, started: float) -> None:
        self._journal = journal
        self._exchange = exchange
        self._started = started
        self._sent: bytearray | None = None
        self._over = False
        journal.open(exchange)

    def update(self, operation: str | None, test: str) -> None:
        """Which operation was called, and for which test, is known now."""
        self._exchange.operation, self._exchange.test = operation, test

    def begin(self, answer: Answer) -> None:
        """An answer is on its way, bit by bit."""
        self._answer(answer)
        self._sent = bytearray() if answer.noted else None

    def sent(self, part: bytes) -> None:
        """A bit of it was sent; of a long one only the beginning is kept."""
        if self._sent is not None:
            self._sent += part[: max(0, LONGEST - len(self._sent))]

    def end(self, answer: Answer, body: bytes | None = None) -> None:
        """The call is answered, with a body or with what was sent of it."""
        if not self._over:
            self._answer(answer)
            if body is not None and not answer.noted:
                self._exchange.response.length, body = len(body), b""
            self._close(body, None)

    def leave(self, who: str) -> None:
        """Somebody left before the answer was whole."""
        if not self._over:
            self._close(None, who)

    def _answer(self, answer: Answer) -> None:
        response = self._exchange.response
        response.status, response.headers = answer.status, {b"content-type": answer.content_type}

    def _close(self, body: bytes | None, who: str | None) -> None:
        self._over = True
        exchange, seconds = self._exchange, time.perf_counter() - self._started
        exchange.response.body = bytes(self._sent or b"") if body is None else body
        exchange.duration = seconds
        exchange.ending = who and f"{who} after {seconds:.1f} s"
        self._journal.close(exchange)
