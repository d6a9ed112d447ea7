"""One call to a provider: the request, what the judge made of it, and where it came to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.exchange import Request, Verdict
from imagine_harness.contracts.judge.judgement import Judgement
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.mocks.answer import Accepted, Wording
from imagine_harness.mocks.context import Context, Services
from imagine_harness.mocks.note import Note
from imagine_harness.mocks.services.faults import Fault
from imagine_harness.mocks.services.store import TestState


@dataclass(slots=True)
class Call:
    """One request to a provider, on its way to an answer.

    Attributes:
        context: the provider, and the services that all of them share.
        judgement: what the judge made of the request.
        origin: scheme, host and port of the request, as `http://127.0.0.1:4010`.
        test: the test id, `""` without one; of a fetched picture that of who had it made.
        state: what that test has done so far.
        started: a reading of the performance counter.
        disorder: what its fault makes of the task that it submits.
        later: what it has go wrong with questions about that task.
        note: what the journal says of it, None until it is judged.
        accepted, refused: its roots with what was made for them, and why others are refused.
    """

    context: Context
    judgement: Judgement
    origin: str
    state: TestState
    test: str
    started: float
    disorder: Mapping[str, Any] = field(default_factory=dict)
    later: Fault | None = None
    note: Note | None = None
    accepted: list[Accepted] = field(default_factory=list)
    refused: list[Wording] = field(default_factory=list)

    @property
    def request(self) -> Request:
        """What was sent."""
        return self.judgement.request

    @property
    def verdict(self) -> Verdict:
        """What is to be reported of it."""
        return self.judgement.verdict

    @property
    def services(self) -> Services:
        """What the mocks of all providers share."""
        return self.context.services

    @property
    def operation(self) -> str | None:
        """The id of the operation that is called, None where nothing recorded is."""
        return self.judgement.operation

    @property
    def plans(self) -> Sequence[Plan]:
        """The operations that its path and method are those of."""
        return self.judgement.plans

    @property
    def path_values(self) -> Mapping[str, str]:
        """What the placeholders of its path stand for."""
        return self.judgement.path_values

    @property
    def body(self) -> Any:
        """The decoded body, None where there is none."""
        return self.judgement.body

    @property
    def path(self) -> str:
        """Below the provider's prefix, percent-decoded, query left off."""
        return self.judgement.request.path

    @property
    def query(self) -> Mapping[str, str]:
        """The query's parameters; of a repeated one the last."""
        return self.judgement.request.parameters

    @property
    def headers(self) -> Mapping[bytes, bytes]:
        """The request's headers by lower-case name."""
        return self.judgement.request.headers

    def header(self, name: str) -> str | None:
        """A request header by its lower-case name, None where it is not sent."""
        return self.judgement.request.header(name)

    @property
    def door(self) -> str | None:
        """The door of the provider that the call came through, None without one."""
        return self.judgement.door

    @property
    def readings(self) -> Mapping[str, str]:
        """The choices in force, by reading."""
        return self.context.judge.readings

    def reading(self, topic: str) -> str:
        """The choice in force of one of the provider's readings."""
        return self.readings[f"{self.context.name}.{topic}"]

    def figure(self, name: str) -> Any:
        """What is on record of the provider under the name of a figure."""
        return self.context.figure(name)

    def now(self) -> float:
        """The time, in seconds since the epoch."""
        return self.context.services.clock.now()

    def url(self, host: str, path: str) -> str:
        """An address that leads here and stands for `path` on one of the provider's hosts."""
        return self.context.gallery.url(self.origin, host, path)
