"""What the README says of starting the mocks, of programs and of hosts that cannot be set holds."""

from __future__ import annotations

import re
import sys
from datetime import datetime, timedelta
from pathlib import Path

import click
import httpx
import pytest

from imagine_harness.harness import watchdog
from imagine_harness.harness.cli import VERBS, command_line
from imagine_harness.harness.cli.serve import command as serve
from imagine_harness.harness.intercept.environment import CHROMIUM_FLAGS
from imagine_harness.harness.judging.destinations import DeclaredHost
from imagine_harness.harness.results.exit_codes import ExitCode
from imagine_harness.harness.variables import split, variable
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.faults import parsed
from tests.readme import INTERCEPT, MOCKS, ROOT, TOP, named, passed

KEY = {"Authorization": "Key a:b"}

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


def test_a_mistake_is_told_as_shown(capfd: pytest.CaptureFixture[str]) -> None:
    _, *shown = next(block for block in TOP.blocks("console") if " run -- " in block).splitlines()
    code = command_line(["run", "--", sys.executable, "-S", "-c", CALL])
    said = capfd.readouterr().out.splitlines()

    assert code == ExitCode.FINDINGS
    assert said[0] == "refused"
    assert [line for line in shown if line not in said] == []


def test_a_test_reaches_the_providers_own_hosts_as_shown(tmp_path: Path) -> None:
    example = INTERCEPT.blocks("python")[-1]

    source = f"import fal_client\n\n\n{example}"

    assert passed(tmp_path, source, "-W", "ignore").startswith("1 passed")


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
    (shell,) = re.findall(r"where the system has a `(.+?)`", INTERCEPT.section("Run"))

    assert shell == watchdog._SHELL


def test_a_host_and_a_doubt_are_told_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    kinds = ROOT / "fixtures" / "recordings" / "kinds"
    [said] = re.findall(r"--host (\S+)`", INTERCEPT.section("Judge recorded traffic"))
    assert DeclaredHost.parse(said).provider == "lumenfall"
    assert "`answer-differs`" in INTERCEPT.section("Judge recorded traffic")

    codes = [
        command_line(["judge", str(kinds / "gateway.yaml"), "--host", "localhost:9000=openai"]),
        command_line(["judge", str(kinds / "ruby-differs.yml")]),
    ]

    assert codes == [ExitCode.CLEAN, ExitCode.CLEAN]
    said = capsys.readouterr().out
    assert "openai.generate" in said
    assert "warning: answer-differs[xai.generate]" in said


def test_answers_are_recorded_as_shown(capsys: pytest.CaptureFixture[str]) -> None:
    text = INTERCEPT.section("Judge recorded traffic")
    [shown] = re.findall(r"^\$ imagine-harness (record .*) --apply$", text, re.MULTILINE)
    file = ROOT / "fixtures" / "recordings" / "kinds" / "ruby-differs.yml"

    words = [str(file) if each.endswith(".yml") else each for each in shown.split()]
    assert command_line(words) == ExitCode.CLEAN
    assert "+[[operation.generate.answer]]" in capsys.readouterr().out


@pytest.mark.parametrize("verb", ["run", "judge"])
def test_the_verbs_exist(verb: str) -> None:
    assert verb in VERBS


def test_the_variables_that_are_shown_say_what_options_would() -> None:
    shown = dict(re.findall(r"`(IMAGINE_HARNESS_\w+)=(.+?)`", MOCKS.section("Serve")))
    options = [each for each in serve.params if isinstance(each, click.Option)]

    assert {*shown} <= {variable(each) for each in options}
    assert len(shown) == 4
    assert split(shown["IMAGINE_HARNESS_PROVIDER"]) == ["fal", "xai"]


@pytest.mark.parametrize("prefix", ["", "/mocks"])
def test_a_public_address_is_served_with_its_prefix_and_without(prefix: str) -> None:
    (url,) = re.findall(r"`IMAGINE_HARNESS_PUBLIC_URL=(.+?)`", MOCKS.section("Serve"))
    with serving(App(Settings(seed=1, public_url=url))) as address:
        where = f"{address}{prefix}/fal/xai/grok-imagine-image"
        answer = httpx.post(where, json={"prompt": "x"}, headers=KEY, trust_env=False)

    assert answer.json()["images"][0]["url"].startswith(f"{url}/fal/")


def test_the_forms_of_a_date_to_come_again_at_mean_something() -> None:
    (cell,) = (row[1] for row in MOCKS.rows("Faults") if row[0] == "`retry-after=1`")
    forms = [parsed(each).parts["retry-after"] for each in named(cell)]

    assert [type(form) for form in forms] == [datetime, timedelta]


def test_the_question_about_a_task_goes_wrong_as_said() -> None:
    (spec,) = re.findall(r"`'(.+? at=poll .+?)'`", MOCKS.section("Faults"))
    with (
        serving(App(Settings(seed=1, faults=(parsed(spec),)))) as address,
        httpx.Client(headers=KEY, trust_env=False) as client,
    ):
        queue = f"{address}/fal/queue/xai/grok-imagine-image"
        for _ in range(2):
            told = client.post(queue, json={"prompt": "A tin robot"}).json()
            asked = [client.get(told["status_url"]).status_code for _ in range(3)]

            assert [status == 503 for status in asked] == [False, True, False]


def test_chromium_is_started_with_the_variable_that_is_named() -> None:
    title = "Hosts that cannot be set"
    text, rows = INTERCEPT.section(title), INTERCEPT.rows(title)

    assert f"`chromium ${CHROMIUM_FLAGS} URL`" in text
    assert f"process.env.{CHROMIUM_FLAGS}.split" in text
    assert rows[-1][0] == f"`{CHROMIUM_FLAGS}`"
