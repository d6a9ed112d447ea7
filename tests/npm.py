"""Packages of npm, for programs that run on Node."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest


def installed(folder: Path, scripts: Path, packages: Iterable[str]) -> Path:
    """A folder with scripts for Node and the packages that they import.

    Raises:
        pytest.skip.Exception: there is no Node, or the packages cannot be had.
    """
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        pytest.skip("node or npm is not installed")
    for script in scripts.glob("*.mjs"):
        shutil.copy(script, folder)
    options = (
        *("--no-audit", "--no-fund", "--ignore-scripts", "--silent", "--prefix", str(folder)),
        *("--fetch-retries=0", "--fetch-timeout=10000"),
    )
    install = [npm, "install", *options, *packages]
    try:
        done = subprocess.run(
            install, cwd=folder, capture_output=True, text=True, check=False, timeout=40
        )
    except subprocess.TimeoutExpired:
        pytest.skip("npm install took too long, is its registry reachable?")
    if done.returncode != 0:
        pytest.skip(f"npm install failed: {(done.stdout + done.stderr).strip()[:300]}")
    return folder
