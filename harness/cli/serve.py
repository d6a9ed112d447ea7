"""Serve the mocks of all providers on one port."""

from __future__ import annotations

import ipaddress
import signal
import sys
import time
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.printable import printable
from harness.cli.journal import JOURNAL, journalled
from harness.cli.options import MOCKS, options, settings
from harness.exit_codes import ExitCode

if TYPE_CHECKING:
    from mocks.app import App
    from mocks.journal import Exchange
    from mocks.settings import Settings

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


@click.command("serve")
@options(
    click.option(
        "--port",
        type=click.IntRange(0, 65535),
        default=4010,
        show_default=True,
        help="Port to listen on; 0 picks a free one.",
    ),
    click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on."),
    *MOCKS,
    JOURNAL,
    click.option("--quiet", is_flag=True, help="Print no line for each request."),
)
def command(port: int, host: str, journal: Path | None, quiet: bool, **chosen: Any) -> int:
    """Serve the mocks of all providers on one port.

    Prints a line for each provider with the base URL and the environment variable that its SDK
    reads, then a line for each request: provider.operation, status, verdict.
    """
    from mocks.app import App, MockError
    from mocks.server import bound, serve

    signal.signal(signal.SIGTERM, lambda *_: sys.exit(ExitCode.CLEAN))
    with ExitStack() as held, suppress(KeyboardInterrupt):
        try:
            app = App(_guarded(settings(**chosen), host))
            journalled(app, journal, held)
            listening = held.enter_context(bound(host, port))
        except MockError as error:
            raise click.UsageError(str(error)) from error
        if not quiet:
            app.shared.journal.listen(tell)
        shown = f"[{host}]" if ":" in host else host
        address = f"http://{shown}:{listening.getsockname()[1]}"
        is_secret = chosen["admin_token"] is not None
        serve(app, listening, lambda: _announce(app, address, host, is_secret=is_secret))
    return ExitCode.CLEAN


def _guarded(given: Settings, host: str) -> Settings:
    """The settings, with a token for the controls where others can reach them."""
    from mocks.guard import made_token

    if _is_loopback(host) or given.admin_token is not None:
        return given
    return replace(given, admin_token=made_token())


def _announce(app: App, address: str, host: str, *, is_secret: bool) -> None:
    if not _is_loopback(host):
        click.secho(
            f"WARNING: {host} is not a loopback address, others can reach the mocks",
            fg="yellow",
            err=True,
        )
    for name, mock in app.mocks.items():
        for base in mock.provider.bases:
            variable = f"{base.variable}=" if base.variable else ""
            click.echo(f"{name:<12}{variable}{address}/{name}{base.path}")
        credential = mock.provider.credential
        click.echo(f"{'':<12}{credential.variable}={credential.example}")
    token = "" if is_secret or not app.guard.demanded else f" token {app.guard.token}"
    click.echo(f"{'admin':<12}{address}/__admin/{token}")
    click.echo(f"imagine-harness ready on {address} (seed {app.seed})")


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def tell(exchange: Exchange) -> None:
    """Print the line of an exchange; nothing that came from outside acts in it."""
    what = f"{exchange.provider}.{exchange.operation or '?'}"
    moment = time.strftime("%H:%M:%S", time.localtime(exchange.time))
    why = ", ".join(filter(None, (_why(exchange), exchange.ending)))
    verdict = f"{exchange.verdict:<9} {printable(why)}" if why else exchange.verdict
    told = click.style(verdict[:9], fg=COLOURS[exchange.verdict]) + verdict[9:]
    with suppress(OSError):  # nobody reads on, or the disk is full
        click.echo(f"{moment} {what:<28} {exchange.status or '-':<3} {told}")


def _why(exchange: Exchange) -> str:
    from mocks import secrets

    if exchange.fault:
        return exchange.fault
    if exchange.violations:
        worst = secrets.violation((exchange.errors or exchange.violations)[0])
        more = len(exchange.violations) - 1
        return f"{worst.message} [{worst.rule}]" + (f" and {more} more" if more else "")
    why, path = exchange.aside or exchange.refusal, secrets.prose(exchange.path)
    return f"{why} {exchange.method} {path}" if why else ""
