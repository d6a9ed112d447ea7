"""Programs as they are, in four ways to call a provider: `run` names what each does wrong."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from imagine_harness.harness.cli import command_line
from tests.npm import installed

ROOT = Path(__file__).parents[3]
SCRIPTS = ROOT / "fixtures" / "programs"
PACKAGES = ("@fal-ai/client@1.10.1", "@runware/sdk-js@1.3.2")
INTERPRETERS = {".py": sys.executable, ".sh": "sh", ".mjs": "node"}

ALONE = """
import errno, fcntl, socket, struct, sys
with socket.socket() as line:  # a new namespace has a loopback, but it is down
    fcntl.ioctl(line, 0x8914, struct.pack("16sH", b"lo", 0x1 | 0x40))
    assert line.connect_ex(("192.0.2.1", 443)) == errno.ENETUNREACH
from imagine_harness.harness.cli import command_line
sys.exit(command_line(sys.argv[1:]))
"""
"""The command line, where no packet can leave the machine."""


@dataclass(frozen=True)
class Program:
    """A script that takes its mistake as an argument.

    Attributes:
        right: an argument that is no mistake.
        wrong: one that is.
        named: how the mistake is told.
        made: how the address of the picture begins, at the provider's real host.
    """

    script: str
    right: str
    wrong: str
    named: str
    made: str

    def command(self, folder: Path, *, mistaken: bool) -> list[str]:
        """What runs it."""
        file = folder / self.script
        return [INTERPRETERS[file.suffix], str(file), self.wrong if mistaken else self.right]


TOO_MANY = "fal.generate.num_images.maximum: num_images must be at most 4, got 7"
FAL = Program("fal.py", "4", "7", TOO_MANY, "https://v3b.fal.media/files/")
FAL_OF_NODE = Program("fal.mjs", "4", "7", TOO_MANY, "https://v3b.fal.media/files/")
RUNWARE = Program(
    "runware.mjs",
    "1024",
    "1000",
    "runware.task.size-listed: width and height 1000x1024 is not a listed combination, "
    "nearest is 1024x1024",
    "https://im.runware.ai/image/",
)
CLOUDFLARE = Program(
    "cloudflare.sh",
    "2k",
    "8k",
    'cloudflare.generate.resolution.enum: resolution must be one of "1k", "2k", got "8k"',
    "https://examples.aig.cloudflare.com/xai/",
)
ON_NODE = (FAL_OF_NODE, RUNWARE)
ALL = [
    pytest.param(each, id=each.script, marks=[pytest.mark.campaign] if each in ON_NODE else [])
    for each in (FAL, CLOUDFLARE, FAL_OF_NODE, RUNWARE)
]


@pytest.fixture(scope="session")
def on_node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the scripts and the packages that those for Node import."""
    return installed(tmp_path_factory.mktemp("programs"), SCRIPTS, PACKAGES)


@pytest.fixture
def folder(request: pytest.FixtureRequest, program: Program) -> Path:
    """Where a program can be run."""
    if program in ON_NODE:
        found: Path = request.getfixturevalue("on_node")
        return found
    if program is CLOUDFLARE and shutil.which("curl") is None:
        pytest.skip("curl is not installed")
    return SCRIPTS


def asked(program: Program, folder: Path, *, mistaken: bool) -> list[str]:
    """The arguments of the command line."""
    command = program.command(folder, mistaken=mistaken)
    return ["run", "--seed", "1", "--speed", "20", "--", *command]


def shows(program: Program, code: int, said: str, *, mistaken: bool) -> None:
    """Expect that a mistake was named, or that a picture was made."""
    named = [line for line in said.splitlines() if line.startswith(("broken: ", "warning: "))]
    assert named == ([f"broken: {program.named}"] if mistaken else []), said
    assert code == (1 if mistaken else 0)
    assert (program.made in said) is not mistaken


@pytest.mark.parametrize("mistaken", [False, True], ids=["right", "wrong"])
@pytest.mark.parametrize("program", ALL)
def test_an_unmodified_program_is_judged_by_its_mistakes(
    program: Program, folder: Path, mistaken: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    code = command_line(asked(program, folder, mistaken=mistaken))

    shows(program, code, capfd.readouterr().out, mistaken=mistaken)


@pytest.mark.campaign
@pytest.mark.parametrize("mistaken", [False, True], ids=["right", "wrong"])
@pytest.mark.parametrize("program", ALL)
def test_so_it_is_where_no_packet_can_leave_the_machine(
    program: Program, folder: Path, mistaken: bool
) -> None:
    tried = subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True)
    if tried.returncode != 0:
        pytest.skip("this system makes no network namespace")

    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", ALONE, *asked(program, folder, mistaken=mistaken)],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=120,
    )

    assert "Traceback" not in done.stderr
    shows(program, done.returncode, done.stdout, mistaken=mistaken)
