"""One thing that moved on a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.comparing.kinds import (
    BREAKING,
    KINDS,
    NON_BREAKING,
    NONE,
    FindingKind,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One fact that the page states in another way than the contract.

    Attributes:
        kind: a name of `KINDS`.
        operation: its id; None for facts of the whole model.
        parameter: the parameter, the path of an output field, or the id of a rule; None without.
        was, now: what the contract and what the page says; None where one says nothing.
        section: where on the page; for what is gone, where it was.
        before, after: the facts themselves, None where there is none.
        severity: `breaking` or `non-breaking`.
        rule: id of the recorded rule, for the list of changes.
        parameters: names of all parameters concerned, for a rule.
    """

    kind: str
    operation: str | None = None
    parameter: str | None = None
    was: object = None
    now: object = None
    section: str = ""
    before: object = field(default=None, compare=False)
    after: object = field(default=None, compare=False)
    severity: str = ""
    rule: str = ""
    parameters: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.severity:
            object.__setattr__(self, "severity", self.definition.severity)

    @property
    def definition(self) -> FindingKind:
        """What is known of every finding of its kind."""
        return KINDS[self.kind]

    @property
    def level(self) -> str:
        """`error`, `warning` or `info`."""
        level = self.definition.level
        if self.severity != self.definition.severity:
            return "error" if self.severity == BREAKING else "info"
        return level

    @property
    def subject(self) -> str:
        """What it is about, for people: `generate.num_images`."""
        own = ".".join(part for part in (self.operation, self.parameter) if part)
        match self.definition.where:
            case "rule":
                return f"{self.operation}: the rule about {', '.join(self.parameters)}"
            case "size":
                return f"{self.operation}: a size" if self.operation else "a size"
            case "price":
                return f"the price of an {self.parameter}"
        return own or "the model"

    @property
    def concerned(self) -> frozenset[str]:
        """The parameters that it is about, without what stands inside of them."""
        own = (self.parameter or "").partition("[")[0]
        return frozenset({*self.parameters, own} - {""})

    def as_json(self) -> dict[str, object]:
        """The finding as reports for machines write it."""
        return {
            "kind": self.kind,
            "level": self.level,
            "severity": self.severity,
            "where": self.definition.where,
            "operation": self.operation,
            "parameter": self.parameter,
            "was": stated(self.was),
            "now": stated(self.now),
            "section": self.section,
        }


def stated(value: object) -> object:
    """A value for JSON: tuples as lists, nothing as null."""
    if value is ABSENT:
        return None
    if isinstance(value, tuple | list):
        return [stated(each) for each in value]
    if isinstance(value, dict):
        return {key: stated(each) for key, each in value.items()}
    return value


def severest(findings: Iterable[Finding]) -> str:
    """The severity of several findings: `none` for no finding."""
    found = {finding.severity for finding in findings}
    return BREAKING if BREAKING in found else NON_BREAKING if found else NONE
