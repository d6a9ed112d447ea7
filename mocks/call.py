"""One request on its way through the gates, and what may come of it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from imagine_harness.contracts.expected import Promise
from imagine_harness.contracts.model import Violation
from imagine_harness.mocks.images.picture import Picture
from imagine_harness.mocks.services.store import State

if TYPE_CHECKING:
    from imagine_harness.mocks.note import Note
    from imagine_harness.mocks.plan import Plan
    from imagine_harness.mocks.provider import ProviderMock
    from imagine_harness.mocks.services.faults import Fault

LARGEST_BODY = 32_000_000
"""Bytes of a request body that are kept; a longer one is read to its end and refused."""

Headers = Mapping[bytes, bytes]
"""Request headers by lower-case name; of a repeated one the last."""

JSON = b"application/json"
PLAIN = b"text/plain; charset=utf-8"


@dataclass(slots=True)
class Call:
    """One request to a provider.

    Attributes:
        mock: the provider's mock, with the services that all of them share.
        origin: scheme, host and port of the request, as `http://127.0.0.1:4010`.
        path: below the provider's prefix, percent-decoded, query left off.
        test: the test id, `""` without one.
        state: what that test has done so far.
        query: as it stands in the address; `asked` has it decoded.
        disorder: what its fault makes of the task that it submits.
        later: what it has go wrong with questions about that task.
        remembered: values that rules with memory must not see again, once the call is done.
        promised: images of the accepted roots: those that are at addresses, and those that the
            answer itself holds.
        plain: whether its body came without its content encoding: recorders undo it.
        aside: what it is where it calls nothing, in the words of `mocks.asides`.
        body: the decoded body; None before decoding, and for a call without one.
        note: what the journal says of it, None until it is judged.
    """

    mock: ProviderMock
    method: str
    path: str
    query: bytes
    headers: Headers
    raw: bytes
    origin: str
    test: str
    state: State
    started: float
    too_large: bool = False
    plain: bool = False
    aside: str | None = None
    operation: str | None = None
    path_values: Mapping[str, str] = field(default_factory=dict)
    plans: Sequence[Plan] = ()
    body: Any = None
    violations: list[Violation] = field(default_factory=list)
    remembered: set[tuple[str, str]] = field(default_factory=set)
    promised: list[int] = field(default_factory=lambda: [0, 0])
    refusal: str | None = None
    fault: str | None = None
    disorder: Mapping[str, Any] = field(default_factory=dict)
    later: Fault | None = None
    note: Note | None = None

    @property
    def asked(self) -> Mapping[str, str]:
        """The query's parameters; of a repeated one the last."""
        return dict(parse_qsl(self.query.decode("latin-1"), keep_blank_values=True))

    def header(self, name: str) -> str | None:
        """A request header by its lower-case name, None where it is not sent."""
        value = self.headers.get(name.encode())
        return None if value is None else value.decode("latin-1")

    @property
    def door(self) -> str | None:
        """The door of the provider that the call came through, None without one."""
        return self.plans[0].door if self.plans else None

    @property
    def readings(self) -> Mapping[str, str]:
        """The choices in force, by reading."""
        return self.mock.readings

    def reading(self, topic: str) -> str:
        """The choice in force of one of the provider's readings."""
        return self.mock.readings[f"{self.mock.name}.{topic}"]

    def now(self) -> float:
        """The time, in seconds since the epoch."""
        return self.mock.shared.clock.now()

    def url(self, host: str, path: str) -> str:
        """An address that leads here and stands for `path` on one of the provider's hosts."""
        return self.mock.gallery.url(self.origin, host, path)


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a call is not answered with a success, in the harness's words.

    Attributes:
        when: descriptions from the most to the least specific; the provider words the first
            that it has a wording for.
        values: what its template may speak of, beside what every template may.
        violation: the broken rule, where that is the reason.
        status: the status to answer with where the provider has no wording at all.
    """

    when: tuple[str, ...]
    values: Mapping[str, object] = field(default_factory=dict)
    violation: Violation | None = None
    status: int = 400


@dataclass(frozen=True, slots=True)
class Wording:
    """A refusal in the provider's words, ready for its envelope.

    Attributes:
        parameter: the name of the offending parameter, None where it is about none.
        root: the body, or the element of it, that was refused.
    """

    when: str
    status: int
    message: str
    violation: Violation | None
    parameter: str | None
    root: Any
    code: str | int | None = None
    kind: str | None = None
    body: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Image:
    """One picture of an answer, in the carrier that was asked for.

    Attributes:
        value: its URL, its base64 data, or its data URI.
        name: the name that ends its URL, unique.
    """

    name: str
    value: str
    picture: Picture


@dataclass(frozen=True, slots=True)
class Accepted:
    """One root that passed every gate, with what it is promised and the pictures made for it."""

    root: Any
    plan: Plan
    promise: Promise | None
    images: Sequence[Image]


@dataclass(frozen=True, slots=True)
class Answer:
    """What goes back: `body` is encoded as JSON, bytes are sent as they are.

    Attributes:
        stream: parts of a body that comes bit by bit, in place of `body`.
        noted: whether the journal keeps the body, and not only how long it was.
    """

    body: Any
    status: int = 200
    headers: Sequence[tuple[bytes, bytes]] = ()
    content_type: bytes = JSON
    stream: AsyncIterator[bytes] | None = None
    noted: bool = True
