"""The options that `run` and `judge` share, and what both do in the end."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from imagine_harness.harness.cli.common.arguments import choices
from imagine_harness.harness.cli.common.options import VERDICT, options

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.contracts.judge.judge import Judge
    from imagine_harness.harness.judging.destinations import DeclaredHost
    from imagine_harness.harness.judging.reporting import VerdictOptions
    from imagine_harness.harness.judging.requests import JudgedExchange
    from imagine_harness.harness.results.results import Result
    from imagine_harness.harness.traffic.errors import Unread

F = TypeVar("F", bound=Callable[..., Any])

_OPTIONS = (
    *VERDICT,
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write a report: html, json, junit, markdown, or har with the traffic itself; github "
        "prints annotations. Several with commas between them.",
    ),
    click.option(
        "--min-coverage",
        "least",
        type=click.FloatRange(0, 100),
        metavar="PERCENT",
        help="Fail when less of the rules of the called operations was tried.",
    ),
    click.option(
        "--allow-empty", is_flag=True, help="Do not fail when there was nothing to judge."
    ),
)


def common(function: F) -> F:
    """What is reported, excused and failed on."""
    return options(*_OPTIONS)(function)


def verdict_options(
    *,
    fail_on: str,
    waivers: Sequence[Path],
    reports: Sequence[str],
    least: float | None,
    allow_empty: bool,
) -> VerdictOptions:
    """What the options amount to.

    Raises:
        click.UsageError: one of them means nothing.
    """
    from imagine_harness.harness.judging import reporting
    from imagine_harness.harness.reports.formats import FormatError
    from imagine_harness.harness.results.waivers import WaiverError

    try:
        return reporting.verdict_options(
            fail_on=fail_on,
            reports=reports,
            waivers=waivers,
            least=least,
            allow_empty=allow_empty,
        )
    except FormatError as error:
        raise click.UsageError(f"--report: {error}") from error
    except WaiverError as error:
        raise click.UsageError(f"--waive: {error}") from error


def all_judges(
    *, strict: bool, readings: Sequence[str], contract_files: Sequence[Path]
) -> Mapping[str, Judge]:
    """Who judges the calls to each provider on record, under the readings of the options.

    Raises:
        click.UsageError: an option means nothing.
        ContractError: a contract file cannot be used.
    """
    from imagine_harness.contracts.catalog import NotOnRecord
    from imagine_harness.contracts.loading.load import contract
    from imagine_harness.harness.judging.judges import judges

    contracts = [contract(file) for file in contract_files]
    try:
        return judges(contracts, choices(readings), strict=strict)
    except NotOnRecord as error:
        raise click.UsageError(str(error)) from error


def conclude(
    title: str,
    exchanges: Sequence[Exchange],
    judges: Mapping[str, Judge],
    wanted: VerdictOptions,
    *,
    unread: Sequence[Unread] = (),
    anew: bool = False,
    more: Sequence[Result] = (),
    seed: str = "",
    unseen: Sequence[str] = (),
    declared_hosts: Sequence[DeclaredHost] = (),
) -> int:
    """Judge exchanges, print the verdict, write the reports; the exit code.

    Args:
        title: what was done, in a few words.
        exchanges: what was sent and answered.
        judges: by their providers' names.
        wanted: what was asked for.
        unread: what was recorded and could not be read.
        anew: judge also what our own mocks have judged before.
        more: what else was found.
        seed: what makes the same run again, "" for none.
        unseen: why requests may not be seen, a sentence each; told where none was.
        declared_hosts: hosts of which it was said whose contract they speak.

    Raises:
        click.UsageError: a report cannot be written.
    """
    from imagine_harness.harness.judging import reporting
    from imagine_harness.harness.judging.faults import fault_reactions
    from imagine_harness.harness.judging.judge import results
    from imagine_harness.harness.judging.requests import judged
    from imagine_harness.harness.judging.unjudged import not_read
    from imagine_harness.harness.judging.verdict import render
    from imagine_harness.harness.reports.formats import FormatError
    from imagine_harness.harness.traffic.errors import RecordingError

    conversation = judged(exchanges, judges, anew=anew, declared_hosts=declared_hosts)
    faults = fault_reactions([each.exchange for each in conversation if each.is_known])
    found = [*results(conversation, judges), *(each.result() for each in faults), *more]
    found += not_read(unread)
    made = reporting.reported(title, found, wanted, judges, seed)
    click.echo(render(made, conversation, faults), nl=False)
    try:
        click.echo(reporting.finished(made, exchanges, wanted), nl=False)
    except (FormatError, RecordingError) as error:
        raise click.UsageError(f"--report: {error}") from error
    count = sum(each.looked_at and not each.is_fetch for each in conversation)
    if not count:
        why = _nothing(conversation, unread)
        click.echo(f"imagine-harness: nothing was judged, {why}", err=True)
        if not wanted.allow_empty:
            click.echo(_reasons(unseen), nl=False, err=True)
    return reporting.code(made, count, wanted, len(unread))


def _nothing(conversation: Sequence[JudgedExchange], unread: Sequence[Unread]) -> str:
    """Why there was nothing to judge."""
    if any(each.unread and each.exchange.provenance.is_ours for each in conversation):
        return "no request came whole"
    if any(each.unread for each in conversation):
        return "what was sent was not recorded"
    if unread:
        return "what there is could not be read"
    fetched = any(each.is_fetch for each in conversation)
    return "only pictures were fetched" if fetched else "no request to a provider was seen"


def _reasons(unseen: Sequence[str]) -> str:
    """Why requests may not be seen, as a list; "" if nothing is known."""
    if not unseen:
        return ""
    entry = textwrap.TextWrapper(100, initial_indent="  - ", subsequent_indent="    ")
    return "".join(f"{line}\n" for line in ("possible reasons:", *map(entry.fill, unseen)))
