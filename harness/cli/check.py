"""Check a subject against what is recorded."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import click

from harness.cli.options import choices
from harness.exit_codes import ExitCode

TEST = """\
from harness.suites.declare import client
from harness.suites.loading import load

test_client = client({operation!r}, readings={readings!r}, promises={only!r}, **{more!r})(
    load({subject!r})
)
"""
"""The test module that pytest runs for a client."""

ENDS = {0: ExitCode.CLEAN, 1: ExitCode.FINDINGS, 5: ExitCode.UNCHECKED}
"""pytest's exit codes in ours; any other is one of usage."""


@click.group("check")
def command() -> None:
    """Check a client against what its provider promises."""


@command.command("client")
@click.argument("subject", metavar="FILE.py::FUNCTION")
@click.option("--operation", required=True, metavar="NAME", help="The operation, fal.generate.")
@click.option(
    "--only",
    multiple=True,
    metavar="PROMISE",
    help="Check this promise only, as in client.returns or 'client.surfaces[*]'.",
)
@click.option("--examples", type=click.IntRange(1), help="Bodies that each promise is tried with.")
@click.option("--seed", type=int, default=1, show_default=True, help="Decide bodies and pictures.")
@click.option("--reading", "readings", multiple=True, metavar="ID=CHOICE", help="Choose a reading.")
@click.argument("pytest_arguments", nargs=-1, metavar="[-- PYTEST ARGUMENTS]")
def client(
    subject: str,
    operation: str,
    only: tuple[str, ...],
    examples: int | None,
    seed: int,
    readings: tuple[str, ...],
    pytest_arguments: tuple[str, ...],
) -> int:
    """Check a client: FUNCTION takes a case, makes one call, and returns the images.

    The case has base_url, urls, api_key and arguments in the provider's own words. What follows
    `--` goes to pytest, under which the promises run: -k, -n, --junitxml, --lf.

    Exit code 0 when every promise was kept, 1 when one was not, 2 when the function cannot be
    loaded, 3 when nothing was checked.
    """
    from harness.suites.declare import client as declared
    from harness.suites.loading import LoadError, load

    more = {"seed": seed, **({"examples": examples} if examples else {})}
    chosen = choices(readings)
    try:
        declared(operation, readings=chosen, promises=only, seed=seed)(load(subject))
    except LoadError as error:
        raise click.UsageError(str(error)) from error
    text = TEST.format(
        operation=operation,
        readings=chosen,
        only=list(only),
        more=more,
        subject=str(Path(subject.partition("::")[0]).resolve()) + "::" + subject.partition("::")[2],
    )
    return _run(text, pytest_arguments)


def _run(text: str, arguments: Iterable[str]) -> int:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test_subject.py"
        file.write_text(text, encoding="utf-8")
        ended = subprocess.run(
            [
                *(sys.executable, "-m", "pytest", str(file), "--rootdir", folder),
                *("-q", "--tb=short", "-p", "no:cacheprovider", "-p", "no:schemathesis"),
                *arguments,
            ],
            check=False,
        )
    return ENDS.get(ended.returncode, ExitCode.USAGE)
