"""Options that several verbs share, and the settings of the mocks that they make."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from imagine_harness.contracts.untrusted.printing import printable
from imagine_harness.harness.variables import Repeated

if TYPE_CHECKING:
    from imagine_harness.contracts.catalog import Catalog
    from imagine_harness.harness.traffic.errors import Unread
    from imagine_harness.mocks.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

ALL = "all"
"""Stands for every upstream that is served here, where `--route` has no value."""

READINGS = (
    click.option("--strict", is_flag=True, help="Turn every reading to its refusing choice."),
    click.option(
        "--reading",
        "readings",
        cls=Repeated,
        metavar="ID=CHOICE",
        help="Choose a reading, as in fal.validation-style=documented.",
    ),
)

VERDICT = (
    click.option(
        "--fail-on",
        type=click.Choice(["error", "warning"]),
        default="error",
        show_default=True,
        help="The least level that fails: an error is about a documented fact.",
    ),
    click.option(
        "--waive",
        "waivers",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Excuse what a TOML file lists: id, reason and last day.",
    ),
)

CONTRACTS = (
    click.option(
        "--contract",
        "contract_files",
        cls=Repeated,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Add the contract of another model.",
    ),
)

PICTURES = (
    click.option(
        "--pictures",
        type=click.Choice(["light", "heavy"]),
        default="light",
        show_default=True,
        help="Make pictures of few bytes, or of as many as real ones have.",
    ),
)

MOCKS = (
    click.option("--seed", type=int, help="Decide ids, seeds and pictures; printed."),
    click.option("--speed", type=float, default=1.0, show_default=True, help="Scale the clock."),
    *READINGS,
    click.option(
        "--fault",
        "faults",
        cls=Repeated,
        metavar="SPEC",
        help="Let something go wrong, as in 'fal.generate nth=2 status=429'; a picture's fetch is "
        "fal.media, and is meant only where it is named.",
    ),
    click.option(
        "--tasks",
        type=click.Choice(["timed", "immediate", "manual"]),
        default="timed",
        show_default=True,
        help="What ends a task: the clock, its submission, or only /__admin/tasks.",
    ),
    *PICTURES,
    click.option(
        "--allow",
        cls=Repeated,
        metavar="HOST",
        help="Let webhooks, uploads and routed calls go out to this host, beside this machine's "
        "own addresses.",
    ),
    click.option(
        "--memory",
        metavar="SIZE",
        help="Keep so much of exchanges, tasks and media, by default 1GB; the oldest make room.",
    ),
    click.option(
        "--route",
        "routes",
        is_flag=False,
        flag_value=ALL,
        cls=Repeated,
        metavar="[UPSTREAM=URL]",
        help="Let a gateway's mock hand its calls on to a base URL, or to 'here'; alone, to the "
        "mocks of this very server. A key is taken from the upstream's variable.",
    ),
    click.option(
        "--admin-token",
        metavar="TOKEN",
        help="Let nobody in to /__admin/ without this bearer token; beyond loopback one is made "
        "and printed where none is given.",
    ),
    *CONTRACTS,
    click.option(
        "--provider", "providers", cls=Repeated, metavar="NAME", help="Serve only this provider."
    ),
)


def output_option(
    help_text: str = "Write to a file instead of standard output.",
) -> Callable[[F], F]:
    """The option for the file that `write_output` takes."""
    return click.option(
        "-o", "--output", "file", type=click.Path(path_type=Path), metavar="FILE", help=help_text
    )


def options(*declared: Callable[[F], F]) -> Callable[[F], F]:
    """A decorator that adds several options, in their order."""

    def decorate(function: F) -> F:
        for option in reversed(declared):
            function = option(function)
        return function

    return decorate


def choices(readings: Iterable[str]) -> dict[str, str]:
    """The choices that `ID=CHOICE` words make.

    Raises:
        click.UsageError: a word has no equals sign.
    """
    return assignments(readings, "--reading", "ID=CHOICE")


def assignments(words: Iterable[str], option: str, form: str) -> dict[str, str]:
    """The values by name that `NAME=VALUE` words of an option give.

    Raises:
        click.UsageError: a word has no name, no equals sign or no value.
    """
    made: dict[str, str] = {}
    for word in words:
        name, _, value = word.partition("=")
        if not (name and value):
            raise click.UsageError(f"{option} expects {form}, got {word!r}")
        made[name] = value
    return made


def on_record(
    *,
    providers: Iterable[str] = (),
    strict: bool = False,
    readings: Iterable[str] = (),
    contract_files: Iterable[Path] = (),
) -> Catalog:
    """What is on record, looked at as the options say; for the verbs that need no mock.

    Raises:
        click.UsageError: an option means nothing.
        ContractError: a contract file cannot be used.
    """
    from imagine_harness.contracts.catalog import NotOnRecord, catalog
    from imagine_harness.contracts.loading.load import contract

    own = choices(readings)
    more = [contract(file) for file in contract_files]
    try:
        return catalog(providers, more, own, strict=strict)
    except NotOnRecord as error:
        raise click.UsageError(str(error)) from error


def route(words: Collection[str], providers: Collection[str] = ()) -> dict[str, str]:
    """Where `UPSTREAM=URL` words lead; one without a value to each upstream that is served.

    `providers` are those that are served, none for all that have a mock.

    Raises:
        click.UsageError: a word has no equals sign, or no gateway with an upstream is served.
    """
    from imagine_harness.contracts.loading.load import mocked, names, provider
    from imagine_harness.mocks.settings import HERE

    named = [word for word in words if word != ALL]
    made = assignments(named, "--route", "UPSTREAM=URL or no value")
    if len(named) == len(words):
        return made
    served = [each for each in providers or mocked() if each in names()]
    pools = [pool.values for each in served if (pool := provider(each).prefixes)]
    here = {slug: HERE for pool in pools for slug in pool if slug in served}
    if not here:
        raise click.UsageError("--route: no gateway is served here with an upstream of it")
    return here | made


def route_keys(routed: Mapping[str, str]) -> dict[str, str]:
    """The keys in the environment of the upstreams that are routed to an address."""
    from imagine_harness.contracts.loading.load import names, provider
    from imagine_harness.mocks.settings import HERE

    found: dict[str, str] = {}
    for name, where in routed.items():
        variable = provider(name).credential.variable if name in names() else ""
        if where != HERE and os.environ.get(variable):
            found[name] = os.environ[variable]
    return found


def settings(
    *,
    seed: int | None = None,
    speed: float = 1.0,
    strict: bool = False,
    readings: Iterable[str] = (),
    faults: Iterable[str] = (),
    contract_files: Iterable[Path] = (),
    providers: Iterable[str] = (),
    tasks: str = "timed",
    pictures: str = "light",
    allow: Iterable[str] = (),
    memory: str | None = None,
    routes: Collection[str] = (),
    admin_token: str | None = None,
    public_url: str | None = None,
) -> Settings:
    """The mocks' settings that the options amount to.

    Raises:
        click.UsageError: an option means nothing.
        ContractError: a contract file cannot be used.
    """
    from imagine_harness.contracts.loading.load import contract
    from imagine_harness.mocks.services.budget import MEMORY, size
    from imagine_harness.mocks.services.faults import FaultError, parsed
    from imagine_harness.mocks.services.tasks import Mode
    from imagine_harness.mocks.settings import Settings, weight

    if speed <= 0:
        raise click.UsageError(f"--speed must be above 0, got {speed:g}")
    try:
        planned = tuple(parsed(spec) for spec in faults)
    except FaultError as error:
        raise click.UsageError(f"--fault: {error}") from error
    try:
        kept = MEMORY if memory is None else size(memory)
    except ValueError as error:
        raise click.UsageError(f"--memory: {error}") from error
    providers = tuple(providers)
    routed = route(routes, providers)
    return Settings(
        seed=seed,
        speed=speed,
        strict=strict,
        readings=choices(readings),
        faults=planned,
        providers=providers,
        contracts=tuple(contract(file) for file in contract_files),
        tasks=Mode(tasks),
        pictures=weight(pictures),
        allow=tuple(allow),
        memory=kept,
        route=routed,
        route_keys=route_keys(routed),
        admin_token=admin_token,
        public_url=public_url,
    )


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
