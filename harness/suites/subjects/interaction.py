"""One call of a subject: what was asked, what went upstream, what came back, how it ended."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import Exchange, Request
from imagine_harness.contracts.expected import ExpectedAnswer, expected_answer
from imagine_harness.contracts.fields import brief_text, elements
from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.judge import forms
from imagine_harness.contracts.judge.input_images import references
from imagine_harness.contracts.operation import FORM, Operation
from imagine_harness.contracts.sizes import Pixels
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.suites.subjects.response import ServerResponse
from imagine_harness.harness.suites.subjects.testbed import Alteration, Testbed
from imagine_harness.harness.traffic.redaction import redact

DEADLINE = 30.0
"""Real seconds after which a call is taken for one that does not end."""

PATIENCE = 60.0
"""Real seconds in which one that tries again, or waits for a task, must have ended."""


@dataclass(frozen=True)
class Case:
    """One call that a client is to make.

    Attributes:
        operation: its full name, `fal.generate`.
        base_url: the address that the provider's SDK takes as its base; `urls` has all by name.
        arguments: the call's arguments in the provider's own words; a file to upload is bytes.
        circumstances: what is in force while it is made, as lines for people.
    """

    operation: str
    base_url: str
    urls: Mapping[str, str]
    api_key: str
    arguments: dict[str, Any]
    circumstances: tuple[str, ...] = field(default=(), repr=False)

    def as_python(self) -> str:
        """The case as Python that makes it again, against mocks that are served by hand."""
        own = self.base_url.partition("://")[2].partition("/")[0]
        lines = [
            "from imagine_harness.harness.suites.subjects.interaction import Case",
            "",
            *(f"# {each}" for each in self.circumstances),
            f"case = {self!r}",
            "your_client(case)  # the function that is checked",
        ]
        return "\n".join(lines).replace(own, "127.0.0.1:4010")

    def __str__(self) -> str:
        given = {
            key: f"<{len(value)} bytes>" if isinstance(value, bytes) else value
            for key, value in self.arguments.items()
        }
        return f"{self.operation} {brief_text(secrets.value(given), 300)}"


@dataclass(frozen=True, kw_only=True)
class Interaction:
    """One call of a subject.

    Attributes:
        asked: the root that it was asked with.
        case: the same as a client was given it, None for a server and a gateway.
        upstream: the exchanges that it caused at the mocks behind it, in order.
        response: what a server or a gateway answered, None of a client.
        returned: what a client returned, None when it raised.
        error: what a client raised, None when it returned.
        seconds: how long it took, in real time.
        ended: whether it ended at all before its deadline.
        altered: how many of the upstream answers were made different on their way.
    """

    asked: Any = None
    case: Case | None = None
    upstream: tuple[Exchange, ...] = ()
    response: ServerResponse | None = None
    returned: object = None
    error: BaseException | None = None
    seconds: float = 0.0
    ended: bool = True
    altered: int = 0

    @property
    def failed(self) -> bool:
        """Whether it ended with an error, whatever it was."""
        if self.response is not None:
            return not self.response.succeeded
        return self.error is not None

    @property
    def status(self) -> int:
        """The status of what a server answered, 0 where it was none."""
        return self.response.status if self.response is not None else 0

    @property
    def answer(self) -> Any:
        """What came back, decoded; None where nothing did."""
        return self.returned if self.response is None else self.response.json

    @property
    def ending(self) -> str:
        """What came back, in words."""
        if self.response is not None:
            return f"it answered with {self.status}"
        if self.error is not None:
            return f"it raised {format_error(self.error)}"
        return f"it returned {brief_text(self.returned)}"

    @property
    def upstream_answers(self) -> list[Any]:
        """What it was answered with upstream, decoded: the successes in JSON, in order."""
        found = [answer_of(each) for each in self.upstream if each.response.status < 300]
        return [each for each in found if each is not None]

    def exchanges_of(self, operation: Operation) -> list[Exchange]:
        """The exchanges of one operation upstream."""
        own = (operation.provider, operation.id)
        return [each for each in self.upstream if (each.provider, each.operation) == own]

    def upstream_roots(self, operations: Iterable[Operation]) -> Iterator[tuple[Operation, Any]]:
        """The roots of every request of some operations that can be decoded, each with its own."""
        for operation in operations:
            for each in self.exchanges_of(operation):
                try:
                    body = _body(operation, each.request)
                except (Undecodable, FormError):
                    continue
                for _, root in elements(body, operation.subject):
                    yield operation, root

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """All exchanges as a report shows them, in the order of their ends."""
        own = (self.response.exchange,) if self.response is not None else ()
        return (*(redact(each) for each in self.upstream), *own)


def answer_of(exchange: Exchange) -> Any:
    """The decoded answer of an exchange, None where it is no JSON."""
    try:
        return decoded(exchange.response.body)
    except Undecodable:
        return None


def _body(operation: Operation, request: Request) -> Any:
    kind = request.headers.get(b"content-type", b"")
    if kind.lower().startswith(FORM.encode()):
        return forms.decoded(request.body, kind.partition(b";")[2], operation)
    return decoded(request.body)


def format_error(error: BaseException) -> str:
    """An exception on one line."""
    return brief_text(secrets.spelled(f"{type(error).__name__}: {error}"), 160)


PICTURE_SIZE: Pixels = (1, 1)
"""Pixels of the picture that requests carry."""


def promised(operation: Operation, root: Any, readings: Mapping[str, str]) -> ExpectedAnswer:
    """What the contract promises of the answer to an accepted root."""
    inputs = [PICTURE_SIZE for _ in references(operation, root)]
    return expected_answer(operation, root, readings, inputs)


class Subject(Protocol):
    """What clients, servers and gateways have in common.

    Attributes:
        title: what it is, as in `client of fal.generate`.
        operation: the operation that it is tried in.
        roots: the roots that went over the wire so far.
        met: the documented errors that were met so far, by `provider.when`.
        readings: the choices in force, by the id of the reading.
    """

    title: str
    operation: Operation
    roots: list[Any]
    met: set[str]

    @property
    def readings(self) -> Mapping[str, str]: ...

    def fetch(self, address: str) -> bytes | None:
        """The bytes of an image that came back by its address, None for one from elsewhere."""


class UpstreamCaller(Subject, Protocol):
    """A subject with mocks behind it: a client, or a gateway towards one upstream.

    Attributes:
        calls: the operations of the mocks that it is to call.
        testbed: the mocks.
    """

    calls: Sequence[Operation]
    testbed: Testbed

    def call(
        self,
        root: Any,
        *faults: str,
        alteration: Alteration | None = None,
        deadline: float = DEADLINE,
        remembering: bool = False,
    ) -> Interaction:
        """Have it make the call that a root amounts to, and see what becomes of it.

        Args:
            root: what it is asked for.
            faults: what goes wrong at the mocks, each as on the command line.
            alteration: what is done to the mocks' answers on their way.
            deadline: real seconds in which it must have ended.
            remembering: whether the mocks know what was asked of them before.
        """

    def promised(self, root: Any) -> ExpectedAnswer:
        """What the answer to a root must be."""


def at_each(operations: Iterable[Operation], fault: str) -> list[str]:
    """A fault at every one of some operations, as on the command line."""
    return [f"{operation.name} {fault}" for operation in operations] if fault else []
