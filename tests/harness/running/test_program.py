"""Running a command: its exit code, its signals, and that nothing of it is left."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.harness.running.program import NoProgram, interruptible, run_program
from tests.harness.processes import gone, soon


@pytest.mark.parametrize(("script", "code"), [("exit 0", 0), ("exit 7", 7), ("kill -9 $$", 137)])
def test_the_exit_code_is_that_of_the_command(script: str, code: int) -> None:
    assert run_program(["sh", "-c", script], os.environ) == code


def test_a_command_has_the_environment_that_it_is_given() -> None:
    assert run_program(["/bin/sh", "-c", 'test "$OWN$HOME" = 1'], {"OWN": "1"}) == 0


def test_output_and_input_pass_through(capfd: pytest.CaptureFixture[str]) -> None:
    assert run_program(["sh", "-c", "echo out; echo err >&2"], os.environ) == 0
    assert capfd.readouterr() == ("out\n", "err\n")


@pytest.mark.parametrize("command", [["no-such-program"], ["/etc/passwd"], ["a\0b"]])
def test_what_cannot_be_run_is_told(command: list[str]) -> None:
    with pytest.raises(NoProgram) as raised:
        run_program(command, os.environ)

    assert str(raised.value).startswith(f"{command[0]}: ")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_signals_reach_the_command(tmp_path: Path, number: int) -> None:
    ready = tmp_path / "ready"
    script = f"trap 'exit 5' INT TERM HUP; echo >{ready}; while :; do sleep 0.01; done"

    def send() -> None:
        soon(ready.exists)
        os.kill(os.getpid(), number)

    sender = threading.Thread(target=send)
    sender.start()
    code = run_program(["sh", "-c", script], os.environ)
    sender.join()

    assert code == 5


DAEMON = f"{sys.executable} -S -c 'import os, time; os.setsid(); time.sleep(600)'"
"""A command that leaves the group of whoever started it."""


@pytest.mark.parametrize("how", ["sleep 600", DAEMON, "sh -c 'trap : TERM; sleep 600'"])
def test_nothing_that_a_command_started_is_left_running(tmp_path: Path, how: str) -> None:
    left = tmp_path / "left"
    script = f"{how} & echo $! > {left}; sleep 0.2; exit 3"

    assert run_program(["sh", "-c", script], os.environ) == 3
    assert gone(int(left.read_text()))


def test_a_signal_that_comes_while_the_command_starts_reaches_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    popen = subprocess.Popen

    def started(command: list[str], **options: Any) -> subprocess.Popen[bytes]:
        made = popen(command, **options)
        if command[0] == "sleep":
            signal.raise_signal(signal.SIGTERM)
        return made

    monkeypatch.setattr(subprocess, "Popen", started)

    assert run_program(["sleep", "600"], os.environ) == 143


def test_a_signal_beside_the_command_ends_in_order() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with pytest.raises(KeyboardInterrupt), interruptible():
        signal.raise_signal(signal.SIGTERM)

    assert signal.getsignal(signal.SIGTERM) is before
