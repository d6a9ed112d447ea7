"""The built wheel, in an empty environment and far from the checkout."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import httpx
import pytest

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


def ran(installed: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What the installed console script does in another folder."""
    return subprocess.run(
        [sys.executable, installed / "bin" / "imagine-harness", *arguments],
        cwd=folder,
        env=environment(installed),
        capture_output=True,
        text=True,
        check=False,
    )


@contextmanager
def served(installed: Path, folder: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The running `serve` of the installed wheel, and its address."""
    process = subprocess.Popen(
        [sys.executable, installed / "bin" / "imagine-harness", "serve", "--port", "0"],
        cwd=folder,
        env=environment(installed),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with process:
        assert process.stdout is not None
        told = []
        for line in process.stdout:
            told.append(line)
            if " ready on " in line:
                break
        assert " ready on " in told[-1], "".join(told)
        try:
            yield process, told[-1].partition(" ready on ")[2].split()[0]
        finally:
            process.kill()


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


def test_it_is_used_from_where_it_was_installed(installed: Path, tmp_path: Path) -> None:
    code = "from imagine_harness.contracts.loading import load; print(load.ROOT)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment(installed),
        capture_output=True,
        text=True,
        check=True,
    )

    assert Path(done.stdout.strip()) == installed / "imagine_harness" / "contracts"


def test_it_knows_its_version(installed: Path, tmp_path: Path) -> None:
    done = ran(installed, tmp_path, "--version")

    assert (done.returncode, done.stdout, done.stderr) == (0, "imagine-harness 0.1.0\n", "")


def test_it_explains_a_rule_with_an_answer_of_the_mock(installed: Path, tmp_path: Path) -> None:
    done = ran(installed, tmp_path, "explain", "fal.generate.num_images.maximum")

    assert (done.returncode, done.stderr) == (0, "")
    assert "answer      422 " in done.stdout


def test_it_exports_the_recorded_examples(installed: Path, tmp_path: Path) -> None:
    done = ran(installed, tmp_path, "export", "xai", "-o", "xai.json")
    call = json.loads((tmp_path / "xai.json").read_bytes())["paths"]["/v1/images/generations"]
    body = call["post"]["requestBody"]["content"]["application/json"]

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert "generate" in body["examples"]


def test_it_serves_and_judges_and_is_shut_down(installed: Path, tmp_path: Path) -> None:
    with served(installed, tmp_path) as (process, address), httpx.Client(trust_env=False) as http:
        headers = {"Authorization": "Bearer key"}
        url = f"{address}/xai/v1/images/generations"
        legal = {"model": "grok-imagine-image", "prompt": "a lighthouse"}
        accepted = http.post(url, headers=headers, json=legal)
        picture = http.get(accepted.json()["data"][0]["url"])
        refused = http.post(url, headers=headers, json={**legal, "n": 11})
        http.post(f"{address}/__admin/shutdown")

        assert process.wait(timeout=20) == 0
    assert accepted.status_code == 200
    assert picture.content.startswith(b"\xff\xd8\xff")
    assert refused.status_code == 400
    assert "n must be at most 10, got 11" in refused.json()["error"]


def test_it_stops_cleanly_when_it_is_terminated(installed: Path, tmp_path: Path) -> None:
    with served(installed, tmp_path) as (process, _):
        process.send_signal(signal.SIGTERM)

        assert process.wait(timeout=20) == 0
        assert process.stdout is not None
        assert "Traceback" not in process.stdout.read()


NAMESAKES = ("contracts", "fixtures", "harness", "mocks", "tests")
OWN_TEST = """
import contracts, fixtures, harness, mocks, tests
import imagine_harness

def test_both_are_there(mock_provider):
    assert {each.WHOSE for each in (contracts, fixtures, harness, mocks, tests)} == {"mine"}
    assert mock_provider("fal").base_url.startswith("http://127.0.0.1:")
"""
OWN_CLIENT = """
import json
import urllib.request

import harness, mocks

def images(case):
    return called(case.base_url, case.api_key, case.arguments)

def called(base_url, key, arguments):
    assert harness.WHOSE == mocks.WHOSE == "mine"
    headers = {"Authorization": f"Key {key}", "Content-Type": "application/json"}
    url = f"{base_url}/xai/grok-imagine-image"
    asked = urllib.request.Request(url, json.dumps(arguments).encode(), headers)
    with urllib.request.urlopen(asked) as answer:
        return [each["url"] for each in json.load(answer)["images"]]

if __name__ == "__main__":
    called("https://fal.run", "id:secret", {"prompt": "a lighthouse"})
"""


@pytest.fixture
def namesakes(tmp_path: Path) -> Path:
    """A project that has packages of its own by the names of our folders."""
    for name in NAMESAKES:
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('WHOSE = "mine"\n', encoding="utf-8")
    (tmp_path / "tests" / "test_own.py").write_text(OWN_TEST, encoding="utf-8")
    (tmp_path / "client.py").write_text(OWN_CLIENT, encoding="utf-8")
    return tmp_path


def test_a_project_may_have_packages_of_the_same_names(installed: Path, namesakes: Path) -> None:
    tested = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:schemathesis", "-p", "no:cacheprovider"],
        cwd=namesakes,
        env=environment(installed),
        capture_output=True,
        text=True,
        check=False,
    )
    checked = ran(
        *(installed, namesakes, "check", "client", "client.py::images"),
        *("--operation", "fal.generate", "--only", "client.returns[default]", "--examples", "1"),
    )
    watched = ran(installed, namesakes, "run", "--", sys.executable, "client.py")

    assert "1 passed" in tested.stdout, tested.stdout + tested.stderr
    assert (checked.returncode, "1 kept" in checked.stdout) == (0, True), checked.stdout
    assert watched.returncode == 0, watched.stdout + watched.stderr
    with served(installed, namesakes) as (process, address):
        assert httpx.get(f"{address}/__admin/health", trust_env=False).status_code == 200
        process.terminate()
        assert process.wait(timeout=20) == 0
