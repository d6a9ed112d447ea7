"""The findings as annotations of GitHub Actions: one workflow command a line."""

from __future__ import annotations

from imagine_harness.contracts.model import Level
from imagine_harness.contracts.untrusted.printing import inert, printable
from imagine_harness.harness.reports.report import Report
from imagine_harness.harness.reports.wording import describe, describe_coverage, headline
from imagine_harness.harness.results.results import Result


def render(report: Report) -> str:
    """A line for each finding, errors first, then those of what was skipped, counted and tried."""
    lines = [_line(each, report.fail_on) for each in report.findings]
    lines += [command("error", each.message, title=each.test) for each in report.others]
    if report.skipped:
        skipped = "\n".join(f"{each.promise}: {headline(each)}" for each in report.skipped)
        lines.append(command("notice", skipped, title="skipped"))
    lines.append(command("notice", report.summary(), title=report.title))
    if report.coverage.lines:
        parts = "\n".join(
            f"{name}: {value}" for name, value in describe_coverage(report.coverage).items()
        )
        lines.append(command("notice", parts, title="rule coverage"))
    return "\n".join(lines) + "\n"


def _line(result: Result, fail_on: Level) -> str:
    place = {"file": result.file} if result.file else {}
    place |= {"line": str(result.line)} if result.line else {}
    kind = "error" if result.fails(fail_on) else "warning"
    return command(kind, describe(result), **place, title=f"{result.subject}: {result.promise}")


def command(kind: str, message: str, **properties: str) -> str:
    """A workflow command that nothing in its message or properties breaks out of."""
    pairs = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{kind} {pairs}::{_data(message)}"


def _data(text: str) -> str:
    return inert(text).replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(printable(text)).replace(":", "%3A").replace(",", "%2C")
