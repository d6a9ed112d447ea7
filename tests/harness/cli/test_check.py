"""A client checked from the command line: what it keeps and breaks, what cannot be looked at."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from imagine_harness.harness.results.exit_codes import ExitCode

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Checked, Run

CLIENT = """
import httpx


def right(case):
    key = {"Authorization": f"Key {case.api_key}"}
    url = f"{case.base_url}/xai/grok-imagine-image"
    with httpx.Client(trust_env=False) as http:
        answer = http.post(url, json=case.arguments, headers=key).raise_for_status().json()
    return [each["url"] for each in answer["images"]]


async def right_too(case):
    return right(case)


def limited(case):
    images = [httpx.get(url, trust_env=False).content for url in right(case)]
    if any(len(image) > 200_000 for image in images):
        raise ValueError("an image of more than 200000 bytes came")
    return images


def wrong(case):
    case.arguments.pop("num_images", None)
    return right(case)
"""


@pytest.fixture
def client(tmp_path: Path) -> Path:
    file = tmp_path / "mine.py"
    file.write_text(CLIENT, encoding="utf-8")
    return file


def test_a_broken_promise_is_a_finding_with_the_call_that_shows_it(
    checked: Checked, client: Path
) -> None:
    code, out = checked(
        *("client", f"{client}::wrong", "--operation", "fal.generate"),
        *("--only", "client.forwards[num_images]"),
    )

    assert code == ExitCode.FINDINGS
    assert "num_images was dropped, given" in out
    assert "asked     fal.generate" in out
    assert "1 failed" in out


def test_a_client_with_a_limit_fails_on_heavy_pictures(checked: Checked, client: Path) -> None:
    code, out = checked(
        *("client", f"{client}::limited", "--operation", "fal.generate"),
        *("--only", "client.returns[default]", "--pictures", "heavy"),
    )

    assert code == ExitCode.FINDINGS
    assert "an image of more than 200000 bytes came" in out


def test_a_client_that_keeps_its_promises_is_clean_and_pytest_has_its_options(
    checked: Checked, client: Path, tmp_path: Path
) -> None:
    report = tmp_path / "report.xml"
    code, out = checked(
        *("client", f"{client}::right_too", "--operation", "fal.generate", "--examples", 2),
        *("-k", "conforms", "--", f"--junitxml={report}"),
    )

    assert code == ExitCode.CLEAN
    assert "1 passed" in out
    assert "client.conforms" in report.read_text(encoding="utf-8")


def test_pytest_finds_plugins_in_the_working_directory(
    checked: Checked, client: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = "def pytest_terminal_summary(terminalreporter): terminalreporter.line('chirp')"
    here = tmp_path / "here"
    here.mkdir()
    (here / "cricket.py").write_text(plugin, encoding="utf-8")
    monkeypatch.chdir(here)
    _, out = checked(
        *("client", f"{client}::right", "--operation", "fal.generate"),
        *("--only", "client.conforms", "--examples", 1, "-p", "cricket"),
    )

    assert "chirp" in out
    assert str(here) not in sys.path


def test_nothing_checked_is_never_a_pass(checked: Checked, client: Path) -> None:
    code, _ = checked(
        "client", f"{client}::right", "--operation", "fal.generate", "--", "-k", "nothing"
    )

    assert code == ExitCode.UNCHECKED


@pytest.mark.parametrize(
    ("subject", "operation", "code", "told"),
    [
        ("mine.py", "fal.generate", ExitCode.USAGE, "names no function"),
        ("nowhere.py::f", "fal.generate", ExitCode.USAGE, "no file"),
        (
            "mine.py::absent",
            "fal.generate",
            ExitCode.USAGE,
            "right_too, limited, wrong",
        ),
        ("broken.py::f", "fal.generate", ExitCode.USAGE, "ZeroDivisionError: division by zero"),
        ("mine.py::right", "fal.paint", ExitCode.UNCHECKED, "known: fal.generate, fal.edit"),
        ("mine.py::right", "acme.generate", ExitCode.UNCHECKED, "no provider 'acme'"),
    ],
)
def test_what_cannot_be_checked_is_told_in_one_line(
    cli: Run, client: Path, subject: str, operation: str, code: ExitCode, told: str
) -> None:
    (client.parent / "broken.py").write_text("1 / 0\n", encoding="utf-8")
    ended = cli("check", "client", client.parent / subject, "--operation", operation)

    assert ended.code == code
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_a_promise_that_nobody_makes_is_told_with_those_that_are(cli: Run, client: Path) -> None:
    ended = cli(
        *("check", "client", f"{client}::right"),
        *("--operation", "fal.generate", "--only", "client.sings"),
    )

    assert ended.code == ExitCode.UNCHECKED
    assert "known: client.conforms, client.forwards" in ended.err
