"""What a child process is given, and that real programs find the mocks by it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.harness.intercept.environment import Environment, environment
from imagine_harness.harness.intercept.interception import Interception
from imagine_harness.mocks.app import App
from tests.readme import PROGRAM, ROOT

URL = "https://fal.run/xai/grok-imagine-image"
BODY = '{"prompt": "a heron"}'
KEY = "Key a:b"

CURL = ("curl", "-sS", "-H", f"Authorization: {KEY}", "-H", "Content-Type: application/json")

HEADLESS = "--headless --no-sandbox --disable-gpu"
REFUSED = "Authentication is required to access this application."
"""What fal says to a page that has no key."""


Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def run(interception: Interception) -> Run:
    """Run a program that is intercepted."""
    interception.hosts.begin(())

    def ran(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        if shutil.which(command[0]) is None:
            pytest.skip(f"{command[0]} is not installed")
        around = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        given = interception.environment.over({**around, **variables})
        return subprocess.run(
            command, env=given, capture_output=True, text=True, check=False, timeout=30
        )

    return ran


def test_a_child_is_led_by_every_variable_in_both_ways_to_write_it(
    interception: Interception,
) -> None:
    given = interception.environment.variables

    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy"):
        assert given[name] == interception.proxy_url
    for name in ("NO_PROXY", "no_proxy"):
        assert set(given[name].split(",")) == {"localhost", "127.0.0.1", "::1"}
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        assert given[name] == str(interception.files.instead)
    assert given["NODE_EXTRA_CA_CERTS"] == str(interception.files.beside)


def test_chromium_is_told_by_flags_which_proxy_to_take_and_which_key_to_trust(
    interception: Interception,
) -> None:
    proxy, trust = interception.environment.variables["HARNESS_CHROMIUM_FLAGS"].split(" ")

    assert proxy == f"--proxy-server={interception.proxy_url}"
    assert trust == f"--ignore-certificate-errors-spki-list={interception.files.key_hash}"


def test_the_key_to_trust_is_that_of_the_authority(interception: Interception) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("openssl is not installed")
    steps = (
        f"openssl x509 -in {interception.files.alone} -noout -pubkey",
        "openssl pkey -pubin -outform der",
        "openssl dgst -sha256 -binary",
        "openssl base64",
    )
    done = subprocess.run(
        ["sh", "-c", " | ".join(steps)], capture_output=True, text=True, check=True
    )

    assert done.stdout.strip() == interception.files.key_hash


def test_what_would_lead_elsewhere_is_taken_away_and_the_rest_stays(
    interception: Interception,
) -> None:
    before = {"SOCKS_PROXY": "x", "wss_proxy": "x", "NO_PROXY": "fal.run", "HOME": "/here"}

    after = interception.environment.over(before)

    assert after["HOME"] == "/here"
    assert after["NO_PROXY"] != "fal.run"
    assert not {"SOCKS_PROXY", "wss_proxy"} & after.keys()


def test_an_environment_is_its_own_over_the_inherited_one() -> None:
    given = Environment({"A": "1"}, ["B"])

    assert given.over({"A": "0", "B": "0", "C": "0"}) == {"A": "1", "C": "0"}


def test_curl_reaches_the_mock_and_no_other_host(
    run: Run, app: App, interception: Interception
) -> None:
    made = run(*CURL, "-d", BODY, URL)
    [image] = json.loads(made.stdout)["images"]
    followed = run("curl", "-sS", "-o", os.devnull, "-w", "%{content_type}", image["url"])
    refused = run("curl", "-sS", "https://example.com/")

    assert image["url"].startswith("https://v3b.fal.media/files/")
    assert followed.stdout == "image/jpeg"
    assert "403" in refused.stderr
    assert refused.returncode != 0
    assert interception.hosts.refused == {"example.com": 1}
    assert [each.operation for each in app.services.journal][-2:] == ["generate", "media"]


NODE = """
const options = { method: "POST", body: process.env.BODY,
  headers: { authorization: process.env.KEY, "content-type": "application/json" } };
const asked = (get, url) => new Promise((done) =>
  require(get).get(url, (answer) => { answer.resume(); done(answer.statusCode); })
    .on("error", (error) => done([error.code, error.message])));
(async () => {
  const made = await (await fetch(process.env.URL, options)).json();
  const followed = await fetch(made.images[0].url);
  const refused = await fetch("https://example.com/").catch((error) => error.cause.code);
  console.log(JSON.stringify({
    url: made.images[0].url, type: followed.headers.get("content-type"), refused,
    https: await asked("https", "https://fal.run/"), http: await asked("http", "http://fal.run/"),
    other: await asked("https", "https://example.org:8443/"),
    here: await asked("http", process.env.HERE),
  }));
})();
"""


def test_node_reaches_the_mock_by_its_own_fetch_and_by_its_sockets(
    run: Run, interception: Interception
) -> None:
    here = f"http://127.0.0.1:{interception.door}/__admin/health"
    done = run("node", "-e", NODE, URL=URL, BODY=BODY, KEY=KEY, HERE=here)

    assert done.stderr == ""
    seen = json.loads(done.stdout)
    assert seen["url"].startswith("https://v3b.fal.media/files/")
    assert seen["type"] == "image/jpeg"
    assert (seen["https"], seen["http"], seen["here"]) == (401, 401, 200)
    assert seen["refused"] == "ERR_IMAGINE_HARNESS_REFUSED"
    assert "--allow example.org" in seen["other"][1]
    assert interception.hosts.refused == {"example.com": 1, "example.org": 1}


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
def test_nodes_own_options_stay(interception: Interception, tmp_path: Path) -> None:
    before = tmp_path / "before.cjs"
    before.write_text("globalThis.before = 'here'")
    inherited = {"PATH": os.environ["PATH"], "NODE_OPTIONS": f'--require "{before}"'}
    given = environment(
        interception.proxy_url, interception.files, interception.instructions, inherited
    )
    done = subprocess.run(
        ["node", "-e", "console.log(before, require('net').Socket.prototype.connect.length)"],
        env=given.over(inherited),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.stdout == "here 0\n"


def test_a_child_that_lost_part_of_its_environment_still_runs(interception: Interception) -> None:
    given = interception.environment.variables
    kept = {name: given[name] for name in ("NODE_OPTIONS", "PYTHONPATH")} | {"PATH": os.defpath}
    programs = {sys.executable: "print('runs')", shutil.which("node"): "console.log('runs')"}
    for program, code in programs.items():
        if program is not None:
            option = "-c" if program == sys.executable else "-e"
            done = subprocess.run(
                [program, option, code], env=kept, capture_output=True, check=False, timeout=30
            )
            assert (done.stdout, done.stderr) == (b"runs\n", b"")


PYTHON = """
import asyncio, json, os
import aiohttp, urllib3

url, body = os.environ["URL"], json.loads(os.environ["BODY"])
headers = {"Authorization": os.environ["KEY"]}
made = urllib3.request("POST", url, json=body, headers=headers).json()

async def told():
    async with aiohttp.ClientSession() as session:
        async with session.get(made["images"][0]["url"]) as answer:
            type = answer.headers["content-type"]
        try:
            await session.get("https://example.com/")
        except aiohttp.ClientError as error:
            return type, str(error)

print(json.dumps([made["images"][0]["url"], *asyncio.run(told())]))
"""


def test_python_reaches_the_mock_by_clients_that_ask_no_variable(
    run: Run, interception: Interception
) -> None:
    url, kind, refused = json.loads(
        run(sys.executable, "-c", PYTHON, URL=URL, BODY=BODY, KEY=KEY).stdout
    )

    assert url.startswith("https://v3b.fal.media/files/")
    assert kind == "image/jpeg"
    assert "--allow example.com" in refused
    assert interception.hosts.refused == {"example.com": 1}


def test_what_python_loads_before_a_program_is_still_loaded(
    interception: Interception, tmp_path: Path
) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.before = 'here'")
    inherited = {"PYTHONPATH": str(tmp_path)}
    given = environment(
        interception.proxy_url, interception.files, interception.instructions, inherited
    )
    told: dict[str, Any] = {"env": given.over(inherited), "capture_output": True, "text": True}
    code = "import socket, sys; print(sys.before, socket.getaddrinfo.__module__)"
    done = subprocess.run([sys.executable, "-c", code], check=False, timeout=30, **told)

    assert done.stdout == "here imagine_harness_interception\n"


@pytest.mark.campaign  # a browser takes seconds
@pytest.mark.parametrize("flags", ["$HARNESS_CHROMIUM_FLAGS", ""])
def test_chromium_is_shown_a_page_of_a_mock_where_it_is_given_its_flags(
    flags: str, tmp_path: Path
) -> None:
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if browser is None:
        pytest.skip("neither chromium nor google-chrome is installed")
    command = f"{browser} {HEADLESS} --user-data-dir={tmp_path} {flags} --dump-dom {URL}"
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, "run", "--", "sh", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert (REFUSED in done.stdout) is (flags != "")
    assert ("no request to a provider was seen" in done.stdout) is (flags == "")
