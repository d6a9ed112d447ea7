"""What became of the promises that were tried: the values that every report is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.model import Level
from imagine_harness.harness.results.exchanges import exchange_as_json, exchange_of_json, json_value


class PromiseVerdict(StrEnum):
    """What became of one promise.

    `waived` is a broken one that a waiver excuses; `skipped` one that says nothing about this
    subject, such as the polling of a client that submits no task.
    """

    KEPT = "kept"
    BROKEN = "broken"
    SKIPPED = "skipped"
    WAIVED = "waived"


@dataclass(frozen=True, slots=True)
class Side:
    """One of two things that a report shows side by side: a body, or a picture as a data URI."""

    label: str
    body: Any = None
    picture: str = ""

    def as_json(self) -> dict[str, Any]:
        """The side as JSON."""
        return {
            "label": json_value(self.label),
            "body": json_value(self.body),
            "picture": self.picture,
        }


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
    verdict: PromiseVerdict
    level: Level = Level.ERROR
    message: str = ""
    excuse: str = ""
    rule: str = ""
    source: str = ""
    certainty: str = ""
    expected: Any = None
    got: Any = None
    seen: tuple[Exchange, ...] = ()
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
        return replace(self, verdict=PromiseVerdict.WAIVED, excuse=reason)

    def fails(self, on: Level = Level.ERROR) -> bool:
        """Whether it fails a run that fails on errors only, or on warnings, too."""
        return self.verdict is PromiseVerdict.BROKEN and (
            self.level is Level.ERROR or on is Level.WARNING
        )

    @property
    def standing(self) -> str:
        """Its verdict in one word; a broken promise that is a warning is a `warning`."""
        warns = self.verdict is PromiseVerdict.BROKEN and self.level is Level.WARNING
        return "warning" if warns else str(self.verdict)

    def cleaned(self) -> Result:
        """The same as JSON can tell it: bodies cut, what is no JSON as short text."""
        return Result.from_json(self.as_json())

    def as_json(self) -> dict[str, Any]:
        """The result as JSON, as workers of a test run hand it on and as the report writes it."""
        return {
            "promise": json_value(self.promise),
            "says": json_value(self.says),
            "subject": json_value(self.subject),
            "verdict": str(self.verdict),
            "level": str(self.level),
            "message": json_value(secrets.prose(self.message)),
            "excuse": json_value(self.excuse),
            "rule": self.rule,
            "source": self.source,
            "certainty": str(self.certainty),
            "expected": json_value(self.expected),
            "got": json_value(self.got),
            "seen": [exchange_as_json(each) for each in self.seen],
            "sides": [each.as_json() for each in self.sides],
            "steps": json_value(self.steps),
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
                "verdict": PromiseVerdict(told["verdict"]),
                "level": Level(told["level"]),
                "seen": tuple(exchange_of_json(each) for each in told["seen"]),
                "sides": tuple(Side(**each) for each in told["sides"]),
                "operations": tuple(told["operations"]),
                "errors": tuple(told["errors"]),
            }
        )
