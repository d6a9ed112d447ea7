"""What the words of options amount to: readings, routes, the settings of the mocks."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from imagine_harness.harness.cli.common.options import ALL

if TYPE_CHECKING:
    from imagine_harness.contracts.catalog import Catalog
    from imagine_harness.mocks.settings import Settings


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
    from imagine_harness.mocks.network.upstreams import HERE

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
    from imagine_harness.mocks.network.upstreams import HERE

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
