"""From results to a report, what is written of it, and the exit code of `run` and `judge`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from imagine_harness.contracts.model import Level
from imagine_harness.harness.coverage.coverage import Coverage, unexercised
from imagine_harness.harness.reports.formats import (
    FORMATS,
    FormatError,
    ReportTarget,
    parse_targets,
    write,
)
from imagine_harness.harness.reports.report import Report, report
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.harness.results.results import PromiseVerdict, Result
from imagine_harness.harness.results.waivers import Waiver, applied, loaded, today

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.contracts.judge.judge import Judge

HAR = "har"
"""The format that holds the traffic itself, and no verdict."""

_EACH = re.compile(rf",(?=(?:{'|'.join([*FORMATS, HAR])})(?:=|,|$))")


@dataclass(frozen=True, slots=True)
class VerdictOptions:
    """What was asked for on the command line.

    Attributes:
        hars: the files that the traffic is written to.
        least: the least percentage of rules that must be tried, None for any.
        allow_empty: whether it is well that there was nothing to judge.
    """

    fail_on: Level = Level.ERROR
    targets: tuple[ReportTarget, ...] = ()
    hars: tuple[Path, ...] = ()
    waivers: tuple[Waiver, ...] = field(default=())
    least: float | None = None
    allow_empty: bool = False


def verdict_options(
    *,
    fail_on: str,
    reports: Iterable[str],
    waivers: Iterable[Path],
    least: float | None,
    allow_empty: bool,
) -> VerdictOptions:
    """What the options of the command line amount to.

    Raises:
        FormatError: a report is asked for that there is none of.
        WaiverError: a file of waivers cannot be used.
    """
    words = [each for word in reports for each in _EACH.split(word)]
    hars = [word.partition("=")[2] for word in words if word.partition("=")[0] == HAR]
    if not all(hars):
        raise FormatError("har needs a file, as in har=report.har")
    others = [word for word in words if word.partition("=")[0] != HAR]
    for word in others:
        if word.partition("=")[0] not in FORMATS:
            known = ", ".join([*FORMATS, HAR])
            raise FormatError(f"expected FORMAT=FILE with one of {known}, got {word!r}")
    return VerdictOptions(
        Level(fail_on),
        parse_targets(others),
        tuple(map(Path, hars)),
        tuple(each for file in waivers for each in loaded(file)),
        least,
        allow_empty,
    )


def reported(
    title: str,
    results: Sequence[Result],
    wanted: VerdictOptions,
    judges: Mapping[str, Judge],
    seed: str,
) -> Report:
    """The report of results: waivers applied, coverage counted, the least of it demanded."""
    on = today()
    tried = coverage(results, judges)
    demanded = [*results, *_least(tried, wanted.least)]
    settled = [applied(each.cleaned(), wanted.waivers, on) for each in demanded]
    made = report(title, settled, waivers=wanted.waivers, on=on, fail_on=wanted.fail_on)
    return replace(made, coverage=tried, seed=seed)


def coverage(results: Iterable[Result], judges: Mapping[str, Judge]) -> Coverage:
    """What was tried of all that is on record about the operations that were called."""
    results = list(results)
    called = {name for each in results for name in each.operations}
    providers = {name.partition(".")[0] for name in called}
    on_record = [judge.recorded for name, judge in judges.items() if name in providers]
    operations = [o for each in on_record for o in each.operations if o.name in called]
    found = unexercised(operations, on_record)
    for each in results:
        found = found.exercising(each.exercised).meeting(each.errors, each.readings)
    return found


def _least(tried: Coverage, least: float | None) -> list[Result]:
    if least is None:
        return []
    percent = tried.totals().percent
    told = f"{percent:.1f} % of the rules of the called operations were tried"
    return [
        Result(
            promise="coverage.least",
            says="enough of what is on record is tried",
            subject="coverage",
            verdict=PromiseVerdict.KEPT if percent >= least else PromiseVerdict.BROKEN,
            message=told if percent >= least else f"{told}, expected at least {least:g} %",
            expected=least,
            got=round(percent, 1),
        )
    ]


def finished(made: Report, exchanges: Sequence[Exchange], wanted: VerdictOptions) -> str:
    """Write everything that was asked for; what is to be printed.

    Raises:
        FormatError: a file cannot be written.
        RecordingError: a HAR cannot be written.
    """
    from imagine_harness.harness.traffic import har_writer

    for file in wanted.hars:
        har_writer.write(exchanges, file)
    return write(made, wanted.targets)


def code(made: Report, judged: int, wanted: VerdictOptions, unread: int = 0) -> ExitCode:
    """The exit code of a verdict on a number of requests, where others could not be read."""
    if made.failing:
        return ExitCode.FINDINGS
    if not judged and (unread or not wanted.allow_empty):
        return ExitCode.UNCHECKED
    return ExitCode.CLEAN


def hosts(refused: Mapping[str, int], untrusting: Mapping[str, int]) -> list[Result]:
    """Calls of a program to hosts that are nobody's, and to hosts whose mocks it did not trust."""
    found = [
        _host(
            host,
            f"{_times(count)} refused: it is the host of no provider that is served "
            f"(--allow {host} lets it through)",
        )
        for host, count in refused.items()
    ]
    return found + [
        _host(host, f"{_times(count)} not judged: the program did not accept its certificate")
        for host, count in untrusting.items()
    ]


def _times(count: int) -> str:
    return f"{count} connection{'s' if count > 1 else ''}"


def _host(host: str, message: str) -> Result:
    return Result(
        promise=f"requests.known[{host}]",
        says="every request is one of a recorded operation",
        subject="other hosts",
        verdict=PromiseVerdict.BROKEN,
        level=Level.WARNING,
        message=f"{host}: {message}",
    )
