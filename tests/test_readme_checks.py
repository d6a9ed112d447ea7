"""What the README says of checks holds: its examples, its table of promises, its options."""

from __future__ import annotations

import re
from pathlib import Path

from click import Group

from imagine_harness.harness.cli.check import command as check
from imagine_harness.harness.reports.formats import FORMATS
from imagine_harness.harness.suites import client, fuzzing, gateway, server
from imagine_harness.harness.waivers import loaded
from tests.readme import MY_FAL, blocks, named, passed, rows, section

CHECK = "Check a client, a server, a gateway"

SUBJECTS = ("client", "server", "gateway")


def test_the_examples_become_tests_of_ones_own_subjects(tmp_path: Path) -> None:
    examples = blocks("python")[2:5]
    few = "(my_client and forwards) or task.num_images.maximum or (key-order and generate.fal)"

    assert [name in each for name, each in zip(SUBJECTS, examples, strict=True)] == [True] * 3
    assert passed(tmp_path, MY_FAL + "".join(examples), "-k", few).startswith("8 passed")


def test_the_promises_are_the_ones_that_are_tried() -> None:
    tried = {
        f"{kind}.{name}": says
        for kind, suite in (("client", client), ("server", server), ("gateway", gateway))
        for name, says in suite.SAYS.items()
    }
    listed = {named(row[0])[0]: row[1] for row in rows(CHECK) if len(row) == 2}

    assert listed == {**tried, "server.schemathesis": fuzzing.SAYS}


def test_the_commands_of_checks_have_what_they_are_shown_with() -> None:
    for kind in SUBJECTS:
        assert isinstance(check, Group)
        found = check.commands[kind]
        options = {name for each in found.params for name in each.opts}
        shown = next(line for line in section(CHECK).splitlines() if f" check {kind} " in line)

        assert set(re.findall(r"--[a-z]+", shown.partition(" -- ")[0])) <= options
        assert {"--only", "--examples", "--seed", "--reading", "--fail-on", "--waive"} <= options


def test_the_example_of_a_waiver_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "waivers.toml"
    file.write_text(blocks("toml")[0], encoding="utf-8")
    (waiver,) = loaded(file)

    assert waiver.id == "client.retries[503]"


def test_the_formats_of_reports_are_the_ones_named() -> None:
    sentence = section(CHECK).partition("**Reports.**")[2].partition("annotations")[0]

    assert set(FORMATS) <= set(named(sentence))
