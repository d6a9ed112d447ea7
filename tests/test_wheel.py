"""The built wheel, in an empty environment and far from the checkout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

from tests.console_script import SERVES, SEVERAL
from tests.namesakes import make_project

ROOT = Path(__file__).parents[1]
FLOORS = ("contracts", "mocks", "harness")

NOT_PACKED = {
    "CHANGES.md": "history for those who edit contracts; no code reads it",
    "README.md": "of a room, for those who read its code; no code reads it",
    "failing-report.svg": "the picture in a README",
}
"""Data of the floors that the wheel may leave out."""

pytestmark = pytest.mark.skipif(
    find_spec("hatchling") is None or find_spec("build") is None,
    reason="builds without a network: needs `build` and `hatchling` in the environment",
)


Ends = dict[str, tuple[int, str, str]]
"""An exit code, standard output and standard error, by the name of a command."""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "build", "--wheel", "--no-isolation"),
            *("--outdir", str(folder), str(ROOT)),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as packed:
        return set(packed.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the installed wheel and nothing else."""
    folder = tmp_path_factory.mktemp("installed")
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--disable-pip-version-check", "--no-compile", "--target", str(folder), str(wheel)),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def environment(installed: Path) -> dict[str, str]:
    """Only what was installed, never the checkout."""
    return {**os.environ, "PYTHONPATH": str(installed), "PYTHONUNBUFFERED": "1"}


@pytest.fixture(scope="module")
def namesakes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("namesakes")
    make_project(folder)
    return folder


COMMANDS = {
    "version": ["--version"],
    "explain": ["explain", "fal.generate.num_images.maximum"],
    "export": ["export", "xai", "-o", "xai.json"],
    "check": [
        *("check", "client", "client.py::images", "--operation", "fal.generate"),
        *("--only", "client.returns[default]", "--examples", "1"),
    ],
    "run": ["run", "--", sys.executable, "client.py"],
}


@pytest.fixture(scope="module")
def ended(installed: Path, namesakes: Path) -> Ends:
    """How pytest and the installed console script ended in another folder, and what they said."""
    script = str(installed / "bin" / "imagine-harness")
    without = ("schemathesis", "cacheprovider", "hypothesispytest", "xdist", "asyncio")
    commands = {
        "pytest": ["pytest", "-q", *(f"-pno:{name}" for name in without)],
        **{name: [script, *words] for name, words in COMMANDS.items()},
    }
    done = subprocess.run(
        [sys.executable, "-c", SEVERAL],
        cwd=namesakes,
        env=environment(installed),
        input=json.dumps(commands),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return {name: tuple(end) for name, end in json.loads(done.stdout.splitlines()[-1]).items()}


Lines = Iterator[str]
Serving = tuple[subprocess.Popen[str], Lines]


@pytest.fixture(scope="module")
def serving(installed: Path, namesakes: Path) -> Iterator[Serving]:
    """The `serve` of the installed wheel, for two tests, and the lines that it prints."""
    script = installed / "bin" / "imagine-harness"
    with subprocess.Popen(
        [sys.executable, "-c", SERVES, script, "serve", "--port", "0"],
        cwd=namesakes,
        env=environment(installed),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, iter(process.stdout.readline, "")
        process.kill()


def address_in(lines: Lines) -> str:
    """Where the mocks are served, once they are."""
    ready = next(line for line in lines if " ready on " in line)
    return ready.partition(" ready on ")[2].split()[0]


def end_in(lines: Lines) -> list[str]:
    """What is printed until the script has ended, without the lines of requests."""
    printed = []
    for line in lines:
        printed.append(line)
        if line.startswith("ended with "):
            break
    return [line for line in printed if not line[0].isdigit()]


def test_it_is_built_for_any_platform_with_the_stated_version(wheel: Path) -> None:
    assert wheel.name == "imagine_harness-0.1.0-py3-none-any.whl"


def test_it_holds_every_file_of_the_floors(names: set[str]) -> None:
    files = {
        f"imagine_harness/{file.relative_to(ROOT)}"
        for floor in FLOORS
        for file in (ROOT / floor).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts and file.name not in NOT_PACKED
    }

    assert "imagine_harness/contracts/format.schema.json" in files
    assert sorted(files - names) == []


def test_it_holds_no_readme_and_no_picture_of_one(names: set[str]) -> None:
    assert [name for name in names if name.endswith(("README.md", ".svg"))] == []


def test_it_holds_every_recorded_exchange(names: set[str]) -> None:
    exchanges = ROOT / "fixtures" / "exchanges"
    files = {
        f"imagine_harness/contracts/exchanges/{file.relative_to(exchanges)}"
        for file in exchanges.rglob("*.json")
    }

    assert len(files) > 20
    assert sorted(files - names) == []


def test_it_adds_one_importable_name_that_is_typed(names: set[str]) -> None:
    tops = {name.partition("/")[0] for name in names}

    assert tops == {"imagine_harness", "imagine_harness-0.1.0.dist-info"}
    assert "imagine_harness/py.typed" in names


def test_it_says_its_licence_its_script_and_its_plugin(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as packed:
        info = "imagine_harness-0.1.0.dist-info"
        metadata = packed.read(f"{info}/METADATA").decode()
        entries = packed.read(f"{info}/entry_points.txt").decode().split("\n")

    assert "License-Expression: MIT" in metadata
    assert "Requires-Python: >=3.11" in metadata
    assert "imagine-harness = imagine_harness.harness.cli:main" in entries
    plugin = entries[entries.index("[pytest11]") + 1]
    assert plugin == "imagine-harness = imagine_harness.harness.pytest.plugin"


def test_it_is_used_from_where_it_was_installed(installed: Path, ended: Ends) -> None:
    assert Path(ended["from"][1]) == installed / "imagine_harness" / "contracts"


def test_it_knows_its_version(ended: Ends) -> None:
    assert ended["version"] == (0, "imagine-harness 0.1.0\n", "")


def test_it_explains_a_rule_with_an_answer_of_the_mock(ended: Ends) -> None:
    code, out, err = ended["explain"]

    assert (code, err) == (0, "")
    assert "answer      422 " in out


def test_it_exports_the_recorded_examples(ended: Ends, namesakes: Path) -> None:
    call = json.loads((namesakes / "xai.json").read_bytes())["paths"]["/v1/images/generations"]
    body = call["post"]["requestBody"]["content"]["application/json"]

    assert ended["export"] == (0, "", "")
    assert "generate" in body["examples"]


def test_it_serves_and_judges_and_is_shut_down(
    serving: Serving,
) -> None:
    _, lines = serving
    address = address_in(lines)
    with httpx.Client(trust_env=False, headers={"Authorization": "Bearer key"}) as http:
        url = f"{address}/xai/v1/images/generations"
        legal = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
        accepted = http.post(url, json=legal)
        picture = http.get(accepted.json()["data"][0]["url"])
        refused = http.post(url, json={**legal, "n": 11})
        http.post(f"{address}/__admin/shutdown")

    assert end_in(lines) == ["ended with 0\n"]
    assert accepted.status_code == 200
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert refused.status_code == 400
    assert "n must be at most 10, got 11" in refused.json()["error"]


@pytest.mark.parametrize(
    ("command", "told"), [("pytest", "1 passed"), ("check", "1 kept"), ("run", "1 kept")]
)
def test_a_project_may_have_packages_of_the_same_names(
    command: str, told: str, ended: Ends
) -> None:
    code, out, err = ended[command]

    assert (code, told in out) == (0, True), out + err


def test_it_is_served_beside_packages_of_the_same_names_and_stops_cleanly_when_it_is_terminated(
    serving: Serving,
) -> None:
    process, lines = serving
    health = httpx.get(f"{address_in(lines)}/__admin/health", trust_env=False)
    process.send_signal(signal.SIGTERM)

    assert health.status_code == 200
    assert end_in(lines) == ["ended with 0\n"]
