"""The journal as a test reads it: the exchanges of one test, whole, oldest first."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.model import Violation
from imagine_harness.contracts.untrusted.decoding import decoded
from imagine_harness.harness.traffic.redaction import describe


@dataclass(frozen=True, slots=True, repr=False)
class Entry:
    """One exchange as a test reads it, in few words and without secrets in its headers."""

    exchange: Exchange

    @property
    def provider(self) -> str:
        """The provider that was called."""
        return self.exchange.provider

    @property
    def operation(self) -> str | None:
        """The operation's id without the provider, None when nothing recorded matched."""
        return self.exchange.operation

    @property
    def method(self) -> str:
        """The HTTP method, in capitals."""
        return self.exchange.request.method

    @property
    def path(self) -> str:
        """The path below the provider's prefix, without the query."""
        return self.exchange.request.path

    @property
    def query(self) -> str:
        """The query as it was sent, without its question mark; `""` when there was none."""
        return self.exchange.request.query

    @property
    def headers(self) -> Mapping[str, str]:
        """The request's headers by lower-case name; secrets are hidden."""
        return secrets.headers(self.exchange.request.text_headers)

    @property
    def body(self) -> bytes:
        """The bytes of the request, never cut."""
        return self.exchange.request.body

    @property
    def answer(self) -> bytes:
        """The bytes of its answer, never cut; those of a fetched picture are not kept."""
        return self.exchange.response.body

    @property
    def status(self) -> int:
        """The status that it was answered with, 0 as long as nothing of an answer was sent."""
        return self.exchange.response.status

    @property
    def ending(self) -> str | None:
        """Who left before the answer was whole, and when; None where nobody has."""
        return self.exchange.ending

    @property
    def verdict(self) -> str:
        """conforms, warns, violates, refused, unmatched, fault, unjudged or noted."""
        return self.exchange.verdict.kind

    @property
    def violations(self) -> Sequence[Violation]:
        """The broken rules, warnings among them."""
        return self.exchange.verdict.violations

    @property
    def refusal(self) -> str | None:
        """Why it was refused, in the harness's words, None when it was accepted."""
        return self.exchange.verdict.refusal

    @property
    def fault(self) -> str | None:
        """What went wrong on purpose, if something did."""
        return self.exchange.verdict.fault

    @property
    def expected(self) -> Sequence[str]:
        """The rules that the request itself said it breaks on purpose."""
        return self.exchange.verdict.expected

    def json(self) -> Any:
        """The decoded body of the request.

        Raises:
            ValueError: the body is no JSON.
        """
        return _decoded(self.body, "the request's body")

    def answer_json(self) -> Any:
        """The decoded body of the answer.

        Raises:
            ValueError: the answer is no JSON.
        """
        return _decoded(self.answer, "the answer")

    def __str__(self) -> str:
        return describe(self.exchange)

    def __repr__(self) -> str:
        return f"<{self}, {self.verdict}>"


def _decoded(data: bytes, what: str) -> Any:
    try:
        return decoded(data)
    except ValueError as error:
        start = secrets.start(data, 60).decode("utf-8", "replace")
        raise ValueError(f"{what} is no JSON: {error}; it begins {start!r}") from None


class Entries(Sequence[Entry]):
    """A live list of exchanges, oldest first: it grows while requests come in."""

    def __init__(self, source: Callable[[], list[Entry]]) -> None:
        self._source = source

    @property
    def requests(self) -> list[Entry]:
        """The exchanges so far, as a list that does not change any more."""
        return self._source()

    def find(self, *, operation: str | None = None, verdict: str | None = None) -> list[Entry]:
        """The exchanges of an operation, or with a verdict, or both."""
        return [
            entry
            for entry in self._source()
            if operation in (None, entry.operation, f"{entry.provider}.{entry.operation}")
            and verdict in (None, entry.verdict)
        ]

    @overload
    def __getitem__(self, index: int) -> Entry: ...

    @overload
    def __getitem__(self, index: slice) -> list[Entry]: ...

    def __getitem__(self, index: int | slice) -> Entry | list[Entry]:
        return self._source()[index]

    def __len__(self) -> int:
        return len(self._source())

    def __iter__(self) -> Iterator[Entry]:
        return iter(self._source())

    def __repr__(self) -> str:
        return repr(self._source())
