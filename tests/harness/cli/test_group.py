"""The command line as a whole: help, version, verbs that do not exist, and what it imports."""

from __future__ import annotations

import importlib.metadata
import json
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import pytest

from imagine_harness.harness.cli import VERBS
from tests.harness.cli.conftest import ROOT

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Run

HEAVY = ("hypothesis", "schemathesis", "pytest", "starlette", "uvicorn", "rich", "PIL", "httpx")
"""What costs time to import and no help needs."""

LOADED = f"""
import json, sys
from imagine_harness.harness.cli import command_line
codes = [command_line([*verb, "--help"]) for verb in ([], *([each] for each in {list(VERBS)!r}))]
loaded = sorted(set(sys.modules) & set({HEAVY!r}))
print(json.dumps([codes, loaded]))
"""


def test_help_names_every_verb_and_the_exit_codes(cli: Run) -> None:
    ended = cli("--help")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("Usage: imagine-harness ")
    assert "0 clean, 1 findings, 2 usage or environment, 3 could not look" in ended.out
    for verb, told in VERBS.items():
        assert f"  {verb:<8} {told}\n" in ended.out


def test_short_help_is_help(cli: Run) -> None:
    assert cli("-h") == cli("--help")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(cli: Run, verb: str) -> None:
    ended = cli(verb, "--help")

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: imagine-harness {verb} ")
    assert "-h, --help" in ended.out


def test_without_a_verb_help_is_shown_and_it_is_a_usage_error(cli: Run) -> None:
    ended = cli()

    assert (ended.code, ended.out) == (2, cli("--help").out)


def test_a_verb_that_does_not_exist_is_a_usage_error_of_one_line(cli: Run) -> None:
    ended = cli("sevre")

    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("imagine-harness: No such command 'sevre'.")
    assert ended.err.count("\n") == 1


def test_the_version_is_that_of_the_package(cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.metadata, "version", {"imagine-harness": "1.2.3"}.__getitem__)

    assert cli("--version").out == "imagine-harness 1.2.3\n"


def test_help_imports_nothing_that_takes_long(python: Callable[[str], str]) -> None:
    codes, loaded = json.loads(python(LOADED).splitlines()[-1])

    assert codes == [0] * (1 + len(VERBS))
    assert loaded == []


COMMANDS = ("list", "list xai --json", "explain fal.generate", "export runware", "--help")
FORKED = f"""
import io, os, sys
from contextlib import redirect_stdout
from imagine_harness.harness.cli import command_line, main
with redirect_stdout(io.StringIO()):  # what it imports and loads is there for those that follow
    command_line(["list"])
for command in {COMMANDS!r}:
    forked = os.fork()
    if not forked:
        sys.argv[1:] = command.split()
        main()
    code = os.waitstatus_to_exitcode(os.waitpid(forked, 0)[1])
    print(command, "ended with", code, file=sys.stderr, flush=True)
"""


@pytest.fixture(scope="module")
def unread() -> Sequence[str]:
    """What is said on standard error by commands whose output nobody reads, and how they end."""
    given, taken = os.pipe()
    os.close(given)
    with os.fdopen(taken, "wb") as closed:
        done = subprocess.run(
            [sys.executable, "-c", FORKED],
            cwd=ROOT,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    return done.stderr.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_a_reader_that_goes_away_is_no_error(command: str, unread: Sequence[str]) -> None:
    assert f"{command} ended with 0" in unread
    assert len(unread) == len(COMMANDS)


@pytest.mark.parametrize(
    "arguments",
    [
        ("judge", "no\x1b[2J\nimagine-harness: forged\u202e.har"),
        ("explain", "fal.\x1b[2J\nforged\u2028"),
        ("serve", "--journal", "no\x1b[2J\nforged\u202e/a"),
        ("serve", "--fault", "fal.\x1b]0;a\x07\u202e status=429"),
        ("drift", "fal", "no\x1b[2J\n::error::forged.md"),
    ],
)
def test_what_an_argument_says_does_not_act_in_what_is_printed(
    arguments: tuple[str, ...], cli: Run
) -> None:
    ended = cli(*arguments)

    assert ended.code in (2, 3)
    assert not [each for each in ended.out + ended.err if not each.isprintable() and each != "\n"]
    assert not any(line.startswith(("forged", "::")) for line in ended.err.splitlines())
