"""What goes back to a caller: pictures, refusals in the provider's words, and the whole answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.contracts.model import Violation
from imagine_harness.mocks.images.picture import Picture

JSON = b"application/json"
PLAIN = b"text/plain; charset=utf-8"


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
    """One root that is accepted, with what it is promised and the pictures made for it."""

    root: Any
    plan: Plan
    promise: ExpectedAnswer | None
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
