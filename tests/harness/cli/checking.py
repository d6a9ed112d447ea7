"""`check` as a process of its own."""

from __future__ import annotations

import subprocess
import sys


def checked(*arguments: object) -> tuple[int, str]:
    """Its exit code and all that it prints."""
    command = [sys.executable, "-c", "from harness.cli import main; main()", "check"]
    done = subprocess.run(
        [*command, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr
