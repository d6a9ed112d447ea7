"""Draft the contract of a model from its page."""

from __future__ import annotations

from pathlib import Path

import click

from harness.exit_codes import ExitCode


@click.command("record")
@click.argument("provider")
@click.argument("page")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write to a file instead of standard output.",
)
def command(provider: str, page: str, output: Path | None) -> int:
    """Draft the contract of the model of PAGE, a file or - for standard input.

    What could not be read is listed at the head of the draft, which `imagine-harness serve
    --contract FILE` serves at once. Exit code 3 when the page could not be read.
    """
    from harness.drift import arguments
    from harness.drift.draft import draft
    from harness.drift.later import loaded

    facts, raw = arguments.read_page(provider, page)
    text = draft(provider, facts).text(raw, arguments.today())
    # A draft that does not load is refused here, rather than by the first command that needs it.
    with loaded(text, provider, "draft.toml"):
        pass
    if output is None:
        click.echo(text, nl=False)
        return ExitCode.CLEAN
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise click.UsageError(f"--output {output}: {error.strerror}") from error
    return ExitCode.CLEAN
