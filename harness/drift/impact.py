"""Recorded calls under the new facts: which of them would be refused now, and by what change."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import Level
from imagine_harness.contracts.operation import Contract, Operation
from imagine_harness.contracts.provider import Provider
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.drift.findings import Finding
from imagine_harness.harness.drift.recorded_calls import Call
from imagine_harness.harness.drift.witness import defaults
from imagine_harness.mocks import secrets

REFUSED = 400
"""The first status of an answer that refuses."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One recorded call that would be refused now.

    Attributes:
        message: what the new contract says to it.
        finding: the change that hits it, None where several together do.
    """

    call: Call
    operation: str
    message: str
    finding: Finding | None


def hits(
    old: Contract, new: Contract, findings: Iterable[Finding], calls: Iterable[Call]
) -> Iterator[Hit]:
    """The calls that the recorded contract accepts and the new one refuses.

    A call that was refused when it was recorded is nobody's loss.
    """
    moved = list(findings)
    before, after = _validators(old), _validators(new)
    for call in calls:
        if call.status is not None and call.status >= REFUSED:
            continue
        operation = _operation(old, call)
        if operation is None:
            continue
        if operation.id not in new.operations:
            gone = next((f for f in moved if f.operation == operation.id), None)
            yield Hit(call, operation.id, "the operation is gone", gone)
            continue
        body = call.request.body(operation)
        if body is ABSENT or not operation.judged or not before[operation.id].accepts(body):
            continue
        yield from _refused(call, operation.id, body, after[operation.id], moved)


def _refused(
    call: Call, operation: str, body: object, validator: Validator, findings: list[Finding]
) -> Iterator[Hit]:
    for violation in validator.violations(body):
        if violation.level is Level.ERROR:
            cause = _cause(operation, violation.parameters, findings)
            yield Hit(call, operation, secrets.violation(violation).message, cause)
            return


def _cause(operation: str, names: Iterable[str], findings: list[Finding]) -> Finding | None:
    """The finding that a violation of these parameters comes from."""
    concerned = set(names)
    for finding in findings:
        about = {*finding.parameters, re.split(r"\[", finding.parameter or "")[0]}
        if finding.operation in (operation, None) and about & concerned:
            return finding
    return None


def _validators(contract: Contract) -> dict[str, Validator]:
    readings = defaults(contract)
    return {name: Validator(each, readings) for name, each in contract.operations.items()}


def _operation(contract: Contract, call: Call) -> Operation | None:
    """The operation that a call is of, if it is one of this model."""
    for operation in contract.operations.values():
        if operation.method != call.request.method or not _is_path(
            operation, call.request.path, contract.provider
        ):
            continue
        if call.operation is not None and call.operation != operation.id:
            continue
        if _speaks_of(contract, operation, call.request.body(operation)):
            return operation
    return None


def _is_path(operation: Operation, path: str, provider: Provider) -> bool:
    """Whether a path is the operation's: at the provider, through a door of it, or at a mock."""
    paths = [
        operation.path,
        *(
            door.prefix + operation.path.removeprefix(door.instead)
            for door in provider.doors
            if door.leads_to(operation.id)
        ),
    ]
    patterns = ("[^/]+".join(map(re.escape, re.split(r"\{\w+\}", each))) for each in paths)
    below = "|".join(re.escape(prefix.rstrip("/")) for prefix in {*provider.hosts.values(), "/"})
    mock = rf"(?:/{re.escape(provider.name)})?(?:{below})"
    return any(re.fullmatch(mock + pattern, path) for pattern in patterns)


def _speaks_of(contract: Contract, operation: Operation, body: object) -> bool:
    """Whether a body names this model, where bodies of the operation name one."""
    roots = body if isinstance(body, list) else [body]
    for name in {*operation.select, *([operation.model] if operation.model else [])}:
        listed = operation.parameters[name].schema.get("enum", ())
        for root in roots:
            value = operation.parameters[name].value(root)
            if value is not ABSENT and value not in listed:
                return False
    return bool(contract.models)
