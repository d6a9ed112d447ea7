"""Options that several verbs share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from imagine_harness.harness.variables import Repeated

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
