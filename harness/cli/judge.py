"""Judge recorded traffic without replaying it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from harness.cli.options import CONTRACTS, READINGS, options, settings
from harness.exit_codes import ExitCode
from harness.judging.options import common, concluded, terms


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
    click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Where the converted traffic goes; by default it is printed.",
    ),
    *READINGS,
    *CONTRACTS,
)
@common
def command(
    places: tuple[Path, ...],
    converted: str | None,
    output: Path | None,
    strict: bool,
    readings: tuple[str, ...],
    contract_files: tuple[Path, ...],
    **chosen: Any,
) -> int:
    """Judge recorded traffic without replaying it.

    FILE is a HAR, a cassette of VCR.py, a journal of 'serve --journal', a recorded example, or a
    folder of them. Requests are judged against the rules, answers against shapes and promises,
    conversations about tasks against the states on record. What belongs to no recorded operation
    is listed, not judged. Credentials are not judged, since whoever records leaves them out.

    A journal has the verdicts of the mocks already; with --strict, --reading or --contract its
    requests are judged anew.

    Exit code 0 clean, 1 findings, 2 usage, 3 when a file cannot be read or nothing was judged.
    """
    from harness.judging.files import recordings
    from harness.judging.recording import RecordingError
    from mocks.app import App, MockError

    if output is not None and converted is None:
        raise click.UsageError("-o takes what --format converts, expected --format har")
    if converted is not None and chosen["reports"]:
        raise click.UsageError("--format converts and judges nothing, expected no --report with it")
    wanted = terms(**chosen)
    try:
        app = App(settings(strict=strict, readings=readings, contract_files=contract_files))
        found = recordings(places)
    except MockError as error:
        raise click.UsageError(str(error)) from error
    except RecordingError as error:
        click.echo(f"imagine-harness: {error}", err=True)
        return ExitCode.UNCHECKED
    if converted is not None:
        return _convert(found, output)
    anew = bool(strict or readings or contract_files)
    return concluded("imagine-harness judge", found, app, wanted, anew=anew)


def _convert(found: Any, output: Path | None) -> int:
    from harness.judging import har
    from harness.judging.recording import RecordingError

    if output is None:
        click.echo(har.written(found), nl=False)
        return ExitCode.CLEAN
    try:
        har.write(found, output)
    except RecordingError as error:
        raise click.UsageError(str(error)) from error
    return ExitCode.CLEAN
