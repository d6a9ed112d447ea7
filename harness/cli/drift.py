"""Say what moved on a provider's page, what it breaks, and record it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.cli.options import not_read
from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.harness.drift.comparing.findings import Finding
    from imagine_harness.harness.drift.page_check import Look
    from imagine_harness.harness.drift.recording.record import Recording
    from imagine_harness.harness.drift.reports import Report
    from imagine_harness.harness.judging.calls import ProviderCalls

FORMATS = ("text", "json", "markdown", "github", "junit")


@click.command("drift")
@click.argument("provider")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--model", metavar="ID", help="Hold the pages against this recorded model.")
@click.option(
    "--format",
    "written",
    type=click.Choice(FORMATS),
    default="text",
    show_default=True,
    help="How to report.",
)
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "any", "none"]),
    default="any",
    show_default=True,
    help="Findings that make the exit code 1.",
)
@click.option(
    "--calls",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="List the calls of recorded traffic that are refused now. FILE is whatever 'judge' reads.",
)
@click.option(
    "--contract",
    "contract_files",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Know this contract, too, which a page may be of.",
)
@click.option("--apply", "applied", is_flag=True, help="Record what moved in the contract.")
@click.option("--dry-run", is_flag=True, help="Print the patch that --apply would make.")
def command(
    provider: str,
    pages: tuple[str, ...],
    model: str | None,
    written: str,
    fail_on: str,
    calls: Path | None,
    contract_files: tuple[Path, ...],
    applied: bool,
    dry_run: bool,
) -> int:
    """Compare fresh copies of PROVIDER's pages with what is recorded.

    PAGE is a file, a folder of them, or - for standard input. Exit code 0 when nothing moved (or
    nothing at the level of --fail-on), 1 when something did, 3 when a page could not be read, or
    says something of a parameter that is not understood, or no call of the provider is in the FILE
    of --calls. What else of it cannot be read is listed.
    """
    from imagine_harness.harness.drift import reports

    if str(calls) == "-" and "-" in pages:
        raise click.UsageError("standard input is a page or --calls, expected one of the two")
    looks = _looks(provider, pages, model, contract_files)
    known = _calls(calls, provider) if calls is not None else None
    made = [_report(look, known, witnesses=written != "json") for look in looks]
    not_read(dict.fromkeys(each for report in made for each in report.unread))
    if applied or dry_run:
        _check_one_page_each(made)
    if dry_run:
        click.echo("".join(_recording(report).patch() for report in made), nl=False)
    else:
        click.echo(reports.FORMATS[written](made), nl=False)
    if applied and not dry_run:
        for report in made:
            _recording(report).write()
    return _exit_code([report.look for report in made], fail_on)


def _looks(
    provider: str, pages: tuple[str, ...], model: str | None, files: tuple[Path, ...]
) -> list[Look]:
    from imagine_harness.contracts.loading import load
    from imagine_harness.contracts.lookup import look_up
    from imagine_harness.harness.drift.page_check import Look, known, look
    from imagine_harness.harness.drift.pages import arguments

    arguments.check_provider(provider)
    also = tuple(load.contract(file) for file in files)
    models = [name for contract in known(provider, also) for name in contract.models]
    if model is not None:
        look_up("model", model, models, click.UsageError, state=f"of {provider} is recorded")
    looks = []
    for name in arguments.names_of(pages):
        try:
            raw = arguments.bytes_of(name)
        except OSError as error:
            looks.append(Look(name, provider, model, f"cannot be read: {error.strerror}"))
            continue
        looks.append(look(provider, name, raw, model, also))
    return looks


def _calls(file: Path, provider: str) -> ProviderCalls:
    """The calls of a provider in recorded traffic; what of it cannot be read is told."""
    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.judging.calls import ProviderCalls
    from imagine_harness.harness.traffic.files import traffic

    found = traffic([file])
    not_read(found.unread)
    calls = ProviderCalls(found.recordings, provider)
    if not calls:
        raise ContractError(f"{printable(str(file))}: no call of {provider} is recorded in it")
    return calls


def _report(look: Look, calls: ProviderCalls | None, *, witnesses: bool) -> Report:
    """The report on a page, with its witnesses and the calls that are hit."""
    from dataclasses import replace

    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.drift.comparing.impact import gaps, hits
    from imagine_harness.harness.drift.comparing.witness import judged
    from imagine_harness.harness.drift.pages import arguments
    from imagine_harness.harness.drift.recording.preview import later
    from imagine_harness.harness.drift.reports import Report

    if look.contract is None or look.facts is None or not look.findings:
        return Report(look)
    try:
        new = later(look.contract, look.facts, look.findings, look.raw, arguments.today())
    except ContractError as error:
        return Report(look, record_error=str(error))
    known = calls.of(look.contract) if calls is not None else []
    left = ", ".join(finding.subject for finding in new.left)
    pairs = list(judged(look.contract, new.contract, look.findings, all_kinds=witnesses))
    found: tuple[Finding, ...] = tuple(finding for finding, _ in pairs)
    return Report(
        replace(look, findings=found),
        tuple(witness for _, witness in pairs),
        tuple(hits(look.contract, new.contract, found, known)),
        f"no contract can say what moved at {left}" if left else None,
        tuple(gaps(known)),
    )


def _check_one_page_each(reports: list[Report]) -> None:
    """Refuse to record two pages of one model, the second of which would not know the first."""
    moved = [each.look for each in reports if each.look.findings]
    files = [look.contract.file for look in moved if look.contract is not None]
    for file in files:
        if files.count(file) > 1:
            raise click.UsageError(f"two pages of {file} moved, expected one to record")


def _recording(report: Report) -> Recording:
    """What --apply writes for one page."""
    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.drift.pages import arguments
    from imagine_harness.harness.drift.recording.record import Recording, recording

    look = report.look
    if report.record_error is not None:
        raise ContractError(f"{look.page}: cannot be recorded: {report.record_error}")
    if look.contract is None or look.facts is None or not look.findings:
        return Recording()
    return recording(look.contract, look.facts, look.findings, look.raw, arguments.today())


def _exit_code(looks: list[Look], fail_on: str) -> int:
    severities = {finding.severity for look in looks for finding in look.findings}
    if severities if fail_on == "any" else fail_on in severities:
        return ExitCode.FINDINGS
    if any(look.severity == "unknown" for look in looks):
        return ExitCode.UNCHECKED
    return ExitCode.CLEAN
