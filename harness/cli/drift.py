"""Say what moved on a provider's page, what it breaks, and record it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.cli.common.output import print_unread
from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from imagine_harness.harness.drift.comparing.findings import Finding
    from imagine_harness.harness.drift.page_check import PageCheck
    from imagine_harness.harness.drift.recording.contract_patch import ContractPatch
    from imagine_harness.harness.drift.reports import PageReport
    from imagine_harness.harness.judging.calls import ProviderCalls

FORMATS = ("text", "json", "markdown", "github", "junit")


@click.command("drift")
@click.argument("provider")
@click.argument("pages", nargs=-1, required=True, metavar="PAGE...")
@click.option("--model", metavar="ID", help="Hold the pages against this recorded model.")
@click.option(
    "--format",
    "format_",
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
@click.option("--apply", "apply_", is_flag=True, help="Record what moved in the contract.")
@click.option("--dry-run", is_flag=True, help="Print the patch that --apply would make.")
def command(
    provider: str,
    pages: tuple[str, ...],
    model: str | None,
    format_: str,
    fail_on: str,
    calls: Path | None,
    contract_files: tuple[Path, ...],
    apply_: bool,
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
    checks = _checks(provider, pages, model, contract_files)
    known = _calls(calls, provider) if calls is not None else None
    made = [_report(check, known, witnesses=format_ != "json") for check in checks]
    print_unread(dict.fromkeys(each for report in made for each in report.unread))
    if apply_ or dry_run:
        _check_one_page_each(made)
    if dry_run:
        click.echo("".join(_patch(report).diff() for report in made), nl=False)
    else:
        click.echo(reports.FORMATS[format_](made), nl=False)
    if apply_ and not dry_run:
        for report in made:
            _patch(report).write()
    return _exit_code([report.check for report in made], fail_on)


def _checks(
    provider: str, pages: tuple[str, ...], model: str | None, files: tuple[Path, ...]
) -> list[PageCheck]:
    from imagine_harness.contracts.loading import load
    from imagine_harness.contracts.lookup import look_up
    from imagine_harness.harness.drift import page_arguments
    from imagine_harness.harness.drift.page_check import PageCheck, check_page, known_contracts

    page_arguments.check_provider(provider)
    also = tuple(load.contract(file) for file in files)
    models = [name for contract in known_contracts(provider, also) for name in contract.models]
    if model is not None:
        look_up("model", model, models, click.UsageError, state=f"of {provider} is recorded")
    checks = []
    for name in page_arguments.page_names(pages):
        try:
            raw = page_arguments.page_bytes(name)
        except OSError as error:
            checks.append(PageCheck(name, provider, model, f"cannot be read: {error.strerror}"))
            continue
        checks.append(check_page(provider, name, raw, model, also))
    return checks


def _calls(file: Path, provider: str) -> ProviderCalls:
    """The calls of a provider in recorded traffic; what of it cannot be read is told."""
    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.judging.calls import ProviderCalls
    from imagine_harness.harness.traffic.files import traffic

    found = traffic([file])
    print_unread(found.unread)
    calls = ProviderCalls(found.exchanges, provider)
    if not calls:
        raise ContractError(f"{printable(str(file))}: no call of {provider} is recorded in it")
    return calls


def _report(check: PageCheck, calls: ProviderCalls | None, *, witnesses: bool) -> PageReport:
    """The report on a page, with its witnesses and the calls that are hit."""
    from dataclasses import replace

    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.drift import page_arguments
    from imagine_harness.harness.drift.comparing.impact import affected_calls, unjudged_calls
    from imagine_harness.harness.drift.comparing.witness import with_witnesses
    from imagine_harness.harness.drift.recording.contract_patch import preview
    from imagine_harness.harness.drift.reports import PageReport

    if check.contract is None or check.facts is None or not check.findings:
        return PageReport(check)
    try:
        new = preview(
            check.contract, check.facts, check.findings, check.raw, page_arguments.today()
        )
    except ContractError as error:
        return PageReport(check, record_error=str(error))
    known = calls.of(check.contract) if calls is not None else []
    left = ", ".join(finding.subject for finding in new.left)
    pairs = list(with_witnesses(check.contract, new.contract, check.findings, all_kinds=witnesses))
    found: tuple[Finding, ...] = tuple(finding for finding, _ in pairs)
    return PageReport(
        replace(check, findings=found),
        tuple(witness for _, witness in pairs),
        tuple(affected_calls(check.contract, new.contract, found, known)),
        f"no contract can say what moved at {left}" if left else None,
        tuple(unjudged_calls(known)),
    )


def _check_one_page_each(reports: list[PageReport]) -> None:
    """Refuse to record two pages of one model, the second of which would not know the first."""
    moved = [each.check for each in reports if each.check.findings]
    files = [check.contract.file for check in moved if check.contract is not None]
    for file in files:
        if files.count(file) > 1:
            raise click.UsageError(f"two pages of {file} moved, expected one to record")


def _patch(report: PageReport) -> ContractPatch:
    """What --apply writes for one page."""
    from imagine_harness.contracts.model import ContractError
    from imagine_harness.harness.drift import page_arguments
    from imagine_harness.harness.drift.recording.contract_patch import ContractPatch, contract_patch

    check = report.check
    if report.record_error is not None:
        raise ContractError(f"{check.page}: cannot be recorded: {report.record_error}")
    if check.contract is None or check.facts is None or not check.findings:
        return ContractPatch()
    return contract_patch(
        check.contract, check.facts, check.findings, check.raw, page_arguments.today()
    )


def _exit_code(checks: list[PageCheck], fail_on: str) -> int:
    severities = {finding.severity for check in checks for finding in check.findings}
    if severities if fail_on == "any" else fail_on in severities:
        return ExitCode.FINDINGS
    if any(check.severity == "unknown" for check in checks):
        return ExitCode.UNCHECKED
    return ExitCode.CLEAN
