"""Serve the mocks of all providers on one port."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.announcement import Announcement
from imagine_harness.harness.cli.common.arguments import settings
from imagine_harness.harness.cli.common.journal import JOURNAL, keep_journal
from imagine_harness.harness.cli.common.options import MOCKS, options
from imagine_harness.harness.network import is_loopback, own_name, reached_at
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.harness.variables import FromEnvironment

if TYPE_CHECKING:
    from imagine_harness.contracts.exchange import Exchange
    from imagine_harness.harness.tls import Secured
    from imagine_harness.mocks.app import App
    from imagine_harness.mocks.settings import Settings

COLOURS = {
    "conforms": "green",
    "warns": "yellow",
    "violates": "red",
    "refused": "red",
    "unmatched": "red",
    "noted": "bright_black",
    "fault": "magenta",
    "unjudged": "yellow",
}
"""The colour of each verdict in the live lines."""


@click.command("serve", cls=FromEnvironment)
@options(
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=4010,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    click.option(
        "--public-url",
        metavar="URL",
        help="Where clients reach the mocks through a container or a proxy, a path prefix "
        "included; addresses in answers lead there.",
    ),
    click.option(
        "--tls",
        is_flag=True,
        help="Speak https, by an authority of its own whose file is printed.",
    ),
    *MOCKS,
    JOURNAL,
    click.option("--quiet", is_flag=True, help="Print no line for each request."),
)
def command(
    port: int, host: str, tls: bool, journal: Path | None, quiet: bool, **chosen: Any
) -> int:
    """Serve the mocks of all providers on one port.

    Prints a line for each provider with the base URL and the environment variable that its SDK
    reads, then a line for each request: provider.operation, status, verdict.

    Every option can be set by its variable, too; one that may be repeated takes one value a line,
    or several with commas between them.
    """
    from imagine_harness.mocks.app import App, MockError
    from imagine_harness.mocks.server import bound, serve

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.CLEAN))
    with ExitStack() as held, suppress(KeyboardInterrupt):
        try:
            app = App(_guarded(settings(**chosen), host))
            keep_journal(app, journal, held)
            listening = held.enter_context(bound(host, port))
            here, others = reached_at(listening, host)
            secured = held.enter_context(_secured(app, here, others)) if tls else None
        except MockError as error:
            raise click.UsageError(str(error)) from error
        if not quiet:
            app.services.journal.listen(print_exchange)
        scheme, number = "https" if secured else "http", listening.getsockname()[1]
        announcement = Announcement(
            app=app,
            host=host,
            address=f"{scheme}://{here}:{number}",
            others=[f"{scheme}://{other}:{number}" for other in others],
            files=secured.files if secured else None,
            is_secret=chosen["admin_token"] is not None,
        )
        serve(app, listening, announcement.print, secured.context if secured else None)
    return ExitCode.CLEAN


def _guarded(given: Settings, host: str) -> Settings:
    """The settings, with a token for the controls where others can reach them."""
    from imagine_harness.mocks.network.guard import made_token

    if is_loopback(host) or given.admin_token is not None:
        return given
    return replace(given, admin_token=made_token())


def _secured(app: App, here: str, others: Sequence[str]) -> AbstractContextManager[Secured]:
    """TLS for every name by which the mocks are reached."""
    from imagine_harness.harness.tls import securing

    hosts = [here, *others, *([app.public.host] if app.public else [])]
    names = [host.strip("[]").partition("%")[0] for host in hosts]
    return securing([*names, *filter(None, [own_name()])])


def print_exchange(exchange: Exchange) -> None:
    """Print the line of an exchange; nothing that came from outside acts in it."""
    what = f"{exchange.provider}.{exchange.operation or '?'}"
    moment = time.strftime("%H:%M:%S", time.localtime(exchange.time))
    why = ", ".join(filter(None, (_why(exchange), exchange.ending)))
    kind = exchange.verdict.kind
    verdict = f"{kind:<9} {printable(why)}" if why else kind
    coloured = click.style(verdict[:9], fg=COLOURS[kind]) + verdict[9:]
    with suppress(OSError):  # nobody reads on, or the disk is full
        click.echo(f"{moment} {what:<28} {exchange.response.status or '-':<3} {coloured}")


def _why(exchange: Exchange) -> str:
    from imagine_harness.contracts import secrets

    request, verdict = exchange.request, exchange.verdict
    if verdict.fault:
        return verdict.fault
    if verdict.violations:
        worst = secrets.violation((verdict.errors or verdict.violations)[0])
        more = len(verdict.violations) - 1
        return f"{worst.message} [{worst.rule}]" + (f" and {more} more" if more else "")
    why = verdict.aside or verdict.refusal
    return f"{why} {request.method} {secrets.prose(request.path)}" if why else ""
