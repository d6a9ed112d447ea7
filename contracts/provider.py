"""What all models of one provider share: hosts, credential, errors, readings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.model import AnswerShape, Document, Parameter, Reading, Statement


@dataclass(frozen=True, slots=True)
class ErrorCase:
    """How a provider words one kind of refusal.

    Attributes:
        when: what happened, in the harness's words, or a
            violation's kind (`violation:enum`) or a rule (`violation:task.size-listed`).
        code, kind: the provider's machine-readable names; code may be a number.
        message: a template; `mocks.wording.worded` lists its placeholders.
        body: further keys that the provider puts beside them.
    """

    when: str
    status: int
    statement: Statement
    code: str | int | None = None
    kind: str | None = None
    message: str = ""
    body: Mapping[str, object] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """Where a provider wants the caller's key, and which keys its mock refuses."""

    header: str
    scheme: str
    form: str
    example: str
    refused: tuple[str, ...]
    variable: str
    statement: Statement


@dataclass(frozen=True, slots=True)
class Base:
    """An address that a client is configured with: path below the provider's prefix, variable."""

    name: str
    path: str
    variable: str | None


@dataclass(frozen=True, slots=True)
class Media:
    """Where pictures are served: one of the provider's hosts, and a path with `{name}` in it."""

    host: str
    path: str


@dataclass(frozen=True, slots=True)
class Door:
    """Another way into every operation of a model: the same call below another path prefix.

    Attributes:
        query, headers: what may be said there beside the call itself, by name.
    """

    id: str
    prefix: str
    statement: Statement
    query: Mapping[str, Parameter]
    headers: Mapping[str, Parameter]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number, a word or a list of them that a provider states of its platform."""

    value: Any
    statement: Statement


@dataclass(frozen=True, slots=True)
class Provider:
    """What all models of one provider share.

    Attributes:
        doors: further ways into the models' operations.
        figures: what the platform's behaviour depends on, by name.
    """

    name: str
    title: str
    gates: tuple[str, ...]
    bases: tuple[Base, ...]
    hosts: Mapping[str, str]
    media: Media
    credential: Credential
    documents: Mapping[str, Document]
    readings: Mapping[str, Reading]
    errors: Mapping[str, tuple[ErrorCase, ...]]
    refusals: tuple[AnswerShape, ...]
    select: tuple[str, ...]
    model_at: str | None
    doors: tuple[Door, ...] = ()
    figures: Mapping[str, Figure] = field(default_factory=dict)

    def fault(self, name: str) -> str | None:
        """What an error is called on record that is asked for by name; None where it is not.

        Errors that no request can cause are recorded as `fault:NAME`.
        """
        return next((each for each in (f"fault:{name}", name) if each in self.errors), None)

    def error(self, when: Sequence[str], readings: Mapping[str, str]) -> ErrorCase | None:
        """The wording under `readings` of the first of several descriptions that is recorded."""
        for name in when:
            for case in self.errors.get(name, ()):
                if case.statement.reading is None or case.statement.enforced(readings):
                    return case
        return None
