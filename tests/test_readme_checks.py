"""What the README says of checks holds: its examples, its table of promises, its options."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click import Group

from imagine_harness.harness.cli import command_line
from imagine_harness.harness.cli.check import command as check
from imagine_harness.harness.reports.formats import FORMATS
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.harness.results.waivers import loaded
from imagine_harness.harness.suites.registry import PROMISES
from tests.readme import MY_FAL, SUITES, TOP, named, passed

SUBJECTS = ("client", "server", "gateway")


def test_the_examples_become_tests_of_ones_own_subjects(tmp_path: Path) -> None:
    examples = SUITES.blocks("python")
    few = "(my_client and forwards) or task.num_images.maximum or (key-order and generate.fal)"

    assert TOP.blocks("python")[1] == examples[0]
    assert [name in each for name, each in zip(SUBJECTS, examples, strict=True)] == [True] * 3
    assert passed(tmp_path, MY_FAL + "".join(examples), "-k", few).startswith("8 passed")


def test_the_promises_are_the_ones_that_are_tried_in_the_same_words() -> None:
    listed = [(named(row[0])[0], row[1]) for row in SUITES.rows("Promises")]

    assert listed == [(each.id, each.says) for each in PROMISES.values()]


def test_the_command_that_lists_promises_works(capsys: pytest.CaptureFixture[str]) -> None:
    assert "`imagine-harness list --promises`" in SUITES.section("Promises")
    assert command_line(["list", "--promises"]) == ExitCode.CLEAN
    assert PROMISES["client.returns"].says in capsys.readouterr().out


def test_a_promise_is_explained_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    shown = next(block for block in SUITES.blocks("console") if " explain " in block)
    command, *lines = shown.splitlines()

    assert command_line(shlex.split(command)[2:]) == ExitCode.CLEAN
    said = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line != "…" and line not in said] == []
    assert len(lines) < len(said)


def test_the_commands_of_checks_have_what_they_are_shown_with() -> None:
    for kind in SUBJECTS:
        assert isinstance(check, Group)
        found = check.commands[kind]
        options = {name for each in found.params for name in each.opts}
        lines = SUITES.section("From the command line").splitlines()
        shown = next(line for line in lines if f" check {kind} " in line)

        assert set(re.findall(r"--[a-z]+", shown.partition(" -- ")[0])) <= options
        assert {"--only", "--examples", "--seed", "--reading", "--fail-on", "--waive"} <= options


def test_the_example_of_a_waiver_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(SUITES.blocks("toml")[0], encoding="utf-8")
    (waiver,) = loaded(file)

    assert waiver.id == "client.retries[503]"


def test_the_formats_of_reports_are_the_ones_named() -> None:
    sentence = SUITES.section("Reports").partition("annotations")[0]

    assert set(FORMATS) <= set(named(sentence))
