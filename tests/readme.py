"""The README, cut into what its tests are about."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

PROGRAM = (
    "import sys; sys.argv[0] = 'imagine-harness'; "
    "from imagine_harness.harness.cli import main; main()"
)
"""The console script, also where we are not installed."""

MY_FAL = (ROOT / "fixtures" / "clients" / "my_fal.py").read_text(encoding="utf-8") + "\n\n"
"""The client that the README's example leaves to its reader."""


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```", TEXT, re.S | re.M)


def section(title: str) -> str:
    return re.split(r"^## ", TEXT.partition(f"\n## {title}\n")[2], flags=re.M)[0]


def rows(title: str) -> list[list[str]]:
    """The cells of the last table of a section, without its head."""
    lines = [line for line in section(title).splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def passed(folder: Path, source: str, *more: str) -> str:
    """The end of what pytest says of a test file that uses the plugin and nothing else of ours."""
    (folder / "test_example.py").write_text(source, encoding="utf-8")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-q", "-W", "error", "--strict-markers"),
            *("-p", "imagine_harness.harness.plugin", "-p", "no:cacheprovider"),
            *("-c", os.devnull, "test_example.py", *more),
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT / ".src"), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    return (done.stdout + done.stderr).rstrip().rpartition("\n")[2]
