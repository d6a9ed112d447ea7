"""Every sentence of the README that can be checked, checked."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagine_harness.contracts import load
from imagine_harness.contracts.load import recorded
from imagine_harness.contracts.model import Certainty
from imagine_harness.harness.cli import VERBS, command_line
from imagine_harness.harness.cli import serve as serve_verb
from imagine_harness.harness.exit_codes import ExitCode
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.delivery import DISORDERS, Delivery, Policy
from imagine_harness.mocks.faults import MODERATED, PARTS, parsed
from imagine_harness.mocks.server import GRACE, serving
from tests.readme import MY_FAL, PROGRAM, PROJECT, ROOT, TEXT, blocks, named, passed, rows, section


@cache
def curl() -> tuple[str, dict[str, str], Any, Any]:
    """The example call: its URL, its headers, its body and the answer that is shown."""
    block = next(block for block in blocks("console") if "curl" in block)
    command, _, answer = block.removeprefix("$ ").replace("\\\n", " ").partition("\n")
    words = shlex.split(command)
    given = {words[at]: words[at + 1] for at in range(len(words) - 1) if words[at] in ("-H", "-d")}
    headers = [words[at + 1] for at, word in enumerate(words) if word == "-H"]
    url = next(word for word in words if word.startswith("http"))
    split = (header.partition(": ") for header in headers)
    return url, {name: value for name, _, value in split}, given["-d"], json.loads(answer)


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False) as client:
        yield client


@pytest.fixture
def app() -> App:
    return App(Settings(seed=1))


@pytest.fixture
def address(app: App) -> Iterator[str]:
    with serving(app) as served:
        yield served


def asked(
    http: httpx.Client, address: str, timeout: float = 5, /, **headers: str
) -> httpx.Response:
    """The answer to a legal call of fal."""
    return http.post(
        f"{address}/fal/xai/grok-imagine-image",
        headers={"Authorization": "Key a:b", **headers},
        json={"prompt": "A tin robot"},
        timeout=timeout,
    )


def test_it_begins_with_two_commands_of_one_line_each() -> None:
    first, second = blocks("sh")

    assert first.count("\n") == second.count("\n") == 1
    assert TEXT.index("```sh") == TEXT.index("```")


def test_the_first_command_installs_the_checkout_and_runs_the_demo() -> None:
    install, demo = blocks("sh")[0].strip().split(" && ")[1:]

    assert install == ".venv/bin/python -m pip install --quiet --editable ."
    assert demo == ".venv/bin/imagine-harness demo"
    assert PROJECT["project"]["scripts"] == {"imagine-harness": "imagine_harness.harness.cli:main"}


def test_the_second_command_installs_what_the_tests_need_and_runs_them() -> None:
    install, tests = blocks("sh")[1].strip().split(" && ")[1:]
    needed = PROJECT["project"]["optional-dependencies"]

    assert install == ".venv/bin/python -m pip install --quiet --editable '.[dev]'"
    assert tests == ".venv/bin/python -m pytest -n auto"
    assert [each for each in needed["dev"] if each.startswith("pytest-xdist")]


@pytest.mark.parametrize("provider", load.mocked())
def test_the_introduction_names_every_provider(provider: str) -> None:
    assert recorded(provider).provider.title in TEXT.partition("\n## ")[0]


def test_the_command_says_what_the_readme_shows() -> None:
    url, headers, body, _ = curl()
    shown = next(
        block for block in blocks("console") if block.startswith("$ imagine-harness serve")
    )
    lines = [line for line in shown.splitlines()[1:] if line != "…"]

    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "serve", "--port", "0", "--seed", "1389713402"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        assert process.stdout is not None
        told = [next(iter(process.stdout.readline, ""))]
        while " ready on " not in told[-1]:
            told.append(process.stdout.readline())
        port = told[-1].partition("127.0.0.1:")[2].partition(" ")[0]
        httpx.post(url.replace("4010", port), headers=headers, content=body, trust_env=False)
        told.append(process.stdout.readline())
        process.send_signal(signal.SIGTERM)
    said = [re.sub(r"^\d\d:\d\d:\d\d", "12:00:01", each.rstrip("\n")) for each in told]

    assert [line for line in lines if line.replace(":4010", f":{port}") not in said] == []


def test_the_example_call_is_answered_as_shown(http: httpx.Client, address: str) -> None:
    url, headers, body, shown = curl()
    answer = http.post(url.replace("http://127.0.0.1:4010", address), headers=headers, content=body)

    assert answer.status_code == 422
    assert answer.json() == shown


def test_every_option_of_the_table_exists() -> None:
    options = {name for option in serve_verb.command.params for name in option.opts}
    listed = [word.split()[0].partition("=")[0] for row in rows("Serve") for word in named(row[0])]

    assert len(listed) == 18
    assert [option for option in listed if option not in options] == []


def test_the_defaults_of_address_and_port_are_the_stated_ones() -> None:
    defaults = {option.name: option.default for option in serve_verb.command.params}

    assert "4010 and loopback are the defaults" in section("Serve")
    assert (defaults["port"], defaults["host"]) == (4010, "127.0.0.1")


def test_the_example_of_a_fault_means_something() -> None:
    (spec,) = re.findall(r"`'(.+?)'`", section("Serve"))
    fault = parsed(spec)

    assert (fault.provider, fault.operation, fault.nth) == ("fal", "generate", 2)
    assert fault.parts == {"status": 429, "retry-after": 1.0}


def test_a_test_header_gives_a_request_a_state_of_its_own(
    app: App, http: httpx.Client, address: str
) -> None:
    asked(http, address, **{"X-Harness-Test": "one"})
    asked(http, address)

    assert len(app.shared.journal.find(test="one")) == 1
    assert app.shared.store.of("one").calls == {"fal.generate": 1}


def test_a_fault_header_makes_its_request_fail(http: httpx.Client, address: str) -> None:
    (header,) = re.findall(r"`(X-Harness-Fault: .+?)`", section("Serve"))
    name, _, value = header.partition(": ")
    answer = asked(http, address, **{name: value})

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "1")


def test_an_expect_header_is_noted(app: App, http: httpx.Client, address: str) -> None:
    asked(http, address, **{"X-Harness-Expect": "fal.generate.resolution.enum"})

    assert next(iter(app.shared.journal)).expected == ("fal.generate.resolution.enum",)


def test_who_gives_up_is_told_as_shown(app: App, http: httpx.Client, address: str) -> None:
    (shown,) = re.findall(r"`(client left .+?)`", section("Serve"))
    app.shared.clock.hold()
    with pytest.raises(httpx.ReadTimeout):
        asked(http, address, 0.1, **{"X-Harness-Fault": "delay=600"})
    while app.shared.journal.unfinished:
        pass

    [noted] = app.shared.journal
    assert re.sub(r"[0-9.]+", "1.0", noted.ending or "") == shown


def test_a_server_that_stops_gives_the_stated_time() -> None:
    assert "answers that are under way have two seconds;" in section("Serve")
    assert GRACE == 2


def test_a_prefer_header_gets_the_error_of_its_code(http: httpx.Client, address: str) -> None:
    assert "`Prefer: code=429`" in section("Serve")
    assert asked(http, address, Prefer="code=429").status_code == 429


def test_the_controls_exist_and_a_wrong_name_lists_them(http: httpx.Client, address: str) -> None:
    sentence = section("Serve").partition("`/__admin/`: ")[2].partition(" and more")[0]
    answer = http.get(f"{address}/__admin/wrong")

    assert answer.status_code == 404
    assert len(named(sentence)) == 7
    for control in named(sentence):
        assert f"/__admin/{control}" in answer.json()["detail"]


def test_the_call_of_a_control_that_is_shown_works(http: httpx.Client, address: str) -> None:
    command = next(block for block in blocks("console") if "/__admin/" in block)
    words = shlex.split(command.removeprefix("$ "))
    path = next(word for word in words if word.startswith("http")).partition(":4010")[2]
    name, _, value = words[words.index("-H") + 1].partition(": ")
    content = words[words.index("-d") + 1]
    before = http.get(f"{address}{path}").json()["now"]
    answer = http.post(f"{address}{path}", headers={name: value}, content=content)

    assert answer.status_code == 200
    assert answer.json()["now"] >= before + 60


def test_nobody_gets_at_the_controls_whom_the_readme_keeps_out(
    http: httpx.Client, address: str
) -> None:
    text = " ".join(section("Serve").split())
    keys = {
        "No page of another origin gets in": {"Origin": "http://evil.example"},
        "by another name than this machine's": {"Host": "evil.example"},
        "which says `X-Harness-Sent-By`": {"X-Harness-Sent-By": "imagine-harness"},
    }
    for said, headers in keys.items():
        assert said in text
        assert http.get(f"{address}/__admin/requests", headers=headers).status_code == 403


def test_secrets_are_hidden_and_words_of_a_prompt_are_not(http: httpx.Client, address: str) -> None:
    text = " ".join(section("Serve").split())
    key = "id-5a0b:9c1d2e3f4a5b6c7d"
    body = {
        "prompt": f"a cookie for {key}",
        "apiKey": "abc",
        "image_url": "https://me:private@h.example/?token=private&n=1",
    }
    path = "/fal/xai/grok-imagine-image"
    http.post(f"{address}{path}", headers={"Authorization": f"Key {key}"}, json=body)
    shown = http.get(f"{address}/__admin/requests").json()[-1]["request"]

    assert "Secrets are `***` in whatever is shown: the credentials that came by" in text
    assert "`apiKey` and names like it" in text
    assert "`user:password@` and `?token=` in addresses. Words of a prompt stay." in text
    assert shown["headers"]["authorization"] == "Key ***"
    assert shown["body"] == {
        "prompt": "a cookie for ***",
        "apiKey": "***",
        "image_url": "https://***@h.example/?token=***&n=1",
    }


def test_who_has_the_token_may_come_by_any_name(http: httpx.Client) -> None:
    assert "`Authorization: Bearer TOKEN`" in section("Serve")
    with serving(App(Settings(seed=1, admin_token="TOKEN"))) as address:
        url = f"{address}/__admin/requests"
        headers = {"Authorization": "Bearer TOKEN", "Host": "mocks:4010"}

        assert http.get(url).status_code == 401
        assert http.get(url, headers=headers).status_code == 200


@pytest.mark.parametrize(("number", "count"), [(0, 2), (1, 3)])
def test_the_examples_pass_with_ones_own_client(number: int, count: int, tmp_path: Path) -> None:
    example = blocks("python")[number]

    assert passed(tmp_path, MY_FAL + example).startswith(f"{count} passed")


def test_every_fault_is_in_the_table_with_an_example() -> None:
    examples = [named(row[0])[0].replace("NAME", "task-failed") for row in rows("Faults")]

    assert sorted(next(iter(parsed(each).parts)) for each in examples) == sorted(PARTS)
    assert all(each in section("Faults") for each in (*DISORDERS, *MODERATED))


def test_the_controls_in_any_language_take_what_is_shown(app: App, address: str) -> None:
    text = section("Queues, webhooks, uploads, WebSocket")
    shown = [json.loads(each) for each in re.findall(r"`(\{.+?\})`", text)]
    app.shared.tasks.submit("t-1", "fal", "generate", "", {})
    for _ in range(2):
        app.shared.deliveries.send(Delivery("webhook", "fal", "t-1", "", "", b"", Policy(1)))
    paths = ("tasks/t-1", "clock", "clock", "webhooks", "webhooks/1")
    with httpx.Client(base_url=f"{address}/__admin/", trust_env=False) as client:
        calls = [client.post(path, json=body) for path, body in zip(paths, shown, strict=True)]

    assert [call.status_code for call in calls] == [200, 200, 200, 200, 201]


def test_a_handle_has_what_the_readme_lists(tmp_path: Path) -> None:
    sentence = section("pytest").partition("A handle has ")[2].partition("ASGI")[0]
    *own, of_all = [name.removesuffix("()") for name in named(sentence)]
    checks = "\n".join(f"    fal.{name}" for name in own)

    assert own == [
        *("base_url", "queue_url", "api_key", "headers", "journal", "faults", "tasks"),
        *("webhooks", "clock", "assert_conforms"),
    ]
    assert passed(
        tmp_path,
        f"def test(mock_providers):\n    fal = mock_providers['fal']\n{checks}\n    {of_all}\n",
    ).startswith("1 passed")


def test_the_verbs_are_all_of_them_but_serve_which_has_a_section() -> None:
    listed = {name.split()[0] for row in rows("The other verbs") for name in named(row[0])}

    assert sorted({*listed, "serve"}) == sorted(VERBS)


@pytest.mark.parametrize("option", ["--readings", "--json"])
def test_list_has_the_options_that_the_table_names(
    option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert f"`{option}`" in section("The other verbs")
    assert command_line(["list", "fal", option]) == ExitCode.CLEAN
    assert "fal." in capsys.readouterr().out


def test_the_exit_codes_are_the_ones_in_use() -> None:
    stated = "0 clean, 1 findings, 2 usage or environment, 3 could not look."

    assert f"Exit codes: {stated}" in TEXT
    assert {code.name: code.value for code in ExitCode} == {
        "CLEAN": 0,
        "FINDINGS": 1,
        "USAGE": 2,
        "UNCHECKED": 3,
    }


def test_the_table_of_what_is_on_record_is_what_is_on_record() -> None:
    found = []
    for name in load.mocked():
        on_record = recorded(name)
        operations = {key: 0 for contract in on_record.contracts for key in contract.operations}
        found.append([name, ", ".join(operations), f"`/{name}{on_record.provider.bases[0].path}`"])

    assert rows("On record") == found


def test_the_certainties_are_the_stated_ones() -> None:
    stated = re.findall(r"\*([a-z]+)\*", section("On record"))

    assert stated == [str(certainty) for certainty in Certainty]


def test_every_path_that_is_named_exists() -> None:
    paths = [
        word
        for text in named(section("The house"))
        for word in text.split()
        if "/" in word and "<" not in word
    ]

    assert len(paths) >= 5
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_the_marker_of_long_campaigns_exists() -> None:
    (marker,) = PROJECT["tool"]["pytest"]["ini_options"]["markers"]

    assert "`pytest -m campaign`" in section("The house")
    assert marker.startswith("campaign: ")


def test_the_licence_is_the_stated_one() -> None:
    assert TEXT.rstrip().endswith("MIT licence.")
    assert PROJECT["project"]["license"] == "MIT"
