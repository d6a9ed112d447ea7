"""The pytest plugin of the reports: waivers, what fails a run, and the report files.

Loading it imports nothing but pytest, so that a run which does not use it pays nothing for it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from operator import methodcaller
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from imagine_harness.harness.reports.formats import ReportTarget
    from imagine_harness.harness.reports.report import OtherFailure, Report
    from imagine_harness.harness.results.results import Result
    from imagine_harness.harness.results.waivers import Waiver

CARRIED = "harness_results"
"""The attribute of a test's report that takes its results from a worker to the controller."""

SEEN = "imagine_harness.contracts.secrets.credentials"
"""The module that knows the credentials which came by; loaded where mocks were used at all."""


@dataclass
class ReportOptions:
    """What was asked for on the command line."""

    fail_on: str = "error"
    targets: tuple[ReportTarget, ...] = ()
    waivers: tuple[Waiver, ...] = ()


_OPTIONS = pytest.StashKey[ReportOptions]()
_SETTLED = pytest.StashKey[list["Result"]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what is reported, excused, and failed on."""
    group = parser.getgroup("imagine-harness-reports", "promises that clients and servers keep")
    group.addoption(
        "--harness-report",
        action="append",
        default=[],
        metavar="FORMAT=FILE",
        help="write a report: html, json, junit or markdown; github alone prints annotations "
        "(repeatable)",
    )
    group.addoption(
        "--harness-waive",
        action="append",
        default=[],
        metavar="FILE",
        help="excuse the broken promises that this TOML file lists, each until a day (repeatable)",
    )
    group.addoption(
        "--harness-fail-on",
        choices=("error", "warning"),
        default="error",
        help="the least level that fails a test: error (the default) is what is documented",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Check the options.

    Raises:
        pytest.UsageError: an option means nothing, or a file of waivers cannot be used.
    """
    options = ReportOptions(config.getoption("--harness-fail-on"))
    wanted, files = config.getoption("--harness-report"), config.getoption("--harness-waive")
    if wanted:
        options.targets = _targets(wanted)
    if files:
        options.waivers = _waivers(files)
    config.stash[_OPTIONS] = options
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Collector(options), "imagine-harness-collector")


def _targets(words: list[str]) -> tuple[ReportTarget, ...]:
    from imagine_harness.harness.reports.formats import FormatError, parse_targets

    try:
        return parse_targets(words)
    except FormatError as error:
        raise pytest.UsageError(f"--harness-report: {error}") from None


def _waivers(files: list[str]) -> tuple[Waiver, ...]:
    from imagine_harness.harness.results.waivers import WaiverError, loaded

    try:
        return tuple(waiver for file in files for waiver in loaded(Path(file)))
    except WaiverError as error:
        raise pytest.UsageError(f"--harness-waive: {error}") from None


def settle(node: pytest.Item, result: Result) -> None:
    """Note what became of a promise, and end its test accordingly.

    Returns where the promise was kept, or its breaking is a warning that fails nothing.

    Raises:
        pytest.skip.Exception: it was skipped, or a waiver excuses it.
        pytest.fail.Exception: it is broken.
    """
    # a skip is shown where the test stands; a failure shows no lines of code anyway
    __tracebackhide__ = methodcaller("errisinstance", pytest.skip.Exception)
    from imagine_harness.contracts.model import Level
    from imagine_harness.harness.reports.wording import describe, headline
    from imagine_harness.harness.results.results import PromiseVerdict
    from imagine_harness.harness.results.waivers import applied, today

    # what a client raised may hold letters that no worker could hand on
    result = _placed(node, result.cleaned())

    options = node.config.stash.get(_OPTIONS, ReportOptions())
    settled = applied(result, options.waivers, today())
    node.stash.setdefault(_SETTLED, []).append(settled)
    if settled.verdict is PromiseVerdict.WAIVED:
        pytest.skip(f"waived: {settled.excuse}: {headline(settled)}")
    if settled.verdict is PromiseVerdict.SKIPPED:
        pytest.skip(headline(settled))
    if settled.fails(Level(options.fail_on)):
        pytest.fail(describe(settled), pytrace=False)


def _placed(node: pytest.Item, result: Result) -> Result:
    """A result with its place: its own, or that of its test; below the folder of the run."""
    file, line = Path(result.file), result.line
    if not result.file:
        code, number, _ = node.location
        written_there = (node.config.rootpath / code).resolve() == node.path.resolve()
        file, line = node.path, (number or 0) + 1 if written_there else 0
    here = node.config.invocation_params.dir
    if file.is_relative_to(here):
        file = file.relative_to(here)
    return replace(result, file=file.as_posix(), line=line)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Give the report of a test its results, in a form that goes from process to process."""
    report = yield
    settled = item.stash.get(_SETTLED, None)
    if settled and call.when == "call":
        place = item.session.items.index(item)
        setattr(report, CARRIED, [place, *(json.dumps(each.as_json()) for each in settled)])
    if report.failed and SEEN in sys.modules:
        _hide(report)
    return report


def _hide(report: pytest.TestReport) -> None:
    """Hide in a traceback, and in what was logged and printed, the credentials that came by."""
    from imagine_harness.contracts.secrets.credentials import CREDENTIALS

    told = report.longreprtext
    safe = CREDENTIALS.hide(told)
    if safe != told:
        report.longrepr = safe
    report.sections = [(name, CREDENTIALS.hide(said)) for name, said in report.sections]


@dataclass(eq=False)
class Collector:
    """Where the results of all workers come together.

    Attributes:
        results: for each test its place in the run, and its results.
        others: tests and modules that failed without a result.
        report: what is told of them, None before the end.
        printed: reports that go to the terminal.
        trouble: why a report could not be written, "" if none.
    """

    options: ReportOptions
    results: dict[str, tuple[int, list[Result]]] = field(default_factory=dict)
    others: dict[str, OtherFailure] = field(default_factory=dict)
    report: Report | None = None
    printed: str = ""
    trouble: str = ""

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the results of one test."""
        carried: list[Any] = getattr(report, CARRIED, [])
        if carried:
            from imagine_harness.harness.results.results import Result

            place, *told = carried
            found = [Result.from_json(json.loads(each)) for each in told]
            self.results[report.nodeid] = place, found
        elif report.failed:
            self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note what could not even be collected."""
        if report.failed:
            self._note(report)

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        from imagine_harness.harness.reports.report import OtherFailure

        lines = report.longreprtext.strip().splitlines()
        crash = getattr(report.longrepr, "reprcrash", None)
        last = crash.message.splitlines()[0] if crash and crash.message else "".join(lines[-1:])
        self.others[report.nodeid] = OtherFailure(report.nodeid, last)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the reports; a stale waiver fails a run in which nothing else did."""
        if not (self.results or self.options.targets):
            return
        from imagine_harness.harness.reports.formats import FormatError, write

        self.report = self._summed()
        if self.report.failing and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        try:
            self.printed = write(self.report, self.options.targets)
        except FormatError as error:
            self.trouble = f"--harness-report: {error}"
            session.exitstatus = pytest.ExitCode.USAGE_ERROR

    def _summed(self) -> Report:
        from imagine_harness.contracts.model import Level
        from imagine_harness.harness.reports.report import report
        from imagine_harness.harness.results.waivers import today

        in_order = sorted(self.results.values(), key=lambda each: each[0])
        return report(
            "imagine-harness",
            [result for _, found in in_order for result in found],
            waivers=self.options.waivers,
            on=today(),
            others=self.others.values(),
            fail_on=Level(self.options.fail_on),
        )

    def pytest_terminal_summary(
        self, terminalreporter: pytest.TerminalReporter, config: pytest.Config
    ) -> None:
        """Say what pytest does not: counts, warnings, waivers, coverage, and where reports are."""
        if self.report is None:
            return
        from imagine_harness.harness.reports.terminal import render

        writer = config.get_terminal_writer()
        terminalreporter.section("imagine-harness")
        if self.report.results:
            told = render(
                self.report, width=writer.fullwidth, colours=writer.hasmarkup, failures=False
            )
            terminalreporter.write(told)
        for target in self.options.targets if not self.trouble else ():
            if target.file is not None:
                terminalreporter.write_line(f"{target.format} report: {target.file}")
        if self.trouble:
            terminalreporter.write_line(f"ERROR: {self.trouble}", red=True)
        terminalreporter.write(self.printed)
