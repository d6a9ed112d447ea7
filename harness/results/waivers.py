"""Waivers: broken promises that are excused until a day, and what is wrong with the excuses."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import Any

from imagine_harness.harness.results.results import PromiseVerdict, Result

STALE = "waiver."
"""How the ids of findings about waivers begin."""


class WaiverError(Exception):
    """A file of waivers cannot be used; the message says which, which entry, and why."""


class Standing(StrEnum):
    """What became of a waiver in a run.

    `used` excused something; `idle` was not needed or not asked for, which a run of a part of the
    promises cannot tell apart; `unneeded` is one whose promise was kept, `expired` one that is
    over. The last two are stale: findings of their own.
    """

    USED = "used"
    IDLE = "idle"
    UNNEEDED = "unneeded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Waiver:
    """One excuse.

    Attributes:
        id: a promise with its case or without, a rule, or a pattern of either with `*`.
        expires: the last day on which it holds.
        subject: the only subject that it is about, or a pattern; "" for any.
        file, entry: where it stands, entries from 1.
    """

    id: str
    reason: str
    expires: date
    subject: str = ""
    file: str = ""
    entry: int = 0

    @property
    def where(self) -> str:
        """The file and the entry, to begin messages with."""
        return f"{self.file}: waiver {self.entry}"

    def holds(self, today: date) -> bool:
        """Whether it still excuses anything."""
        return today <= self.expires

    def is_about(self, result: Result) -> bool:
        """Whether the promise of a result, or the rule at stake in it, is meant."""
        if self.subject and not meant(self.subject, result.subject):
            return False
        promises = (result.promise, result.promise.partition("[")[0])
        return any(meant(self.id, each) for each in (*promises, *filter(None, [result.rule])))

    def tried(self, result: Result) -> bool:
        """Whether a result shows that what is excused was tried, kept or not."""
        if result.verdict is PromiseVerdict.SKIPPED:
            return False
        if self.is_about(result):
            return True
        ours = not self.subject or meant(self.subject, result.subject)
        return ours and any(meant(self.id, rule) for rule in result.exercised)


@dataclass(frozen=True, slots=True)
class Use:
    """A waiver, what became of it in a run, and how many broken promises it excused."""

    waiver: Waiver
    standing: Standing
    excused: int = 0

    def as_json(self) -> dict[str, Any]:
        """The waiver as the reports write it."""
        return {
            "id": self.waiver.id,
            "subject": self.waiver.subject,
            "reason": self.waiver.reason,
            "expires": self.waiver.expires.isoformat(),
            "standing": str(self.standing),
            "excused": self.excused,
        }


def meant(pattern: str, name: str) -> bool:
    """Whether a pattern means a name; its only wildcard is `*`, and brackets are themselves."""
    literal = pattern.replace("[", "[[]").replace("?", "[?]")
    return fnmatchcase(name, literal)


def today() -> date:
    """The day on this machine's calendar."""
    return datetime.now().astimezone().date()


def applied(result: Result, waivers: Iterable[Waiver], on: date) -> Result:
    """A result, excused where it is broken and a waiver that holds on a day is about it."""
    if result.verdict is not PromiseVerdict.BROKEN:
        return result
    for waiver in waivers:
        if waiver.holds(on) and waiver.is_about(result):
            return result.waived(waiver.reason)
    return result


def uses(waivers: Iterable[Waiver], results: Sequence[Result], on: date) -> list[Use]:
    """What became of each waiver in a run whose results it was applied to."""
    return [_use(waiver, results, on) for waiver in waivers]


def _use(waiver: Waiver, results: Sequence[Result], on: date) -> Use:
    tried = [each for each in results if waiver.tried(each)]
    about = [each for each in tried if waiver.is_about(each)]
    if not tried:
        return Use(waiver, Standing.IDLE)
    if not waiver.holds(on):
        return Use(waiver, Standing.EXPIRED)
    excused = sum(each.verdict is PromiseVerdict.WAIVED for each in about)
    if excused:
        return Use(waiver, Standing.USED, excused)
    return Use(waiver, Standing.UNNEEDED)


def findings(used: Iterable[Use]) -> list[Result]:
    """For each stale waiver a broken promise that says so."""
    return [_finding(use) for use in used if use.standing in SAID]


def _finding(use: Use) -> Result:
    waiver = use.waiver
    return Result(
        promise=f"{STALE}{use.standing}[{waiver.id}]",
        says="a waiver excuses what is still broken, until its day",
        subject=f"waivers of {waiver.file}",
        verdict=PromiseVerdict.BROKEN,
        message=f"{waiver.where}: {SAID[use.standing](waiver)}",
        file=waiver.file,
    )


SAID: Mapping[Standing, Callable[[Waiver], str]] = MappingProxyType(
    {
        Standing.UNNEEDED: lambda w: f"{w.id} is kept, so nothing is left to excuse: remove it",
        Standing.EXPIRED: lambda w: (
            f"{w.id} is excused no longer, the waiver expired on {w.expires}: mend or renew it"
        ),
    }
)
"""What is said of a stale waiver."""


def loaded(file: Path) -> tuple[Waiver, ...]:
    """The waivers of a TOML file, in its order.

    Raises:
        WaiverError: the file cannot be read, is no TOML, or an entry is not as it must be.
    """
    try:
        told = tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise WaiverError(f"{file}: cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise WaiverError(f"{file}: is no TOML: {error}") from error
    entries = told.pop("waiver", [])
    if told:
        raise WaiverError(f"{file}: unknown key {next(iter(told))!r}, expected [[waiver]] only")
    if not isinstance(entries, list) or not all(isinstance(each, dict) for each in entries):
        raise WaiverError(f"{file}: waiver must be a list of tables, each under [[waiver]]")
    return tuple(_waiver(str(file), number, entry) for number, entry in enumerate(entries, 1))


KEYS: Mapping[str, str] = MappingProxyType(
    {
        "id": 'a text as in "client.surfaces[*]"',
        "reason": "a text",
        "expires": "a date as in 2027-01-31",
        "subject": 'a text as in "client of fal.generate"',
    }
)
"""The keys of an entry, and what each must be; `subject` may be left out."""


def _waiver(file: str, number: int, entry: dict[str, Any]) -> Waiver:
    where = f"{file}: waiver {number}"
    for key in entry:
        if key not in KEYS:
            raise WaiverError(f"{where}: unknown key {key!r}, known: {', '.join(KEYS)}")
    for key, wanted in KEYS.items():
        if key not in entry:
            if key == "subject":
                continue
            raise WaiverError(f"{where}: {key} is missing, expected {wanted}")
        if not _is_right(key, entry[key]):
            raise WaiverError(f"{where}: {key} must be {wanted}, got {_format_value(entry[key])}")
    return Waiver(**entry, file=file, entry=number)


def _is_right(key: str, value: object) -> bool:
    if key == "expires":
        return type(value) is date
    return isinstance(value, str) and bool(value.strip())


def _format_value(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else repr(value)
