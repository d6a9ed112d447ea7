"""Watchdogs: what is killed leaves nothing behind, and what ends in order is left alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from imagine_harness.harness.watchdog import folder_watchdog, group_watchdog
from tests.harness.processes import gone, soon

LIVES = """
import subprocess, sys, time
from pathlib import Path
from imagine_harness.harness.watchdog import folder_watchdog, group_watchdog
with group_watchdog() as watch, folder_watchdog(Path(sys.argv[1])):
    child = subprocess.Popen(["sh", "-c", "trap : TERM; sleep 600 & echo $! && wait; sleep 600"],
        stdout=subprocess.PIPE, start_new_session=True)
    watch(child.pid)
    print(child.pid, child.stdout.readline().decode(), flush=True)
    time.sleep(600)
"""
"""A process that is watched, with a child that ignores a polite request and a grandchild."""


@pytest.fixture
def sleeper() -> Iterator[subprocess.Popen[bytes]]:
    with subprocess.Popen(["sleep", "600"], start_new_session=True) as made:
        yield made
        made.kill()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="only Linux tells who runs")
def test_a_group_and_a_folder_end_with_a_process_that_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    (folder / "b").mkdir(parents=True)
    with subprocess.Popen([sys.executable, "-c", LIVES, folder], stdout=subprocess.PIPE) as made:
        assert made.stdout is not None
        child, grandchild = map(int, made.stdout.readline().split())
        made.kill()

    assert soon(lambda: gone(child) and gone(grandchild))
    assert soon(lambda: not folder.exists())


def test_who_leaves_in_order_takes_nothing_along(
    tmp_path: Path, sleeper: subprocess.Popen[bytes]
) -> None:
    with group_watchdog() as watch, folder_watchdog(tmp_path):
        watch(sleeper.pid)

    time.sleep(0.05)
    assert sleeper.poll() is None
    assert tmp_path.exists()


def test_a_watchdog_is_in_no_group_that_gets_its_process_killed(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    with subprocess.Popen(
        [sys.executable, "-c", LIVES, folder], stdout=subprocess.PIPE, start_new_session=True
    ) as made:
        assert made.stdout is not None
        made.stdout.readline()
        os.killpg(made.pid, signal.SIGKILL)

    assert soon(lambda: not folder.exists())


def test_where_there_is_no_shell_nothing_is_watched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imagine_harness.harness.watchdog._SHELL", str(tmp_path / "none"))
    with group_watchdog() as watch, folder_watchdog(tmp_path):
        watch(1)
