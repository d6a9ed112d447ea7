"""What the README says of programs, recorded traffic and hosts that cannot be set holds."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from harness import watchdog
from harness.cli import VERBS, command_line
from harness.cli.judge import command as judge
from harness.cli.record import command as record
from harness.cli.run import command as run
from harness.exit_codes import ExitCode
from harness.judging.places import Speaker
from tests.readme import PROGRAM, ROOT, blocks, passed, section

TITLE = "Judge any program"

CALL = """
import json, os, urllib.error, urllib.request

url = os.environ["HARNESS_FAL_BASE_URL"] + "/xai/grok-imagine-image"
body = json.dumps({"prompt": "a tin robot", "num_images": 7}).encode()
headers = {"Authorization": "Key " + os.environ["FAL_KEY"], "Content-Type": "application/json"}
try:
    urllib.request.urlopen(urllib.request.Request(url, body, headers))
except urllib.error.HTTPError:
    print("refused")
"""


def test_a_mistake_is_told_as_shown() -> None:
    _, *shown = next(block for block in blocks("console") if " run -- " in block).splitlines()
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "run", "--", sys.executable, "-c", CALL],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = done.stdout.splitlines()

    assert done.returncode == ExitCode.FINDINGS, done.stderr
    assert said[0] == "refused"
    assert [line for line in shown if line not in said] == []


def test_a_test_reaches_the_providers_own_hosts_as_shown(tmp_path: Path) -> None:
    example = blocks("python")[-1]

    source = f"import fal_client\n\n\n{example}"

    assert passed(tmp_path, source, "-W", "ignore").startswith("1 passed")


def test_the_options_that_are_named_exist() -> None:
    known = {name for verb in (run, judge, record) for each in verb.params for name in each.opts}
    named = set(re.findall(r"(?<![\w-])--?[a-z][a-z-]*", section(TITLE)))

    assert named - {"--", "-rn", "-c"} <= known


def test_what_cannot_be_read_is_listed_and_the_rest_is_judged(
    capsys: pytest.CaptureFixture[str],
) -> None:
    kinds = ROOT / "fixtures" / "recordings" / "kinds"
    codes = [
        command_line(["judge", str(kinds / name)]) for name in ("mixed", "playwright-omit.har")
    ]

    assert codes == [0, 3]
    said = capsys.readouterr().out
    assert "not read\n" in said
    assert "its body was not recorded: " in said


def test_what_a_killed_run_needs_is_the_stated_shell() -> None:
    (shell,) = re.findall(r"where the system has a `(.+?)`", section(TITLE))

    assert shell == watchdog._SHELL


def test_a_host_and_a_doubt_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = ROOT / "fixtures" / "recordings" / "kinds"
    [said] = re.findall(r"--host (\S+)`", section(TITLE))
    assert Speaker.said(said).provider == "lumenfall"
    assert "`answer-differs`" in section(TITLE)

    codes = [
        command_line(["judge", str(kinds / "gateway.yaml"), "--host", "localhost:9000=openai"]),
        command_line(["judge", str(kinds / "ruby-differs.yml")]),
    ]

    assert codes == [ExitCode.CLEAN, ExitCode.CLEAN]
    said = capsys.readouterr().out
    assert "openai.generate" in said
    assert "warning: answer-differs[xai.generate]" in said


def test_answers_are_recorded_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    [shown] = re.findall(r"^\$ imagine-harness (record .*) --apply$", section(TITLE), re.MULTILINE)
    file = ROOT / "fixtures" / "recordings" / "kinds" / "ruby-differs.yml"

    words = [str(file) if each.endswith(".yml") else each for each in shown.split()]
    assert command_line(words) == ExitCode.CLEAN
    assert "+[[operation.generate.answer]]" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["run", "judge"])
def test_the_verbs_exist(verb: str) -> None:
    assert verb in VERBS
