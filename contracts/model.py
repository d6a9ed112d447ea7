"""The nouns of a contract, as frozen dataclasses, and the one error of this floor."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.fields import (
    ABSENT,
    Path,
    Schema,
    brief_text,
    get,
    patched,
    pointer,
    same,
)

NOTHING: Mapping[str, Any] = MappingProxyType({})
"""An empty, read-only mapping: the default of optional tables."""


class ContractError(Exception):
    """A contract could not be used: its file is missing, malformed, or contradicts itself.

    The message names the file, the key, what was found and what would be right. The usual cause
    is a misspelt key or a rule about a parameter that the operation does not list.
    """


class EngineError(Exception):
    """The engine could not look at a value, which says nothing about the value."""


class Certainty(StrEnum):
    """How sure a recorded fact is."""

    DOCUMENTED = "documented"
    OBSERVED = "observed"
    INFERRED = "inferred"


class Level(StrEnum):
    """How much a broken rule matters: an error is refused, a warning is only noted."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Document:
    """A page that facts were read on.

    Attributes:
        sha256: of the page as it was read, if kept.
        remarks: what it says about parameters without stating a fact, as drift tells it.
    """

    id: str
    url: str
    read: date
    certainty: Certainty
    sha256: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """Where a fact stands: a document and the heading (or table) inside it."""

    document: Document
    section: str

    def __str__(self) -> str:
        return f"{self.document.url}#{self.section}" if self.section else self.document.url


@dataclass(frozen=True, slots=True)
class Statement:
    """What every recorded fact carries: an id, where it stands, how sure it is.

    Attributes:
        id: `provider.operation.topic`.
        reading: the reading that decides whether the fact is enforced, if one does.
        choice: the choice of that reading under which it is.
    """

    id: str
    source: Source
    certainty: Certainty
    reading: str | None = None
    choice: str | None = None
    note: str = ""

    def enforced(self, readings: Mapping[str, str]) -> bool:
        """Whether a body that breaks this is refused, rather than noted, under `readings`."""
        if self.reading is not None:
            return readings[self.reading] == self.choice
        return self.certainty is Certainty.DOCUMENTED


@dataclass(frozen=True, slots=True)
class Reading:
    """One choice where the sources contradict each other or say nothing.

    Attributes:
        id: `provider.topic`.
        strict: the choice that refuses most; None where no choice refuses anything.
    """

    id: str
    choices: tuple[str, ...]
    default: str
    strict: str | None
    source: Source
    note: str


@dataclass(frozen=True, slots=True)
class Change:
    """One step of an RFC 6902 JSON Patch that would mend a body."""

    op: str
    path: str
    value: object = ABSENT

    def as_json(self) -> dict[str, object]:
        """The step as RFC 6902 writes it."""
        step: dict[str, object] = {"op": self.op, "path": self.path}
        return step if self.value is ABSENT else {**step, "value": self.value}


def added(body: object, wanted: Iterable[tuple[Path, object]]) -> tuple[Change, ...]:
    """The steps that put values in, with the objects around them that are not there yet."""
    taken: list[Change] = []
    for path, value in wanted:
        depth = next((d for d in range(1, len(path)) if get(body, path[:d]) is ABSENT), len(path))
        whole = value
        for step in reversed(path[depth:]):
            whole = {step: whole}
        taken.append(Change("add", pointer(path[:depth]), whole))
        body = patched(body, {path: value}) if isinstance(body, dict) else body
    return tuple(taken)


@dataclass(frozen=True, slots=True)
class Violation:
    """One rule broken by one body.

    Attributes:
        rule: the rule's full id.
        kind: its type, or for a single parameter the JSON Schema keyword.
        pointer: JSON Pointer of the offending value from the root of the body.
        parameters: names of the parameters concerned, the offending one first.
        message: one line, lower case, no full stop.
        expected, got: what the rule asks for and what the body holds.
        fix: the smallest change that satisfies the rule; empty where there is no single one.
    """

    rule: str
    kind: str
    pointer: str
    parameters: tuple[str, ...]
    message: str
    expected: object
    got: object
    source: Source
    certainty: Certainty
    level: Level = Level.ERROR
    fix: tuple[Change, ...] = ()

    def as_json(self) -> dict[str, object]:
        """The violation as the journal and the reports write it."""
        return {
            "rule": self.rule,
            "level": str(self.level),
            "pointer": self.pointer,
            "message": self.message,
            "expected": self.expected,
            "got": _as_report_value(self.got),
            "source": str(self.source),
            "certainty": str(self.certainty),
            "fix": [change.as_json() for change in self.fix],
        }


def _as_report_value(got: object) -> object:
    """A body's value for a report: scalars as they are, what may be deep or huge as short text."""
    if got is ABSENT:
        return None
    if isinstance(got, list | dict) or (isinstance(got, str) and len(got) > 200):
        return brief_text(got)
    return got


@dataclass(frozen=True, slots=True)
class Parameter:
    """One documented key of a request.

    Attributes:
        name: as the page writes it, with dots for nesting: `safety.mode`.
        path: the steps to it from the root of the body.
        schema: the JSON Schema keywords that the page states for its value.
        default: what the page says an absent value means; `ABSENT` where it says nothing.
        default_when: other defaults: (parameter, its value) -> the default then.
        treatment: how a gateway hands it on: passthrough, renamed, converted, emulated.
        upstream: the upstream provider that alone understands it, if only one does.
        never: values of its enum that a rule of its own never allows.
        several: the parameter that it stands for in a form that repeats it.
        file: whether a form has a file in its place.
    """

    name: str
    path: Path
    schema: Schema
    required: bool
    statement: Statement
    default: object = ABSENT
    default_when: tuple[tuple[str, object, object], ...] = ()
    treatment: str | None = None
    upstream: str | None = None
    never: tuple[object, ...] = ()
    several: str | None = None
    file: bool = False

    @property
    def subject(self) -> Path:
        """The path of the object that the parameter's name is relative to."""
        return self.path[: len(self.path) - len(self.name.split("."))]

    @property
    def drawn(self) -> Schema:
        """The schema of the values that no rule of its own refuses."""
        if not self.never:
            return self.schema
        listed = [v for v in self.schema["enum"] if not any(same(v, each) for each in self.never)]
        return {**self.schema, "enum": listed}

    def value(self, body: object) -> object:
        """What `body` says for this parameter, `ABSENT` if nothing; defaults do not count."""
        return get(body, self.path)


@dataclass(frozen=True, slots=True)
class Hint:
    """A value that callers send by mistake, and what to tell them."""

    parameter: str
    value: object
    message: str
    source: Source


@dataclass(frozen=True, slots=True)
class AnswerShape:
    """The documented shape of one answer; with a reading, the shape under one of its choices."""

    status: int
    schema: Schema
    statement: Statement


Seen = Callable[[str, object], bool]
"""Whether a value was sent before, for a rule with memory: (rule id, value) -> yes or no."""


def nothing_seen(_rule: str, _value: object) -> bool:
    """The memory of a harness that has seen nothing."""
    return False
