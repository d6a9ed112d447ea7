"""Judge recorded traffic without replaying it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.harness.cli.common.options import CONTRACTS, READINGS, options, output_option
from imagine_harness.harness.cli.common.output import print_unread
from imagine_harness.harness.cli.common.verdicts import (
    all_judges,
    common,
    conclude,
    verdict_options,
)
from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imagine_harness.harness.judging.destinations import DeclaredHost
    from imagine_harness.harness.traffic.files import Traffic


@click.command("judge")
@options(
    click.argument(
        "places", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE..."
    ),
    click.option(
        "--format",
        "converted",
        type=click.Choice(["har"]),
        help="Convert instead of judging: all that was read, as one HAR without secrets.",
    ),
    output_option("Where the converted traffic goes; by default it is printed."),
    click.option(
        "--host",
        "hosts",
        multiple=True,
        metavar="HOST[:PORT][/PREFIX]=PROVIDER",
        help="Judge calls to a host by the contract that it speaks, as a gateway does. PREFIX is "
        "where the provider's paths begin there, or its base URL.",
    ),
    *READINGS,
    *CONTRACTS,
)
@common
def command(
    places: tuple[Path, ...],
    converted: str | None,
    file: Path | None,
    hosts: tuple[str, ...],
    strict: bool,
    readings: tuple[str, ...],
    contract_files: tuple[Path, ...],
    **chosen: Any,
) -> int:
    """Judge recorded traffic without replaying it.

    FILE is a HAR, a cassette of VCR and its kin, an export of Insomnia, a journal of 'serve
    --journal', a recorded example, a folder or a ZIP archive of them, or - for standard input; each
    may be packed with gzip. Its format is known by its content. Requests are judged against the
    rules, answers against shapes and promises, conversations about tasks against the states on
    record. What belongs to no recorded operation or model is listed, not judged. Credentials are
    not judged, since whoever records leaves them out.

    A journal has the verdicts of the mocks already; with --strict, --reading or --contract its
    requests are judged anew.

    Where a provider itself answers otherwise than is on record, the record is in doubt and not the
    client: a warning, with the command that records it. An id may be used again where both calls
    were answered.

    What was not recorded, and what cannot be read, is listed with its reason; the rest is judged.

    Exit code 0 clean, 1 findings, 2 usage, 3 when nothing could be judged.
    """
    from imagine_harness.harness.traffic.files import traffic

    if file is not None and converted is None:
        raise click.UsageError("-o takes what --format converts, expected --format har")
    if converted is not None and chosen["reports"]:
        raise click.UsageError("--format converts and judges nothing, expected no --report with it")
    wanted = verdict_options(**chosen)
    declared_hosts = _declared_hosts(hosts)
    judges = all_judges(strict=strict, readings=readings, contract_files=contract_files)
    found = traffic(places)
    if converted is not None:
        return _convert(found, file)
    anew = bool(strict or readings or contract_files)
    return conclude(
        "imagine-harness judge",
        found.exchanges,
        judges,
        wanted,
        unread=found.unread,
        anew=anew,
        declared_hosts=declared_hosts,
    )


def _declared_hosts(words: Iterable[str]) -> list[DeclaredHost]:
    from imagine_harness.harness.judging.destinations import DeclaredHost, DestinationError

    try:
        return [DeclaredHost.parse(word) for word in words]
    except DestinationError as error:
        raise click.UsageError(f"--host: {error}") from error


def _convert(found: Traffic, file: Path | None) -> int:
    from imagine_harness.harness.traffic import har_writer
    from imagine_harness.harness.traffic.errors import RecordingError

    print_unread(found.unread)
    try:
        if file is None:
            click.echo(har_writer.render(found.exchanges), nl=False)
        else:
            har_writer.write(found.exchanges, file)
    except RecordingError as error:
        raise click.UsageError(str(error)) from error
    return ExitCode.CLEAN if found.exchanges or not found.unread else ExitCode.UNCHECKED
