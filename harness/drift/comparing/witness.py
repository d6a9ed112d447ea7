"""A request that shows a finding: what one of recorded and new contract takes, the other not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imagine_harness.contracts.expected import expected_answer
from imagine_harness.contracts.fields import ABSENT, patched, same
from imagine_harness.contracts.operation import Contract, Operation
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.kinds import BREAKING, NON_BREAKING
from imagine_harness.harness.drift.facts import SizeFact

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

DEFAULT_ADDED = "request-parameter-default-value-added"
"""The kind that breaks a client where the answer to a request without the parameter changes."""

SEARCHED = frozenset({"input", "rule", "size"})
"""Where a finding stands that a request can show."""

MOST_SHOWN = 20
"""Findings of one page for which a request is looked for; it takes up to seconds for each."""

TRIES = 60
"""Bodies drawn for each rule before the search is given up."""


@dataclass(frozen=True, slots=True)
class Witness:
    """One request on which the recorded and the new contract disagree.

    Attributes:
        body: one root, the plainest that was found.
        accepted: whether it is accepted now; the recorded contract says the opposite.
        message: why it is refused, by the contract that refuses it.
    """

    body: object
    accepted: bool
    message: str


@dataclass(frozen=True, slots=True)
class OperationVersions:
    """One operation as it is recorded, and as the page has it."""

    old: Operation
    new: Operation
    old_validator: Validator
    new_validator: Validator

    def changes_answers(self) -> bool:
        """Whether the plainest request is promised another answer than before."""
        from imagine_harness.harness.generation.bodies import generator

        if self.old.outcome is None or self.new.outcome is None:
            return False
        root = generator(self.old).plainest_body({}, None)
        before = expected_answer(self.old, root, self.old_validator.readings)
        return before != expected_answer(self.new, root, self.new_validator.readings)

    def witness(self, finding: Finding) -> Witness | None:
        """A request that shows a finding; None where the search finds none.

        What breaks a client is looked for first where the finding's kind is said to break one.
        """
        choices = (True, False)
        for accepted_now in choices if finding.severity == NON_BREAKING else reversed(choices):
            found = self._search(finding, accepted_now)
            if found is not None:
                return found
        return None

    def _search(self, finding: Finding, accepted_now: bool) -> Witness | None:
        taking, refusing = (self.new, self.old) if accepted_now else (self.old, self.new)
        takes = self.new_validator if accepted_now else self.old_validator
        refuses = self.old_validator if accepted_now else self.new_validator

        def shows(root: object) -> bool:
            refusal = not _refused(takes, root) and _refused(refuses, root)
            return bool(refusal) and _is_about(finding, taking, root)

        for strategy in _strategies(finding, taking, refusing):
            body = _found(strategy, shows)
            if body is not None:
                body = self._plainest(body, shows)
                return Witness(body, accepted_now, _refused(refuses, body))
        return None

    def _plainest(self, root: Any, shows: Callable[[object], bool]) -> Any:
        """The root without what it can do without, and with plain values where they do."""
        for parameter in {**self.old.parameters, **self.new.parameters}.values():
            if parameter.value(root) is ABSENT:
                continue
            for value in (ABSENT, values.sample(parameter.schema), *self._limits(parameter.name)):
                plainer = patched(root, {parameter.path: value})
                if shows(plainer):
                    root = plainer
                    break
        return root

    def _limits(self, name: str) -> list[int]:
        """The whole numbers at and beside the limits of a parameter on both versions."""
        stated = [
            side.parameters[name].schema.get(keyword)
            for side in (self.old, self.new)
            if name in side.parameters
            for keyword in ("minimum", "maximum")
        ]
        near = (limit + step for limit in stated if isinstance(limit, int) for step in (-1, 0, 1))
        return sorted(set(near), key=abs)


def _is_about(finding: Finding, operation: Operation, root: object) -> bool:
    """Whether a root has the very value that was taken away or added, where one was."""
    fact = finding.before or finding.after
    wanted: dict[str, object] = {}
    if isinstance(fact, SizeFact) and fact.fields:
        wanted = dict(zip(fact.fields, (fact.width, fact.height), strict=True))
    elif "enum-value" in finding.kind and finding.parameter in operation.parameters:
        wanted = {str(finding.parameter): finding.was if finding.now is None else finding.now}
    return all(
        same(operation.parameters[name].value(root), value) for name, value in wanted.items()
    )


def _refused(validator: Validator, root: object) -> str:
    """Why a root is refused, empty where it is accepted."""
    for violation in validator.violations_of(root):
        if violation.level == "error":
            return violation.message
    return ""


def _strategies(
    finding: Finding, taking: Operation, refusing: Operation
) -> Iterator[SearchStrategy[Any]]:
    """Where to look: what the one draws to obey, and what the other draws to break."""
    from imagine_harness.harness.generation.bodies import generator

    for rule in _about(finding, taking.rules):
        yield generator(taking).obeying(rule)
    for rule in _about(finding, refusing.rules):
        yield generator(refusing).breaking(rule)


def _about(finding: Finding, rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that speak of what a finding is about."""
    for rule in rules:
        about = {parameter.name for parameter in rule.parameters}
        if rule.has_limit and about & finding.concerned:
            yield rule


def _found(strategy: SearchStrategy[Any], wanted: Callable[[Any], bool]) -> Any | None:
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import HypothesisException

    chosen = settings(
        database=None,
        derandomize=True,
        deadline=None,
        max_examples=TRIES,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    try:
        return find(strategy, wanted, settings=chosen)
    except (HypothesisException, ValueError):
        # Nothing was found, or no body of the operation can be drawn at all.
        return None


def versions(old: Contract, new: Contract, operation: str) -> OperationVersions | None:
    """Both versions of an operation that rules can judge; None where one is missing."""
    pair = old.operations.get(operation), new.operations.get(operation)
    if pair[0] is None or pair[1] is None or not pair[0].judged or not pair[1].judged:
        return None
    return OperationVersions(
        pair[0],
        pair[1],
        Validator(pair[0], defaults(old)),
        Validator(pair[1], defaults(new)),
    )


def defaults(contract: Contract) -> Mapping[str, str]:
    """The default choice of every reading that a contract's rules may hang on."""
    known = {**contract.provider.readings, **contract.readings}
    return {name: reading.default for name, reading in known.items()}


def with_witnesses(
    old: Contract, new: Contract, findings: Iterable[Finding], *, all_kinds: bool
) -> Iterator[tuple[Finding, Witness | None]]:
    """Each finding with its witness, and with the severity of it where its kind leaves that open.

    With `all_kinds` every finding that a request can show gets one; else only those whose severity
    depends on it.
    """
    by_operation: dict[str, OperationVersions | None] = {}
    for number, finding in enumerate(findings):
        searched = all_kinds and number < MOST_SHOWN and finding.definition.where in SEARCHED
        wanted = finding.definition.judged or searched
        if finding.operation is None or not wanted:
            yield finding, None
            continue
        if finding.operation not in by_operation:
            by_operation[finding.operation] = versions(old, new, finding.operation)
        pair = by_operation[finding.operation]
        if finding.kind == DEFAULT_ADDED:
            breaks = pair is not None and pair.changes_answers()
            yield replace(finding, severity=BREAKING if breaks else finding.severity), None
            continue
        witness = pair.witness(finding) if pair else None
        if witness is not None and finding.definition.judged:
            finding = replace(finding, severity=NON_BREAKING if witness.accepted else BREAKING)
        yield finding, witness
