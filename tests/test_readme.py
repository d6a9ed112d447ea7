"""Every sentence of the README that can be checked, checked."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.contracts.model import Certainty
from imagine_harness.harness.cli import VERBS, command_line
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from tests.readme import CONTRACTS, MY_FAL, PROGRAM, PROJECT, ROOT, TOP, named, passed


@cache
def curl() -> tuple[str, dict[str, str], Any, Any]:
    """The example call: its URL, its headers, its body and the answer that is shown."""
    block = next(block for block in TOP.blocks("console") if "curl" in block)
    command, _, answer = block.removeprefix("$ ").replace("\\\n", " ").partition("\n")
    words = shlex.split(command)
    given = {words[at]: words[at + 1] for at in range(len(words) - 1) if words[at] in ("-H", "-d")}
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    url = next(word for word in words if word.startswith("http"))
    split = (header.partition(": ") for header in headers)
    return url, {name: value for name, _, value in split}, given["-d"], json.loads(answer)


def test_it_begins_with_two_commands_of_one_line_each() -> None:
    first, second = TOP.blocks("sh")

    assert first.count("\n") == second.count("\n") == 1
    assert TOP.text.index("```sh") == TOP.text.index("```")


def test_the_first_command_installs_the_checkout_and_runs_the_demo() -> None:
    install, demo = TOP.blocks("sh")[0].strip().split(" && ")[1:]

    assert install == ".venv/bin/python -m pip install --quiet --editable ."
    assert demo == ".venv/bin/imagine-harness demo"
    assert PROJECT["project"]["scripts"] == {"imagine-harness": "imagine_harness.harness.cli:main"}


def test_the_second_command_installs_what_the_tests_need_and_runs_them() -> None:
    install, tests = TOP.blocks("sh")[1].strip().split(" && ")[1:]
    needed = PROJECT["project"]["optional-dependencies"]

    assert install == ".venv/bin/python -m pip install --quiet --editable '.[dev]'"
    assert tests == ".venv/bin/python -m pytest -n auto"
    assert [each for each in needed["dev"] if each.startswith("pytest-xdist")]


@pytest.mark.parametrize("provider", load.mocked())
def test_the_introduction_names_every_provider(provider: str) -> None:
    assert recorded(provider).provider.title in TOP.text.partition("\n## ")[0]


def test_the_command_says_what_the_readme_shows() -> None:
    url, headers, body, _ = curl()
    shown = next(
        block for block in TOP.blocks("console") if block.startswith("$ imagine-harness serve")
    )
    lines = [line for line in shown.splitlines()[1:] if line != "…"]

    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--port", "0", "--seed", "1389713402"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        told = [next(iter(process.stdout.readline, ""))]
        while " ready on " not in told[-1]:
            told.append(process.stdout.readline())
        port = told[-1].partition("127.0.0.1:")[2].partition(" ")[0]
        httpx.post(url.replace("4010", port), headers=headers, content=body, trust_env=False)
        told.append(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
    said = [re.sub(r"^\d\d:\d\d:\d\d", "12:00:01", each.rstrip("\n")) for each in told]

    assert [line for line in lines if line.replace(":4010", f":{port}") not in said] == []


def test_the_example_call_is_answered_as_shown() -> None:
    url, headers, body, shown = curl()
    with serving(App(Settings(seed=1))) as address, httpx.Client(trust_env=False) as http:
        here = url.replace("http://127.0.0.1:4010", address)
        answer = http.post(here, headers=headers, content=body)

    assert answer.status_code == 422
    assert answer.json() == shown


def test_the_example_passes_with_ones_own_client(tmp_path: Path) -> None:
    example = TOP.blocks("python")[0]

    assert passed(tmp_path, MY_FAL + example).startswith("1 passed")


def test_the_verbs_are_all_of_them() -> None:
    listed = {name.split()[0] for row in TOP.rows("Verbs") for name in named(row[0])}

    assert sorted(listed) == sorted(VERBS)


@pytest.mark.parametrize("option", ["--readings", "--promises", "--json"])
def test_list_has_the_options_that_the_table_names(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"`{option}`" in TOP.section("Verbs")
    assert command_line(["list", "fal", option]) == ExitCode.CLEAN
    assert capsys.readouterr().out


def test_the_exit_codes_are_the_ones_in_use() -> None:
    stated = "0 clean, 1 findings, 2 usage or environment, 3 could not look."

    assert f"Exit codes: {stated}" in TOP.text
    assert {code.name: code.value for code in ExitCode} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "UNCHECKED": 3,
    }


def test_the_table_of_what_is_on_record_is_what_is_on_record() -> None:
    found = []
    for name in load.mocked():
        on_record = recorded(name)
        operations = {key: 0 for contract in on_record.contracts for key in contract.operations}
        found.append([name, ", ".join(operations), f"`/{name}{on_record.provider.bases[0].path}`"])

    assert TOP.rows("On record") == found


def test_the_certainties_are_the_stated_ones() -> None:
    stated = re.findall(r"\*([a-z]+)\*", CONTRACTS.section("Certainty and readings"))

    assert stated == [str(certainty) for certainty in Certainty]


def test_the_first_page_is_under_nine_kilobytes() -> None:
    assert len(TOP.text.encode()) < 9_000


def test_the_marker_of_long_campaigns_exists() -> None:
    (marker,) = PROJECT["tool"]["pytest"]["ini_options"]["markers"]

    assert "`pytest -m campaign`" in TOP.section("The house")
    assert marker.startswith("campaign: ")


def test_the_licence_is_the_stated_one() -> None:
    assert TOP.text.rstrip().endswith("MIT licence.")
    assert PROJECT["project"]["license"] == "MIT"


def test_a_request_is_judged_from_python_as_it_is_shown() -> None:
    [example] = CONTRACTS.blocks("python")

    exec(compile(example, "contracts/README.md", "exec"), {})
