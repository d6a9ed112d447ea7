"""What one report tells: results, coverage, waivers, and how the run was made."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from importlib.metadata import version
from typing import Any

from imagine_harness.contracts.model import Level
from imagine_harness.harness.coverage.coverage import Coverage, of_results
from imagine_harness.harness.results.exchanges import json_value
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.results.waivers import Use, Waiver, findings, today, uses

STANDINGS = ("broken", "warning", "waived", "skipped", "kept")
"""What may become of a promise, the most urgent first; the words of `Result.standing`."""

FORM = 1
"""The version of the JSON report's form."""


@dataclass(frozen=True, slots=True)
class OtherFailure:
    """A test of the same run that failed without a result, and the last line of why."""

    test: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """All that a report tells.

    Attributes:
        title: what was done, in a few words.
        results: in the order of the run; stale waivers are findings among them.
        uses: what became of each waiver.
        others: tests that failed and tried no promise, or ended before it was judged.
        seed: what draws the same bodies again; "" where nothing was drawn.
        versions: of what took part, by name.
        fail_on: the least level that fails the run.
    """

    title: str
    results: tuple[Result, ...]
    when: datetime
    coverage: Coverage = field(default_factory=Coverage)
    uses: tuple[Use, ...] = ()
    others: tuple[OtherFailure, ...] = ()
    seed: str = ""
    versions: Mapping[str, str] = field(default_factory=dict)
    fail_on: Level = Level.ERROR

    @property
    def counts(self) -> dict[str, int]:
        """How many results stand how, by the words of `STANDINGS`, zeros among them."""
        counted = Counter(each.standing for each in self.results)
        return {standing: counted[standing] for standing in STANDINGS}

    @property
    def subjects(self) -> dict[str, list[Result]]:
        """The results by what was checked, both in the order of the run."""
        grouped: dict[str, list[Result]] = {}
        for each in self.results:
            grouped.setdefault(each.subject, []).append(each)
        return grouped

    @property
    def counts_by_subject(self) -> dict[str, dict[str, int]]:
        """How many results of each subject stand how, without what no result of any does."""
        words = [word for word, count in self.counts.items() if count]
        counted = {
            subject: Counter(each.standing for each in results)
            for subject, results in self.subjects.items()
        }
        return {subject: {word: each[word] for word in words} for subject, each in counted.items()}

    @property
    def findings(self) -> list[Result]:
        """What is broken, errors before warnings."""
        return [e for word in STANDINGS[:2] for e in self.results if e.standing == word]

    @property
    def skipped(self) -> list[Result]:
        """What says nothing, or could not be looked at; the message of each says why."""
        return [each for each in self.results if each.verdict is PromiseVerdict.SKIPPED]

    @property
    def failing(self) -> list[Result]:
        """What fails the run."""
        return [each for each in self.results if each.fails(self.fail_on)]

    @property
    def failed(self) -> bool:
        """Whether anything fails the run."""
        return bool(self.failing or self.others)

    def summary(self) -> str:
        """The counts on one line: `1 broken, 40 kept`."""
        parts = [
            f"{count} warnings" if (word, count > 1) == ("warning", True) else f"{count} {word}"
            for word, count in self.counts.items()
            if count
        ]
        return ", ".join(parts) or "nothing was tried"

    def as_json(self) -> dict[str, Any]:
        """The report as its JSON form writes it."""
        return {
            "form": FORM,
            "title": json_value(self.title),
            "when": self.when.isoformat(timespec="seconds"),
            "seed": self.seed,
            "versions": dict(self.versions),
            "fail_on": str(self.fail_on),
            "failed": self.failed,
            "totals": self.counts,
            "results": [each.as_json() for each in self.results],
            "coverage": self.coverage.as_json(),
            "waivers": [each.as_json() for each in self.uses],
            "other_failures": [
                {"test": json_value(each.test), "message": json_value(each.message)}
                for each in self.others
            ],
        }


def report(
    title: str,
    results: Sequence[Result],
    *,
    waivers: Iterable[Waiver] = (),
    on: date | None = None,
    when: datetime | None = None,
    others: Iterable[OtherFailure] = (),
    fail_on: Level = Level.ERROR,
) -> Report:
    """The report of results that waivers were applied to.

    Args:
        title: what was done, in a few words.
        results: in the order of the run.
        waivers: those that were applied; the stale ones become findings.
        on: the day on which waivers must hold, today by default.
        when: the moment of the report, now by default.
        others: tests that failed without a result.
        fail_on: the least level that fails the run.
    """
    used = uses(waivers, results, on or today())
    return Report(
        title=title,
        results=(*results, *findings(used)),
        when=when or datetime.now(UTC),
        coverage=of_results(results),
        uses=tuple(used),
        others=tuple(others),
        seed=", ".join(sorted({str(each.seed) for each in results if each.seed is not None})),
        versions={
            "imagine-harness": version("imagine-harness"),
            "Python": platform.python_version(),
            "hypothesis": version("hypothesis"),
        },
        fail_on=fail_on,
    )
