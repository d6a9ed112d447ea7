"""Check a subject against what is recorded."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from imagine_harness.harness.cli.common.arguments import assignments
from imagine_harness.harness.cli.common.options import PICTURES, options
from imagine_harness.harness.cli.common.pytest_run import TO_PYTEST, common, declaration, run

CLIENT = """\
from imagine_harness.harness.suites.declare import client
from imagine_harness.harness.suites.loading import load

test_client = client({operation!r}, **{given!r})(load({place!r}))
"""
"""The test module that pytest runs for a client."""

SERVER = """\
import os

from imagine_harness.harness.suites.declare import server

test_server = server({provider!r}, api_key=os.environ.get({key!r}), **{given!r})(lambda: {url!r})
"""
"""The test module that pytest runs for a server."""


GATEWAY = """\
import os

from imagine_harness.harness.suites.declare import gateway

declared = gateway({front!r}, {upstreams!r}, api_key=os.environ.get({key!r}), **{given!r})
test_gateway = declared(lambda: {url!r})
"""
"""The test module that pytest runs for a gateway."""

KEY = "HARNESS_API_KEY"
"""The environment variable that holds the credential for a server under check."""


@click.group("check")
def command() -> None:
    """Check a client, a server or a gateway against what its providers promise."""


@command.command("client", context_settings=TO_PYTEST)
@click.argument("subject", metavar="FILE.py::FUNCTION")
@click.option("--operation", required=True, metavar="NAME", help="The operation, fal.generate.")
@click.option("--model", metavar="NAME", help="Which of the models on record, if several.")
@options(*PICTURES)
@common
def client(
    subject: str,
    operation: str,
    model: str | None,
    **chosen: Any,
) -> int:
    """Check a client: FUNCTION takes a case, makes one call, and returns the images.

    The case has base_url, urls, api_key and arguments in the provider's own words. The promises
    run as tests under pytest, whose options go along: -k, -n, --junitxml, --lf.

    Exit code 0 when every promise was kept, 1 when one was not, 2 when the function cannot be
    loaded, 3 when nothing was checked.
    """
    from imagine_harness.contracts.catalog import NotOnRecord
    from imagine_harness.harness.suites.declare import client as declare
    from imagine_harness.harness.suites.loading import LoadError, load

    given = declaration(chosen, model=model)
    try:
        declare(operation, **given)(load(subject))
    except (LoadError, NotOnRecord) as error:
        raise click.UsageError(str(error)) from error
    path, _, function = subject.partition("::")
    place = f"{Path(path).resolve()}::{function}"
    module = CLIENT.format(operation=operation, given=given, place=place)
    return run(module, chosen)


@command.command("server", context_settings=TO_PYTEST)
@click.argument("url", metavar="URL")
@click.option("--speaks", required=True, metavar="PROVIDER", help="Whose contract, or openai.")
@click.option("--model", metavar="NAME", help="The model's name at the server.")
@click.option(
    "--api-key",
    envvar=KEY,
    show_envvar=True,
    help="A credential that the server knows; by default the example on record.",
)
@common
def server(
    url: str,
    speaks: str,
    model: str | None,
    api_key: str | None,
    **chosen: Any,
) -> int:
    """Check a server that claims to speak a provider's contract.

    URL is the base URL as the provider's SDK takes it. Requests go there and nowhere else. The
    promises run as tests under pytest, whose options go along: -k, -n, --junitxml, --lf.

    Exit code 0 when every promise was kept, 1 when one was not, 2 when the server cannot be
    reached, 3 when nothing was checked.
    """
    from imagine_harness.contracts.catalog import NotOnRecord
    from imagine_harness.harness.suites.declare import server as declare
    from imagine_harness.harness.suites.subjects.server import Unreachable, check_reachable

    given = declaration(chosen, model=model)
    try:
        declare(speaks, **given)(lambda: url)
        check_reachable(url)
    except (Unreachable, NotOnRecord) as error:
        raise click.UsageError(str(error)) from error
    module = SERVER.format(provider=speaks, key=KEY, given=given, url=url)
    return run(module, chosen, {} if api_key is None else {KEY: api_key})


class WithCommand(click.Command):
    """A command whose arguments end at `--`: what follows is a command of the user's."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        if "--" in args:
            at = args.index("--")
            args, ctx.meta[COMMAND] = args[:at], args[at + 1 :]
        return super().parse_args(ctx, args)


COMMAND = "harness.command"
"""Where a context keeps what followed the two dashes."""


@command.command("gateway", cls=WithCommand, context_settings=TO_PYTEST)
@click.argument("url", metavar="URL")
@click.option("--front", required=True, metavar="PROVIDER", help="Whose contract, or openai.")
@click.option(
    "--upstream",
    "upstreams",
    multiple=True,
    required=True,
    metavar="PROVIDER",
    help="A provider behind the gateway; repeatable.",
)
@click.option(
    "--model",
    "models",
    multiple=True,
    metavar="UPSTREAM=NAME",
    help="The model that leads to an upstream; by default its name, a slash and the front's model.",
)
@click.option(
    "--upstream-port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    help="Where the upstreams are served; 0 picks a free port.",
)
@click.option(
    "--wait",
    type=click.FloatRange(0),
    default=60.0,
    show_default=True,
    help="Seconds in which the gateway must answer.",
)
@click.option(
    "--api-key",
    envvar=KEY,
    show_envvar=True,
    help="A credential that the front knows; by default the example on record.",
)
@options(*PICTURES)
@common
@click.pass_context
def gateway(
    ctx: click.Context,
    /,
    url: str,
    front: str,
    upstreams: tuple[str, ...],
    models: tuple[str, ...],
    upstream_port: int,
    wait: float,
    api_key: str | None,
    **chosen: Any,
) -> int:
    """Check a gateway: its front, what it sends to its upstreams, and what it makes of answers.

    URL is the front's base URL. Mocks of the upstreams are served; their base URLs and keys are
    printed, the gateway has to use them. With `-- COMMAND` it is started here, with these in its
    environment (HARNESS_FAL_BASE_URL, HARNESS_FAL_API_KEY and so on, and what the providers' SDKs
    read), and ended afterwards. The promises run as tests under pytest, whose options go along.

    Exit code 0 when every promise was kept, 1 when one was not, 2 when the gateway cannot be
    reached, 3 when nothing was checked.
    """
    from imagine_harness.contracts.catalog import NotOnRecord
    from imagine_harness.harness.cli.common.gateways import (
        free_port,
        print_addresses,
        running_gateway,
        upstream_addresses,
        wait_for_answer,
    )
    from imagine_harness.harness.suites.declare import gateway as declare

    if any(
        each == "-n" or each.startswith(("-n=", "--numprocesses")) for each in chosen["arguments"]
    ):
        raise click.UsageError(
            "-n: a gateway has one address for its upstreams, expected no workers"
        )
    port = upstream_port or free_port()
    named = assignments(models, "--model", "UPSTREAM=NAME")
    given = declaration(chosen, models=named, port=port)
    try:
        declare(front, upstreams, **given)(lambda: url)
    except NotOnRecord as error:
        raise click.UsageError(str(error)) from error
    addresses = upstream_addresses(upstreams, port)
    with running_gateway(ctx.meta.get(COMMAND, []), addresses):
        print_addresses(addresses)
        wait_for_answer(url, wait)
        module = GATEWAY.format(
            front=front, upstreams=list(upstreams), key=KEY, given=given, url=url
        )
        return run(module, chosen, {} if api_key is None else {KEY: api_key})
