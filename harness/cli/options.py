"""Options that several verbs share, and the settings of the mocks that they make."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from mocks.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

READINGS = (
    click.option("--strict", is_flag=True, help="Turn every reading to its refusing choice."),
    click.option(
        "--reading",
        "readings",
        multiple=True,
        metavar="ID=CHOICE",
        help="Choose a reading, as in fal.validation-style=documented.",
    ),
)

CONTRACTS = (
    click.option(
        "--contract",
        "contract_files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Add the contract of another model.",
    ),
)

MOCKS = (
    click.option("--seed", type=int, help="Decide ids, seeds and pictures; printed at the start."),
    click.option("--speed", type=float, default=1.0, show_default=True, help="Scale the clock."),
    *READINGS,
    click.option(
        "--fault",
        "faults",
        multiple=True,
        metavar="SPEC",
        help="Let something go wrong, as in 'fal.generate nth=2 status=429'.",
    ),
    click.option(
        "--tasks",
        type=click.Choice(["timed", "immediate", "manual"]),
        default="timed",
        show_default=True,
        help="What ends a task: the clock, its submission, or only /__admin/tasks.",
    ),
    click.option(
        "--allow",
        multiple=True,
        metavar="HOST",
        help="Let webhooks and uploads go out to this host, beside this machine's own addresses.",
    ),
    *CONTRACTS,
    click.option(
        "--provider", "providers", multiple=True, metavar="NAME", help="Serve only this provider."
    ),
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
    made: dict[str, str] = {}
    for word in readings:
        name, equals, choice = word.partition("=")
        if not equals:
            raise click.UsageError(f"--reading expects ID=CHOICE, got {word!r}")
        made[name] = choice
    return made


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
    allow: Iterable[str] = (),
) -> Settings:
    """The mocks' settings that the options amount to.

    Raises:
        click.UsageError: an option means nothing.
        ContractError: a contract file cannot be used.
    """
    from contracts.load import contract
    from mocks.faults import FaultError, parsed
    from mocks.settings import Settings
    from mocks.tasks import Mode

    if speed <= 0:
        raise click.UsageError(f"--speed must be above 0, got {speed:g}")
    try:
        planned = tuple(parsed(spec) for spec in faults)
    except FaultError as error:
        raise click.UsageError(f"--fault: {error}") from error
    return Settings(
        seed=seed,
        speed=speed,
        strict=strict,
        readings=choices(readings),
        faults=planned,
        providers=tuple(providers),
        contracts=tuple(contract(file) for file in contract_files),
        tasks=Mode(tasks),
        allow=tuple(allow),
    )
