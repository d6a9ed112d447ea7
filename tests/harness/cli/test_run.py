"""`run`: any command under the harness, and the verdict on what it sent."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.harness.cli.samples import RULE
from tests.harness.processes import gone, soon

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Ended, Run

NOTHING = "imagine-harness: nothing was judged, no request to a provider was seen"

WRONG = 'call(GOOD | {"prompt": 5})'


def test_a_conforming_program_ends_with_0_and_a_verdict(ran: Callable[..., Ended]) -> None:
    ended = ran("print('hello'); call(GOOD); call(GOOD)")

    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[:2] == ["hello", ""]
    assert lines[3].split() == ["lumenfall.generate", "2", "200", "x2", "conforms", "x2"]
    assert lines[-1] == "imagine-harness run: 1 kept"


def test_the_exit_code_of_the_command_comes_first(ran: Callable[..., Ended]) -> None:
    ended = ran(f"{WRONG}; raise SystemExit(7)")

    assert ended.code == 7
    assert f"broken: {RULE}" in ended.out


@pytest.mark.parametrize(("exits", "code"), [("", 2), ("; raise SystemExit(7)", 7)])
def test_a_report_that_cannot_be_written_is_told_after_the_commands_own_code(
    ran: Callable[..., Ended], tmp_path: Path, exits: str, code: int
) -> None:
    folder = tmp_path / "taken"
    program = f"call(GOOD); open({str(folder)!r}, 'w').close(){exits}"
    ended = ran(program, "--report", f"json={folder / 'report.json'}")

    assert ended.code == code
    assert "--report: " in ended.err
    assert ended.err.count("\n") == 1


def test_no_request_is_no_success(cli: Run) -> None:
    ended = cli("run", "--no-intercept", "--", "true")

    assert ended.code == 3
    assert ended.out.startswith("\nno request to a provider was seen\n")
    assert ended.err.splitlines() == [
        NOTHING,
        "possible reasons:",
        "  - without interception a program comes here only by the addresses in its environment",
    ]
    allowed = cli("run", "--no-intercept", "--allow-empty", "--", "true")
    assert (allowed.code, allowed.err) == (0, f"{NOTHING}\n")
    assert cli("run", "--no-intercept", "--", "false").code == 1


def test_who_cannot_be_intercepted_is_told_where_no_request_was_seen(cli: Run) -> None:
    ended = cli("run", "--", "true")

    assert ended.code == 3
    first, title, *reasons = ended.err.splitlines()
    assert (first, title) == (NOTHING, "possible reasons:")
    assert sum(line.startswith("  - ") for line in reasons) == len(reasons) // 2 == 4
    assert max(map(len, reasons)) <= 100
    told = " ".join(line.strip() for line in reasons)
    assert "reads no proxy variable" in told
    assert "Java, GNU wget, a pinned certificate, Go on macOS and Windows" in told
    assert "the flags that HARNESS_CHROMIUM_FLAGS holds" in told


def test_a_violation_is_waived_or_expected(ran: Callable[..., Ended], tmp_path: Path) -> None:
    waivers = tmp_path / "waivers.toml"
    entry = f'[[waiver]]\nid = "{RULE}"\nreason = "known"\nexpires = 2999-01-01\n'
    waivers.write_text(entry)

    assert ran(WRONG).code == 1
    assert ran(WRONG, "--waive", waivers).code == 0
    expecting = f'call(GOOD | {{"prompt": 5}}, **{{"X-Harness-Expect": "{RULE}"}})'
    assert ran(expecting).code == 0


def test_an_expected_violation_that_never_came_is_a_finding(ran: Callable[..., Ended]) -> None:
    ended = ran(f'call(GOOD, **{{"X-Harness-Expect": "{RULE}"}})')

    assert ended.code == 1
    assert f"X-Harness-Expect promised a violation of '{RULE}', none came" in ended.out


def test_a_fault_is_met_and_how_it_was_taken_is_told(ran: Callable[..., Ended]) -> None:
    ended = ran("call(GOOD); call(GOOD)", "--fault", "lumenfall.generate nth=1 status=429")

    assert ended.code == 0
    told = "lumenfall.generate, request 1: status=429, answered 429: tried again after "
    assert any(line.strip().startswith(told) for line in ended.out.splitlines())


def test_a_call_to_nobody_is_a_finding(ran: Callable[..., Ended]) -> None:
    ended = ran('call(GOOD, path="/images/inventions")')

    assert ended.code == 1
    assert "/openai/v1/images/inventions is no call on record" in ended.out


def test_the_variables_of_openai_lead_to_another_provider(ran: Callable[..., Ended]) -> None:
    assert "xai.generate  1  200" in ran("call(GOOD)", "--openai", "xai").out


def test_a_report_of_each_kind_is_written(ran: Callable[..., Ended], tmp_path: Path) -> None:
    files = {name: tmp_path / f"a.{name}" for name in ("html", "json", "junit", "har")}
    asked = ",".join(f"{name}={file}" for name, file in files.items())
    journal = tmp_path / "a.ndjson"
    ended = ran(WRONG, "--report", f"{asked},github", "--journal", journal, "--min-coverage", 99)

    assert ended.code == 1
    assert "::error " in ended.out
    assert all(RULE in files[name].read_text() for name in ("html", "json", "junit"))
    assert "Bearer ***" in files["har"].read_text()
    told = json.loads(files["json"].read_text())
    assert told["coverage"]["never_touched"]
    assert "coverage.least" in {each["promise"] for each in told["results"]}
    assert len(journal.read_text().splitlines()) == 1


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--openai", "fal"], "--openai: 'fal' cannot be called as openai"),
        (["--report", "pdf=a"], "--report: expected FORMAT=FILE with one of "),
        (["--waive", "nothing.toml"], "--waive: nothing.toml: cannot be read"),
        (["--allow", "a:80"], "allow takes the name of a host"),
        (["--fault", "nothing"], "--fault: "),
        (["--reading", "fal.nothing=1"], "no reading 'fal.nothing'"),
        (["--journal", "no/such/folder"], "--journal no/such/folder: No such file"),
    ],
)
def test_an_option_that_means_nothing_is_refused(cli: Run, options: list[Any], told: str) -> None:
    ended = cli("run", *options, "--", "true")

    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err


def test_a_program_that_is_not_there_is_an_error_of_usage(cli: Run) -> None:
    ended = cli("run", "--no-intercept", "--", "no-such-program")

    assert ended.code == 2
    assert ended.err == "imagine-harness: no-such-program: No such file or directory\n"


def test_a_signal_ends_the_command_and_still_there_is_a_verdict(cli: Run, tmp_path: Path) -> None:
    ready = tmp_path / "ready"
    script = f"trap 'exit 9' TERM; : >{ready}; while :; do sleep 0.01; done"

    def send() -> None:
        ends = time.monotonic() + 20
        while not ready.exists() and time.monotonic() < ends:
            time.sleep(0.005)
        os.kill(os.getpid(), signal.SIGTERM)

    sender = threading.Thread(target=send)
    sender.start()
    ended = cli("run", "--no-intercept", "--", "sh", "-c", script)
    sender.join()

    assert ended.code == 9
    assert ended.out.startswith("\nno request to a provider was seen\n")


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux tells who runs")
def test_what_is_killed_takes_its_command_and_its_folder_along(
    process: Callable[..., subprocess.Popen[str]], tmp_path: Path
) -> None:
    script = "trap 'echo heard' TERM; echo $$; while :; do sleep 0.01; done"
    running = process("run", "--", "sh", "-c", script, TMPDIR=str(tmp_path))
    assert running.stdout is not None
    command = int(running.stdout.readline())
    running.send_signal(signal.SIGTERM)
    assert running.stdout.readline() == "heard\n"  # by now it knows whom it runs
    assert [*tmp_path.iterdir()]
    running.kill()

    assert soon(lambda: gone(command))
    assert soon(lambda: not [*tmp_path.iterdir()])
