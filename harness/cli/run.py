"""Run any command under the harness, and judge what it sends."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import click

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.cli.common.arguments import settings
from imagine_harness.harness.cli.common.journal import JOURNAL, keep_journal
from imagine_harness.harness.cli.common.options import MOCKS, options
from imagine_harness.harness.cli.common.verdicts import common, conclude, verdict_options


@click.command("run", context_settings={"allow_interspersed_args": False})
@options(
    click.argument(
        "arguments", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND..."
    ),
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=0,
        show_default=True,
        help="Port of the mocks; 0 picks a free one.",
    ),
    click.option(
        "--openai",
        "preferred",
        default="",
        metavar="PROVIDER",
        help="Whose mock the OPENAI_ variables lead to; by default the first whose calls fit, and "
        "a name that does not fit gets the list of them.",
    ),
    click.option(
        "--no-intercept",
        "intercept",
        flag_value=False,
        default=True,
        help="Leave calls to the providers' real hosts alone.",
    ),
    *MOCKS,
    JOURNAL,
)
@common
def command(
    arguments: tuple[str, ...],
    port: int,
    preferred: str,
    intercept: bool,
    journal: Path | None,
    fail_on: str,
    waivers: tuple[Path, ...],
    reports: tuple[str, ...],
    least: float | None,
    allow_empty: bool,
    **chosen: Any,
) -> int:
    """Run any command under the harness, and judge what it sends.

    The mocks are served on a free port. The command gets the variables that the providers' SDKs
    read, and its calls to the providers' real hosts are brought to the mocks. What it prints
    passes through, then comes the verdict.

    A request that breaks a rule on purpose says so by the header X-Harness-Expect: RULE.

    The exit code is the command's own if that is not 0; else 1 when there were findings, and 3
    when no request was seen. It is 2 when an option or the command cannot be used.
    """
    from imagine_harness.harness.judging.reporting import hosts
    from imagine_harness.harness.running.environment import NobodySpeaks
    from imagine_harness.harness.running.live import live
    from imagine_harness.harness.running.program import NoProgram, interruptible, run_program
    from imagine_harness.mocks.app import App, MockError

    wanted = verdict_options(
        fail_on=fail_on, waivers=waivers, reports=reports, least=least, allow_empty=allow_empty
    )
    given = settings(**chosen)
    with interruptible(), ExitStack() as held:
        try:
            app = App(given)
            keep_journal(app, journal, held)
            mocks = held.enter_context(
                live(app, port=port, preferred=preferred, intercept=intercept)
            )
        except MockError as error:
            raise click.UsageError(str(error)) from error
        except NobodySpeaks as error:
            raise click.UsageError(f"--openai: {error}") from error
        try:
            ended = run_program(arguments, mocks.environment)
        except NoProgram as error:
            raise click.UsageError(str(error)) from error
        mocks.stop()
        found, met, unseen = mocks.traffic(), mocks.hosts, mocks.unseen
    more = hosts(met.refused, met.untrusting) if met is not None else []
    # what the command printed may not end with a line feed
    click.echo()
    try:
        verdict = conclude(
            "imagine-harness run",
            found.exchanges,
            app.judges,
            wanted,
            unread=found.unread,
            more=more,
            seed=str(app.seed),
            unseen=unseen,
        )
    except click.UsageError as error:
        if not ended:
            raise
        # the command's own code comes first, also where a report cannot be written
        click.echo(f"imagine-harness: {printable(error.format_message())}", err=True)
        return ended
    return ended or verdict
