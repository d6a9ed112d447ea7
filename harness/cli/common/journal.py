"""The option `--journal`, which `serve` and `run` share, and what it does."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from imagine_harness.mocks.app import App

JOURNAL = click.option(
    "--journal",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Append every exchange to a file, one JSON line each.",
)


def keep_journal(app: App, journal: Path | None, held: ExitStack) -> None:
    """Append every exchange to a file, if one is named, until the stack is left.

    Raises:
        click.UsageError: it cannot be opened.
    """
    from imagine_harness.mocks.services.journal_file import journal_file

    if journal is None:
        return
    try:
        app.services.journal.listen(held.enter_context(journal_file(journal)))
    except OSError as error:
        raise click.UsageError(f"--journal {journal}: {error.strerror}") from error
