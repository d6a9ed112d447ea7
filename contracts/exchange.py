"""Traffic: one request with its answer and its verdict, one class from the socket to the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from imagine_harness.contracts.model import Level, Violation

Headers = Mapping[bytes, bytes]
"""Headers by lower-case name; of a repeated one the last."""


@dataclass(slots=True)
class Request:
    """What was sent to a provider.

    Attributes:
        method: the HTTP method, in capitals.
        path: below the provider's prefix, percent-decoded, query left off.
        query: as it stands in the address, without its question mark.
        body: the bytes as they were sent, or once `is_decoded` without their content encoding.
        is_too_large: whether more was sent than is kept; `body` is empty then.
        is_decoded: whether the content encoding that the headers name is undone.
    """

    method: str
    path: str
    query: str
    headers: Headers
    body: bytes
    is_too_large: bool = False
    is_decoded: bool = False

    def header(self, name: str) -> str | None:
        """A header by its lower-case name, None where it was not sent."""
        value = self.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")


@dataclass(slots=True)
class Verdict:
    """What a request amounts to.

    Attributes:
        violations: the broken rules, warnings among them.
        refusal: why it was refused, in the harness's words, None when it was accepted.
        fault: what went wrong on purpose, if something did.
        expected: rules that the request said it breaks on purpose.
        is_judged: whether the rules were held against it: not where it did not come whole.
        aside: what it was where it called nothing, in the words of `judge.asides`.
    """

    violations: list[Violation] = field(default_factory=list)
    refusal: str | None = None
    fault: str | None = None
    expected: tuple[str, ...] = ()
    is_judged: bool = True
    aside: str | None = None

    @property
    def errors(self) -> list[Violation]:
        """The rules whose breaking is refused."""
        return [each for each in self.violations if each.level is Level.ERROR]

    @property
    def kind(self) -> str:
        """conforms, warns, violates, refused, unmatched, fault, unjudged or noted."""
        if self.aside is not None:
            return "noted"
        if not self.is_judged:
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
