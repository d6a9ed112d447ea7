"""Running the command line: in this process, or as a process of its own."""

from __future__ import annotations

import io
import os
import queue
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import httpx
import pytest

from imagine_harness.harness.cli import command_line
from imagine_harness.mocks import server
from imagine_harness.mocks.app import App
from tests.harness.cli.samples import CALL, MODEL

ROOT = Path(__file__).parents[3]

PROGRAM = (
    "import sys; sys.argv[0] = 'imagine-harness'; "
    "from imagine_harness.harness.cli import main; main()"
)
"""The console script, also where we are not installed."""


@dataclass(frozen=True)
class Ended:
    """How a run ended, and what it said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True)
class Served:
    """A running `serve`: what it said until it was ready, its address, and what it says next."""

    told: list[str]
    address: str
    line: Callable[[], str]

    def post(self, path: str, body: Any, **headers: str) -> httpx.Response:
        """The answer to a JSON body, by default with a key that fits fal."""
        headers = {"Authorization": "Key a:b", **headers}
        with httpx.Client(trust_env=False, base_url=self.address) as client:
            return client.post(path, json=body, headers=headers)

    def get(self, path: str) -> httpx.Response:
        """The answer to a GET without a key."""
        with httpx.Client(trust_env=False, base_url=self.address) as client:
            return client.get(path)


@dataclass(frozen=True)
class ServedThread(Served):
    """One in a thread of this process; `end` has it shut down, and says what else it said."""

    end: Callable[[], list[str]]


@dataclass(frozen=True)
class ServedProcess(Served):
    """One that is a process of its own."""

    process: subprocess.Popen[str]

    def ended(self) -> Ended:
        """How it ended, and what else it said until then."""
        out, err = self.process.communicate(timeout=30)
        return Ended(self.process.returncode, out, err)


class Told(io.TextIOBase):
    """A stream that hands on whole lines, from thread to thread."""

    encoding, errors = "utf-8", "strict"

    def __init__(self) -> None:
        self._lines: queue.SimpleQueue[str] = queue.SimpleQueue()
        self._begun = ""

    def write(self, text: str) -> int:
        """Take in a text."""
        *whole, self._begun = (self._begun + text).split("\n")
        for each in whole:
            self._lines.put(each)
        return len(text)

    def line(self) -> str:
        """The next line."""
        return self._lines.get(timeout=30)

    def rest(self) -> list[str]:
        """The lines that nobody has read yet."""
        return [self._lines.get() for _ in range(self._lines.qsize())]


Run = Callable[..., Ended]
Serve = Callable[..., ServedThread]
ServeProcess = Callable[..., ServedProcess]


@pytest.fixture
def cli(capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run the command line in this process."""

    def ran(*arguments: object) -> Ended:
        code = command_line([str(each) for each in arguments])
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return ran


@pytest.fixture
def ran(cli: Run) -> Callable[..., Ended]:
    """Run a small program without interception, which it does not need."""

    def made(program: str, *options: object) -> Ended:
        command = [sys.executable, "-I", "-S", "-c", CALL + program]
        return cli("run", "--seed", 1, "--no-intercept", *options, "--", *command)

    return made


def started(*arguments: object, **options: Any) -> subprocess.Popen[str]:
    """The command line as a process of its own, its output in pipes."""
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *map(str, arguments)],
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **options},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def process() -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start the command line as a process; it does not outlive the test."""
    running: list[subprocess.Popen[str]] = []

    def start(*arguments: object, **environment: str) -> subprocess.Popen[str]:
        running.append(started(*arguments, **environment))
        return running[-1]

    yield start
    for each in running:
        each.kill()
        with each:
            pass


def announced(line: Callable[[], str]) -> tuple[list[str], str]:
    """What `serve` says until it is ready, and the address that it says last."""
    told: list[str] = []
    while " ready on " not in (said := line()):
        told.append(said)
    return [*told, said], said.partition(" ready on ")[2].split()[0]


@pytest.fixture
def serve(monkeypatch: pytest.MonkeyPatch) -> Iterator[Serve]:
    """Start `serve` on a free port, in a thread of this process."""
    apps: list[App] = []
    threads: list[threading.Thread] = []
    told, begin = Told(), server.serve

    def begun(app: App, *given: Any) -> None:
        apps.append(app)
        begin(app, *given)

    def serving(*arguments: object) -> ServedThread:
        # not before: with each phase of a test pytest puts a stream of its own in place
        usual = sys.stdout
        monkeypatch.setattr(sys, "stdout", told)
        words = ["serve", "--port", "0", *map(str, arguments)]
        threads.append(threading.Thread(target=command_line, args=(words,), daemon=True))
        threads[-1].start()
        return ServedThread(*announced(told.line), told.line, lambda: end(usual))

    def shut_down() -> None:
        for app in apps:
            assert app.on_shutdown is not None
            app.on_shutdown()
        for thread in threads:
            thread.join(30)

    def end(usual: TextIO) -> list[str]:
        shut_down()
        monkeypatch.setattr(sys, "stdout", usual)
        return told.rest()

    monkeypatch.setattr(server, "serve", begun)
    monkeypatch.setattr(signal, "signal", lambda *_: None)
    yield serving
    shut_down()


@pytest.fixture
def serve_process(process: Callable[..., subprocess.Popen[str]]) -> ServeProcess:
    """Start `serve` on a free port as a process of its own, and wait until it is ready."""

    def serving(*arguments: object) -> ServedProcess:
        started = process("serve", "--port", 0, *arguments)
        assert started.stdout is not None
        lines = started.stdout

        def line() -> str:
            said = lines.readline()
            assert said, f"it ended: {started.communicate()}"
            return said.rstrip("\n")

        return ServedProcess(*announced(line), line, started)

    return serving


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """The contract file of a model that nobody records."""
    file = tmp_path / "invented.toml"
    file.write_text(MODEL, encoding="utf-8")
    return file


@pytest.fixture
def python() -> Callable[[str], str]:
    """Run a program in a fresh interpreter; what it prints."""

    def ran(program: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return done.stdout

    return ran


Checked = Callable[..., tuple[int, str]]


@pytest.fixture
def checked(capfd: pytest.CaptureFixture[str]) -> Checked:
    """Run `check`, which runs pytest underneath: the exit code, and all that both of them print."""

    def check(*arguments: object) -> tuple[int, str]:
        code = command_line(["check", *map(str, arguments)])
        sys.modules.pop("test_subject", None)
        said = capfd.readouterr()
        return code, said.out + said.err

    return check


@pytest.fixture
def moved(tmp_path: Path) -> Callable[..., Path]:
    """A page of fal's with replacements made."""

    def made(*replacements: tuple[str, str], name: str = "page.md") -> Path:
        text = (ROOT / "fixtures" / "pages" / "fal" / "grok-imagine-image.md").read_text(
            encoding="utf-8"
        )
        for old, new in replacements:
            assert old in text
            text = text.replace(old, new)
        file = tmp_path / name
        file.write_text(text, encoding="utf-8")
        return file

    return made
