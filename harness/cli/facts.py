"""Print what is read on a provider's page."""

from __future__ import annotations

import click

from imagine_harness.harness.results.exit_codes import ExitCode


@click.command("facts")
@click.argument("provider")
@click.argument("page")
@click.option(
    "--format",
    "format_",
    type=click.Choice(["json", "text"]),
    default="text",
    show_default=True,
    help="How to print.",
)
def command(provider: str, page: str, format_: str) -> int:
    """Print what the reader reads on PAGE of PROVIDER, a file or - for standard input.

    Exit code 3 when it could not be read.
    """
    from imagine_harness.harness.drift.fact_text import as_json, as_text
    from imagine_harness.harness.drift.page_arguments import read_page

    facts, _ = read_page(provider, page)
    click.echo(as_json(facts) if format_ == "json" else as_text(facts), nl=False)
    return ExitCode.CLEAN
