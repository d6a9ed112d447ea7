"""The README of the project and those of its rooms, cut into what their tests are about."""

from __future__ import annotations

import io
import os
import re
import sys
import tomllib
from contextlib import redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

PROGRAM = (
    "import sys; sys.argv[0] = 'imagine-harness'; "
    "from imagine_harness.harness.cli import main; main()"
)
"""The console script, also where we are not installed."""

MY_FAL = (ROOT / "fixtures" / "clients" / "my_fal.py").read_text(encoding="utf-8") + "\n\n"
"""The client that the examples leave to their reader."""

EXAMPLE = "test_example"
"""The module that examples of tests are put into."""


@dataclass(frozen=True)
class Readme:
    """One README, by its path below the project."""

    path: str

    @property
    def text(self) -> str:
        return (ROOT / self.path).read_text(encoding="utf-8")

    @property
    def sentences(self) -> str:
        """The text without its blocks of code."""
        return re.sub(r"^```.*?^```", "", self.text, flags=re.S | re.M)

    def blocks(self, kind: str) -> list[str]:
        """What stands in its blocks of a language."""
        return re.findall(rf"^```{kind}\n(.*?)^```", self.text, re.S | re.M)

    def section(self, title: str) -> str:
        """What stands under a heading, up to the next of its rank."""
        found = self.text.partition(f"\n## {title}\n")[2]
        assert found, f"{self.path} has no section {title!r}"
        return re.split(r"^## ", found, flags=re.M)[0]

    def prose(self, title: str) -> str:
        """A section on one line."""
        return " ".join(self.section(title).split())

    def rows(self, title: str) -> list[list[str]]:
        """The cells of the table of a section, without its head."""
        lines = [line for line in self.section(title).splitlines() if line.startswith("|")]
        return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines[2:]]


TOP = Readme("README.md")
CONTRACTS = Readme("contracts/README.md")
MOCKS = Readme("mocks/README.md")
SUITES = Readme("harness/suites/README.md")
INTERCEPT = Readme("harness/intercept/README.md")
EVERY = (TOP, CONTRACTS, MOCKS, SUITES, INTERCEPT)


def named(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


def passed(folder: Path, source: str, *more: str) -> str:
    """The end of what pytest says of a test file that uses the plugin and nothing else of ours."""
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(io.StringIO()) as said:
        patch.chdir(folder)
        patch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
        pytest.main([*_options(folder, source), *more])
        sys.modules.pop(EXAMPLE, None)
    return _end(said.getvalue())


def _options(folder: Path, source: str) -> list[str]:
    (folder / f"{EXAMPLE}.py").write_text(source, encoding="utf-8")
    return [
        *("-q", "-W", "error", "--strict-markers", "-p", "imagine_harness.harness.pytest.plugin"),
        *("-p", "no:cacheprovider", "--import-mode=importlib"),
        *("-c", os.devnull, "--rootdir", str(folder), f"{EXAMPLE}.py"),
    ]


def _end(said: str) -> str:
    return said.rstrip().rpartition("\n")[2]
