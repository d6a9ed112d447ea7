"""Traffic: one request with its answer and its verdict, one class from the socket to the report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from imagine_harness.contracts.model import Level, Violation

Headers = Mapping[bytes, bytes]
"""Headers by lower-case name; of a repeated one the last."""


_EXPECT = b"x-harness-expect"


def promised(headers: Headers) -> tuple[str, ...]:
    """The rules that a request says it breaks on purpose."""
    value = headers.get(_EXPECT)
    return tuple(value.decode("latin-1").replace(",", " ").split()) if value else ()


def encode_headers(headers: Mapping[str, str]) -> Headers:
    """Headers that are texts as they go over a wire; what cannot go is a question mark."""
    return {
        name.encode("latin-1", "replace"): value.encode("latin-1", "replace")
        for name, value in headers.items()
    }


class Message:
    """What requests and answers have in common: headers, and a body as far as it is there.

    Attributes:
        length: how many bytes the body had, where those in `body` are the first of them; else 0.
        gap: why the body was not recorded, or not wholly; "" where it was.
    """

    __slots__ = ()

    headers: Headers
    body: bytes
    length: int
    gap: str

    def header(self, name: str) -> str | None:
        """A header by its lower-case name, None where it was not sent."""
        value = self.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")

    @property
    def text_headers(self) -> dict[str, str]:
        """The headers as texts."""
        return {name.decode("latin-1"): v.decode("latin-1") for name, v in self.headers.items()}

    @property
    def whole_body(self) -> bytes | None:
        """The body, None where it was not recorded, or not wholly."""
        return None if self.gap else self.body

    @property
    def content_type(self) -> str:
        """The content type, "" where none was sent."""
        return self.header("content-type") or ""


@dataclass(slots=True)
class Request(Message):
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
    length: int = 0
    gap: str = ""

    @property
    def parameters(self) -> Mapping[str, str]:
        """The query's parameters, decoded; of a repeated one the last."""
        return dict(parse_qsl(self.query, keep_blank_values=True))


def request_to(url: str, method: str, headers: Mapping[str, str], body: bytes) -> Request:
    """A request to a whole address, which nobody has told whose it is; its headers are texts."""
    parts = urlsplit(url)
    return Request(method, parts.path, parts.query, encode_headers(headers), body)


@dataclass(slots=True)
class Response(Message):
    """What was answered.

    Attributes:
        status: 0 as long as nothing of an answer was sent.
        headers: as far as they are known; of an answer of the mocks the content type alone.
    """

    status: int = 0
    headers: Headers = field(default_factory=dict)
    body: bytes = b""
    length: int = 0
    gap: str = ""

    @property
    def succeeded(self) -> bool:
        """Whether it is a success."""
        return 200 <= self.status < 300


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


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a recorded exchange comes from.

    Attributes:
        url: the whole address that was called, query included.
        where: the file and the place in it, for messages.
        place: what was named to have it read, "" where nothing was.
        session: what was recorded in one go has one; ids are unique within it.
        is_ours: whether our own mocks answered, so that provider, operation and verdict are theirs.
        variable: the environment variable of the credential that a report hides.
    """

    url: str = ""
    where: str = ""
    place: str = field(default="", compare=False)
    session: str = field(default="", compare=False)
    is_ours: bool = False
    variable: str = ""


LIVE = Provenance()
"""Where an exchange comes from that was not recorded by anybody."""


@dataclass(slots=True)
class Exchange:
    """One request with its answer and its verdict.

    Attributes:
        id: unique in a journal, "" where it is in none.
        time: seconds since the epoch, 0 where it is not known.
        provider: its name, "" for nobody.
        operation: its id without the provider, None when nothing recorded matched.
        test: the id of the test that it belongs to, "" without one.
        duration: seconds from the request to the end of the answer.
        ending: who left before the answer was whole, and when; None where nobody has.
        provenance: where it was recorded, if it was.
    """

    request: Request
    response: Response = field(default_factory=Response)
    verdict: Verdict = field(default_factory=Verdict)
    id: str = ""
    time: float = 0.0
    provider: str = ""
    operation: str | None = None
    test: str = ""
    duration: float = 0.0
    ending: str | None = None
    provenance: Provenance = LIVE
