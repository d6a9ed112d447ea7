"""Servers and gateways checked from the command line, as processes of their own."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.harness.cli.common.gateways import free_port
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.mocks.app import App
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.settings import Settings

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Checked, Run

HERE = "from imagine_harness.harness.cli import main; main()"


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with serving(App(Settings(seed=1))) as url:
        yield url


def test_a_server_that_keeps_its_promises_is_clean(
    checked: Checked, served: str, tmp_path: Path
) -> None:
    report = tmp_path / "report.json"
    code, out = checked(
        *("server", f"{served}/uniall/v1", "--speaks", "uniall"),
        *("--only", "server.authenticates", "--report", f"json={report}", "-k", "generate"),
    )

    assert code == ExitCode.CLEAN
    assert "3 passed" in out
    told = json.loads(report.read_text(encoding="utf-8"))
    assert {each["subject"] for each in told["results"]} == {"server that speaks uniall"}


def test_a_server_that_speaks_otherwise_is_found_out_and_may_be_excused(
    checked: Checked, served: str, tmp_path: Path
) -> None:
    name = "server.refuses[generate.num_images.maximum]"
    url = f"{served}/lumenfall/openai/v1"
    common = ("server", url, "--speaks", "uniall", "--only", name, "--examples", 1)
    code, out = checked(*common)

    assert code == ExitCode.FINDINGS
    assert "accepted with 200, expected a refusal" in out
    assert f"curl -sS -i -g -X POST {url}/images/generations" in out

    waivers = tmp_path / "waivers.toml"
    waivers.write_text(
        f"[[waiver]]\nid = '{name}'\nreason = 'its own envelope'\nexpires = 2999-01-01\n",
        encoding="utf-8",
    )
    code, out = checked(*common, "--waive", waivers)

    assert code == ExitCode.CLEAN
    assert "1 skipped" in out


def test_any_server_that_speaks_openais_api_can_be_checked(checked: Checked, served: str) -> None:
    code, out = checked(
        *("server", f"{served}/uniall/v1", "--speaks", "openai", "--model", "grok-imagine-image"),
        *("--only", "server.keeps[generate.count]", "--examples", 1),
    )

    assert code == ExitCode.CLEAN, out
    assert "1 passed" in out


def test_nothing_that_answers_is_no_pass(cli: Run) -> None:
    ended = cli("check", "server", f"http://127.0.0.1:{free_port()}/v1", "--speaks", "uniall")

    assert ended.code == ExitCode.USAGE
    assert "cannot be reached" in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--speaks", "acme"), ExitCode.UNCHECKED, "no provider 'acme' is recorded"),
        (("--speaks", "openai"), ExitCode.UNCHECKED, "names no model of its own"),
        (("--speaks", "uniall", "--only", "server.sings"), ExitCode.UNCHECKED, "no promise"),
        (("--speaks", "uniall", "--reading", "uniall.x"), ExitCode.USAGE, "expects ID=CHOICE"),
        (("--speaks", "uniall", "--reading", "uniall.x=y"), ExitCode.USAGE, "no reading"),
        ((), ExitCode.USAGE, "Missing option '--speaks'"),
    ],
)
def test_what_cannot_be_held_against_a_server_is_told_in_one_line(
    cli: Run, served: str, arguments: tuple[str, ...], code: ExitCode, told: str
) -> None:
    ended = cli("check", "server", f"{served}/uniall/v1", *arguments)

    assert ended.code == code
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_a_gateway_is_started_with_what_it_must_be_told_and_ended_afterwards(
    checked: Checked,
) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}/lumenfall/openai/v1"
    start = (
        f'exec {sys.executable} -c "{HERE}" serve --port {port} --provider lumenfall --quiet'
        ' --route "fal=$HARNESS_FAL_BASE_URL" --route "xai=$HARNESS_XAI_BASE_URL"'
    )
    code, out = checked(
        *("gateway", url, "--front", "lumenfall", "--upstream", "fal", "--upstream", "xai"),
        *("--only", "gateway.splits[generate.fal]", "--examples", 1),
        *("--", "sh", "-c", start),
    )

    assert code == ExitCode.CLEAN, out
    assert "1 passed" in out
    assert "queue_url=http://127.0.0.1:" in out
    again, told = checked(
        *("gateway", url, "--front", "lumenfall"), *("--upstream", "fal", "--wait", 0)
    )
    assert (again, "cannot be reached" in told) == (ExitCode.USAGE, True)


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (("--front", "lumenfall"), ExitCode.USAGE, "Missing option '--upstream'"),
        (("--front", "lumenfall", "--upstream", "acme"), ExitCode.UNCHECKED, "'acme'"),
        (("--front", "openai", "--upstream", "fal"), ExitCode.UNCHECKED, "names no model"),
        (
            ("--front", "lumenfall", "--upstream", "fal", "--model", "fal"),
            ExitCode.USAGE,
            "expects UPSTREAM=NAME",
        ),
        (("--front", "lumenfall", "--upstream", "fal", "-n", "2"), ExitCode.USAGE, "-n:"),
        (
            ("--front", "lumenfall", "--upstream", "fal", "--", "no-such-program"),
            ExitCode.USAGE,
            "no-such-program: No such file",
        ),
    ],
)
def test_what_cannot_be_held_against_a_gateway_is_told_in_one_line(
    cli: Run, arguments: tuple[str, ...], code: ExitCode, told: str
) -> None:
    ended = cli("check", "gateway", f"http://127.0.0.1:{free_port()}", *arguments)

    assert ended.code == code
    assert told in ended.err
    assert ended.err.count("\n") == 1
