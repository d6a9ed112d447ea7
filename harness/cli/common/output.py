"""Where the output of a verb goes, and what it says beside it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagine_harness.contracts.untrusted.printing import printable

if TYPE_CHECKING:
    from imagine_harness.harness.traffic.errors import Unread


def write_output(data: bytes, file: Path | None) -> None:
    """Write to a file, or to standard output where none is named.

    Raises:
        click.UsageError: it cannot be written.
    """
    if file is None:
        click.echo(data, nl=False)
        return
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.UsageError(f"--output {file}: {error.strerror}") from error


def print_unread(found: Iterable[Unread]) -> None:
    """Say what of recorded traffic could not be read, a line each."""
    for each in found:
        click.echo(f"imagine-harness: not read: {printable(str(each))}", err=True)
