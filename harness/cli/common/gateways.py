"""A gateway that is checked from the command line: what it is told, started and waited for."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import click

from imagine_harness.harness.reports.tables import format_field
from imagine_harness.harness.running.inheritance import inherited

if TYPE_CHECKING:
    from imagine_harness.harness.suites.subjects.gateway import UpstreamAddress

BETWEEN_KNOCKS = 0.2
"""Real seconds after which a gateway that does not answer yet is asked again."""

LEAVING = 10.0
"""Real seconds that a gateway has to end after it was told to."""


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def upstream_addresses(upstreams: Iterable[str], port: int) -> dict[str, UpstreamAddress]:
    """What a gateway must be told of its upstreams, served at a port."""
    from imagine_harness.contracts.loading.load import recorded
    from imagine_harness.harness.suites.subjects.gateway import UpstreamAddress

    address = f"http://127.0.0.1:{port}"
    return {name: UpstreamAddress.served(recorded(name), address) for name in upstreams}


def print_addresses(upstreams: Mapping[str, UpstreamAddress]) -> None:
    """Print what a gateway must be told."""
    for name, upstream in upstreams.items():
        for called, url in upstream.urls.items():
            click.echo(format_field(name, f"{called}={url}"))
        click.echo(format_field("", f"api_key={upstream.api_key}"))


def environment(upstreams: Mapping[str, UpstreamAddress]) -> dict[str, str]:
    """The same as environment variables.

    They have names of ours, and where no two are alike those that the providers' SDKs read.
    """
    from imagine_harness.contracts.loading.load import recorded

    ours: dict[str, str] = {}
    theirs: list[tuple[str, str]] = []
    for name, upstream in upstreams.items():
        provider = recorded(name).provider
        ours[f"HARNESS_{name.upper()}_API_KEY"] = upstream.api_key
        theirs.append((provider.credential.variable, upstream.api_key))
        for base in provider.bases:
            ours[f"HARNESS_{name.upper()}_{base.name.upper()}"] = upstream.urls[base.name]
            if base.variable:
                theirs.append((base.variable, upstream.urls[base.name]))
    times = Counter(variable for variable, _ in theirs)
    return {**{key: value for key, value in theirs if times[key] == 1}, **ours}


@contextmanager
def running_gateway(
    command: Sequence[str], upstreams: Mapping[str, UpstreamAddress]
) -> Iterator[None]:
    """Run a gateway for the length of a `with` block; without a command somebody else does.

    Raises:
        click.UsageError: there is no such program.
    """
    if not command:
        yield
        return
    variables = {**inherited(), **environment(upstreams)}
    try:
        running = subprocess.Popen([*command], env=variables, start_new_session=True)
    except OSError as error:
        raise click.UsageError(f"{command[0]}: {error.strerror}") from error
    try:
        yield
    finally:
        _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(ProcessLookupError):
            os.killpg(running.pid, number)
        with suppress(subprocess.TimeoutExpired):
            running.wait(LEAVING)
            return


def wait_for_answer(url: str, seconds: float) -> None:
    """Wait until something answers at an address.

    Raises:
        click.UsageError: nothing does in time.
    """
    from imagine_harness.harness.suites.subjects.server import Unreachable, check_reachable

    ends = time.monotonic() + seconds
    while True:
        try:
            check_reachable(url)
        except Unreachable as error:
            if time.monotonic() >= ends:
                raise click.UsageError(str(error)) from error
            time.sleep(BETWEEN_KNOCKS)
        else:
            return
