"""What became of the promises that were tried: the values that every report is made of."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from imagine_harness.contracts import secrets
from imagine_harness.contracts.fields import ABSENT, shown
from imagine_harness.contracts.model import Level
from imagine_harness.contracts.secrets.credentials import CREDENTIALS

MOST_SHOWN = 20_000
"""Bytes of a body that a result keeps when it is handed on or written; the rest is cut."""


class Verdict(StrEnum):
    """What became of one promise.

    `waived` is a broken one that a waiver excuses; `skipped` one that says nothing about this
    subject, such as the polling of a client that submits no task.
    """

    KEPT = "kept"
    BROKEN = "broken"
    SKIPPED = "skipped"
    WAIVED = "waived"


def answered(status: int, ending: str | None = None) -> str:
    """How an exchange ended, in words: with which status, and who left before the answer was whole.

    The status is 0 where nothing of an answer was sent.
    """
    how = f"answered {status}" if status else "without an answer"
    return f"{how}, {ending}" if ending else how


@dataclass(frozen=True, slots=True)
class Seen:
    """One exchange as a report shows it.

    Attributes:
        headers: of the request, by lower-case name; a secret is `***`.
        body, answer: the bytes of the request and of its answer.
        variable: the environment variable that holds the hidden credential.
        answer_headers: of the answer, by lower-case name.
        body_length, answer_length: how many bytes they had, where they were cut; else 0.
        ending: who left before the answer was whole, and when; "" where nobody has.
    """

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes
    status: int
    answer: bytes
    variable: str = ""
    answer_headers: Mapping[str, str] = field(default_factory=dict)
    body_length: int = 0
    answer_length: int = 0
    ending: str = ""

    @property
    def answered(self) -> str:
        """How it ended, in words."""
        return answered(self.status, self.ending)

    def as_json(self) -> dict[str, Any]:
        """The exchange as JSON, its bodies cut; bytes that are no text are written as base64."""
        return {
            "method": self.method,
            "url": plain(self.url),
            "headers": plain(self.headers),
            "body": _text(self.body),
            "status": self.status,
            "answer": _text(self.answer),
            "variable": self.variable,
            "answer_headers": plain(self.answer_headers),
            "body_length": _length(self.body, self.body_length),
            "answer_length": _length(self.answer, self.answer_length),
            "ending": self.ending,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Seen:
        """The exchange that `as_json` told."""
        return cls(**{**told, "body": _bytes(told["body"]), "answer": _bytes(told["answer"])})


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things that a report shows side by side: a body, or a picture as a data URI."""

    label: str
    body: Any = None
    picture: str = ""

    def as_json(self) -> dict[str, Any]:
        """The side as JSON."""
        return {"label": plain(self.label), "body": plain(self.body), "picture": self.picture}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one promise in one case.

    Attributes:
        promise: its id, as in `client.surfaces[rate-limited]`.
        says: the promise as a sentence.
        subject: what was checked, as in `client of fal.generate`.
        level: how much it matters that it is broken: a warning where the fact is not documented.
        message: what was expected and what came; of a skipped one, why.
        excuse: why a waiver excuses it; "" where none does.
        rule, source, certainty: the fact that is at stake, where it stands, how sure it is.
        seen: the exchanges that show it, in order.
        sides: the minimal pair, or what was promised and what came; two or none.
        steps: how to see it again, by the language that it is written in: `curl`, `python`.
        operations: the operations that it was tried on, by full name.
        exercised: what was tried of every rule, by its id; the words are those of
            `contracts.rules.exercises.Exercise`.
        errors: the documented errors that it met, by `provider.when`.
        readings: the choices that were in force, by the id of the reading.
        seconds: how long it took.
        seed: what draws the same bodies again, None where nothing was drawn.
        file, line: where its subject or its test stands, the line from 1; "" and 0 for nowhere.
    """

    promise: str
    says: str
    subject: str
    verdict: Verdict
    level: Level = Level.ERROR
    message: str = ""
    excuse: str = ""
    rule: str = ""
    source: str = ""
    certainty: str = ""
    expected: Any = None
    got: Any = None
    seen: tuple[Seen, ...] = ()
    sides: tuple[Side, ...] = ()
    steps: Mapping[str, str] = field(default_factory=dict)
    operations: tuple[str, ...] = ()
    exercised: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    errors: tuple[str, ...] = ()
    readings: Mapping[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    seed: int | None = None
    file: str = ""
    line: int = 0

    def waived(self, reason: str) -> Result:
        """The same, excused."""
        return replace(self, verdict=Verdict.WAIVED, excuse=reason)

    def fails(self, on: Level = Level.ERROR) -> bool:
        """Whether it fails a run that fails on errors only, or on warnings, too."""
        return self.verdict is Verdict.BROKEN and (self.level is Level.ERROR or on is Level.WARNING)

    @property
    def standing(self) -> str:
        """Its verdict in one word; a broken promise that is a warning is a `warning`."""
        warns = self.verdict is Verdict.BROKEN and self.level is Level.WARNING
        return "warning" if warns else str(self.verdict)

    def cleaned(self) -> Result:
        """The same as JSON can tell it: bodies cut, what is no JSON as short text."""
        return Result.from_json(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """The result as JSON, as workers of a test run hand it on and as the report writes it."""
        return {
            "promise": plain(self.promise),
            "says": plain(self.says),
            "subject": plain(self.subject),
            "verdict": str(self.verdict),
            "level": str(self.level),
            "message": plain(secrets.prose(self.message)),
            "excuse": plain(self.excuse),
            "rule": self.rule,
            "source": self.source,
            "certainty": str(self.certainty),
            "expected": plain(self.expected),
            "got": plain(self.got),
            "seen": [each.as_json() for each in self.seen],
            "sides": [each.as_json() for each in self.sides],
            "steps": plain(self.steps),
            "operations": list(self.operations),
            "touched": {rule: [*map(str, ways)] for rule, ways in self.exercised.items()},
            "errors": list(self.errors),
            "readings": dict(self.readings),
            "seconds": self.seconds,
            "seed": self.seed,
            "file": self.file,
            "line": self.line,
        }

    @classmethod
    def from_json(cls, told: Mapping[str, Any]) -> Result:
        """The result that `as_json` told."""
        rest = dict(told)
        exercised = {rule: tuple(each) for rule, each in rest.pop("touched").items()}
        return cls(
            **{
                **rest,
                "exercised": exercised,
                "verdict": Verdict(told["verdict"]),
                "level": Level(told["level"]),
                "seen": tuple(Seen.from_json(each) for each in told["seen"]),
                "sides": tuple(Side(**each) for each in told["sides"]),
                "operations": tuple(told["operations"]),
                "errors": tuple(told["errors"]),
            }
        )


def plain(value: Any) -> Any:
    """A value as JSON can say it and every file can hold it; what is none becomes short text.

    No credential that came by stands in it.
    """
    if isinstance(value, str):
        return CREDENTIALS.hide(value).encode("utf-8", "replace").decode()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Mapping):
        return {plain(str(key)): plain(below) for key, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if value is ABSENT:
        return None
    return plain(f"<{len(value)} bytes>" if isinstance(value, bytes) else shown(repr(value), 200))


def _text(data: bytes) -> Any:
    cut = data[:MOST_SHOWN]
    for ending in _endings(cut, len(data)):
        try:
            return ending.decode()
        except UnicodeDecodeError:
            continue
    return {"base64": base64.b64encode(cut).decode()}


def _endings(cut: bytes, length: int) -> Iterator[bytes]:
    """A body, and where it was cut also without the letter that the cut may have gone through."""
    yield cut
    if length > len(cut):
        yield from (cut[:-1], cut[:-2], cut[:-3])


def _length(data: bytes, known: int) -> int:
    return known or (len(data) if len(data) > MOST_SHOWN else 0)


def _bytes(told: Any) -> bytes:
    return base64.b64decode(told["base64"]) if isinstance(told, dict) else str(told).encode()
