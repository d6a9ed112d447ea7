"""What the subjects of `check` have in common: their options, and the run of pytest underneath."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from imagine_harness.harness.cli.common.arguments import choices
from imagine_harness.harness.cli.common.options import VERDICT, options
from imagine_harness.harness.results.exit_codes import ExitCode

F = TypeVar("F", bound=Callable[..., Any])

ENDS: Mapping[int, ExitCode] = {0: ExitCode.CLEAN, 1: ExitCode.FINDINGS, 5: ExitCode.UNCHECKED}
"""pytest's exit codes in ours; any other is one of usage."""

OF_THE_RUN = frozenset({"arguments", "fail_on", "waivers", "reports"})
"""Options of the run of pytest; all others are of the declaration."""

TO_PYTEST = {"ignore_unknown_options": True}
"""Options that are none of ours are pytest's."""

_OPTIONS = (
    click.option(
        "--only",
        "promises",
        multiple=True,
        metavar="PROMISE",
        help="Check this promise only, as in client.returns or 'client.surfaces[*]'; "
        "imagine-harness list --promises has them all.",
    ),
    click.option(
        "--examples", type=click.IntRange(1), help="Bodies that each promise is tried with."
    ),
    click.option(
        "--seed", type=int, default=1, show_default=True, help="Decide bodies, ids and pictures."
    ),
    click.option(
        "--reading", "readings", multiple=True, metavar="ID=CHOICE", help="Choose a reading."
    ),
    *VERDICT,
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="FORMAT=FILE",
        help="Write a report: html, json, junit or markdown; github prints annotations.",
    ),
    click.argument("arguments", nargs=-1, type=click.UNPROCESSED, metavar="[PYTEST OPTIONS]"),
)


def common(function: F) -> F:
    """The options that every subject of `check` takes."""
    return options(*_OPTIONS)(function)


def declaration(chosen: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """The keyword arguments of a declaration in `harness.suites.declare`."""
    given = {name: value for name, value in chosen.items() if name not in OF_THE_RUN} | more
    given["promises"] = list(given["promises"])
    given["readings"] = choices(given["readings"])
    if given["examples"] is None:
        del given["examples"]  # each kind of subject has its own number
    return given


def run(
    module: str, chosen: Mapping[str, Any], environment: Mapping[str, str] | None = None
) -> int:
    """Run a test module, given as text, under pytest, in this process; the exit code, in ours."""
    import pytest

    with tempfile.TemporaryDirectory() as folder, _as_a_command(environment or {}):
        file = Path(folder) / "test_subject.py"
        file.write_text(module, encoding="utf-8")
        ended = pytest.main(
            [
                *(str(file), "--rootdir", folder, "--import-mode=importlib"),
                *("-c", os.devnull, "-o", f"cache_dir={Path.cwd() / '.pytest_cache'}"),
                *("-q", "--tb=short", "-p", "no:schemathesis", "-W", "ignore"),
                *("--harness-fail-on", chosen["fail_on"]),
                *(
                    word
                    for each in chosen["waivers"]
                    for word in ("--harness-waive", str(each.resolve()))
                ),
                *(word for each in chosen["reports"] for word in ("--harness-report", each)),
                *chosen["arguments"],
            ],
        )
    return ENDS.get(ended, ExitCode.USAGE)


@contextmanager
def _as_a_command(environment: Mapping[str, str]) -> Iterator[None]:
    """Have pytest find these variables, and what it would as `python -m pytest`."""
    before, path = dict(os.environ), list(sys.path)
    os.environ.update(environment)
    sys.path.insert(0, str(Path.cwd()))
    try:
        yield
    finally:
        sys.path[:] = path
        os.environ.clear()
        os.environ.update(before)
