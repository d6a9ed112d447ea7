"""What a judge makes of one request: what it calls, what is accepted, and why the rest is not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from imagine_harness.contracts.exchange import Request, Verdict
from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.contracts.model import Violation


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
class AcceptedRoot:
    """One root that breaks no rule, and what its answer must deliver, None for no images."""

    root: Any
    plan: Plan
    promise: ExpectedAnswer | None


@dataclass(frozen=True, slots=True)
class RefusedRoot:
    """One root that is not accepted, and one reason."""

    root: Any
    refusal: Refusal


@dataclass(slots=True)
class Judgement:
    """A request, and what is made of it.

    Attributes:
        verdict: what is to be reported of it.
        operation: the id of the one that is called, None where nothing recorded is.
        plans: the operations that its path and method are those of.
        path_values: what the placeholders of their path stand for.
        body: the decoded body; None for a call without one, and where it cannot be decoded.
        gate: why it came to no rule, None where it did.
        accepted, refused: what became of its roots, several reasons for one root in a row.
        remembered: values that rules with memory must not see again, once the call is done.
        images: of the accepted roots: those at addresses, and those that the answer itself holds.
    """

    request: Request
    verdict: Verdict = field(default_factory=Verdict)
    operation: str | None = None
    plans: Sequence[Plan] = ()
    path_values: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    gate: Refusal | None = None
    accepted: list[AcceptedRoot] = field(default_factory=list)
    refused: list[RefusedRoot] = field(default_factory=list)
    remembered: set[tuple[str, str]] = field(default_factory=set)
    images: list[int] = field(default_factory=lambda: [0, 0])

    @property
    def door(self) -> str | None:
        """The door of the provider that the call came through, None without one."""
        return self.plans[0].door if self.plans else None

    @property
    def is_refused(self) -> bool:
        """Whether nothing of it is accepted, and something is refused."""
        return self.gate is not None or (bool(self.refused) and not self.accepted)
