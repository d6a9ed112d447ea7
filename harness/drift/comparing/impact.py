"""Recorded calls under the new facts: which of them would be refused now, and by what change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from imagine_harness.contracts import secrets
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import Level
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.witness import defaults
from imagine_harness.harness.traffic.errors import Unread

if TYPE_CHECKING:
    from imagine_harness.contracts.model import Violation
    from imagine_harness.contracts.operation import Contract, Operation
    from imagine_harness.harness.judging.calls import RecordedCall

REFUSED = 400
"""The first status of an answer that refuses."""


@dataclass(frozen=True, slots=True)
class AffectedCall:
    """One recorded call that would be refused now.

    Attributes:
        where: the file and the place in it.
        message: what the new contract says to it.
        finding: the change that hits it, None where several together do.
    """

    where: str
    operation: str
    message: str
    finding: Finding | None


def affected_calls(
    old: Contract, new: Contract, findings: Iterable[Finding], calls: Iterable[RecordedCall]
) -> Iterator[AffectedCall]:
    """The calls that the recorded contract accepts and the new one refuses, each told once.

    A call that was refused when it was recorded is nobody's loss.
    """
    transition = _Transition(_validators(old), _validators(new), tuple(findings))
    for call in calls:
        if not call.gap and not _was_refused(call):
            called = call.roots or ((call.operation, ABSENT),)
            where = call.exchange.provenance.where
            found = (transition.affected_call(where, own, root) for own, root in called)
            yield from islice(filter(None, found), 1)


def unjudged_calls(calls: Iterable[RecordedCall]) -> Iterator[Unread]:
    """The calls of which it cannot be said whether they are hit."""
    for call in calls:
        if call.gap and not _was_refused(call):
            yield Unread(call.exchange.provenance.where, call.gap)


def _was_refused(call: RecordedCall) -> bool:
    return call.exchange.response.status >= REFUSED


@dataclass(frozen=True, slots=True)
class _Transition:
    """From one contract to the next: what each accepts, by operation, and what moved."""

    before: Mapping[str, Validator]
    after: Mapping[str, Validator]
    moved: tuple[Finding, ...]

    def affected_call(self, where: str, operation: Operation, root: object) -> AffectedCall | None:
        name = operation.id
        if name in self.before and name not in self.after:
            gone = next((each for each in self.moved if each.operation == name), None)
            return AffectedCall(where, name, "the operation is gone", gone)
        if name not in self.before or _errors(self.before[name], root):
            return None
        return next(refused(where, self.after[name], root, self.moved), None)


def refused(
    where: str, validator: Validator, root: object, moved: Iterable[Finding]
) -> Iterator[AffectedCall]:
    """Why a root is refused, each reason with the change that it comes of."""
    for violation in _errors(validator, root):
        cause = _cause(validator.operation.id, violation.parameters, moved)
        yield AffectedCall(
            where, validator.operation.id, secrets.violation(violation).message, cause
        )


def _errors(validator: Validator, root: object) -> list[Violation]:
    return [each for each in validator.violations_of(root) if each.level is Level.ERROR]


def _cause(operation: str, names: Iterable[str], findings: Iterable[Finding]) -> Finding | None:
    """The finding that a violation of these parameters comes from."""
    concerned = set(names)
    for finding in findings:
        if finding.operation in (operation, None) and finding.concerned & concerned:
            return finding
    return None


def _validators(contract: Contract) -> dict[str, Validator]:
    readings = defaults(contract)
    return {name: Validator(each, readings) for name, each in contract.operations.items()}
