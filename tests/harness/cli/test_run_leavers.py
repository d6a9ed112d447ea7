"""The verb run, over clients that leave before they were answered."""

from __future__ import annotations

import json
import re
import socket
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from tests.harness.cli.samples import RULE

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Ended, Run


LEAVES = """
import socket
from urllib.parse import urlsplit
def leave(body, seconds=0.2, **headers):
    headers = {"Authorization": "Bearer " + os.environ["OPENAI_API_KEY"], **headers}
    data = json.dumps(body).encode()
    asked = urllib.request.Request(os.environ["OPENAI_BASE_URL"] + "/images/generations", data,
        {"Content-Type": "application/json", **headers})
    try:
        urllib.request.urlopen(asked, timeout=seconds)
    except TimeoutError:
        print("gave up")
"""
"""A program that gives up soon."""


@pytest.mark.parametrize(("body", "code"), [("GOOD", 0), ("GOOD | {'prompt': 5}", 1)])
def test_a_request_whose_client_gives_up_is_judged(
    body: str, code: int, ran: Callable[..., Ended], tmp_path: Path
) -> None:
    journal, page, report = (tmp_path / f"a.{kind}" for kind in ("ndjson", "html", "json"))
    fault = ("--fault", "lumenfall.generate delay=600")
    written = ("--journal", journal, "--report", f"html={page},json={report}")
    ended = ran(f"{LEAVES}leave({body})", *fault, *written)

    assert (ended.code, ended.err) == (code, "")
    assert ended.out.startswith("gave up\n")
    assert re.search(
        r"^lumenfall\.generate +1 +no answer +(fault|violates)$", ended.out, re.MULTILINE
    )
    assert re.search(r"delay=600, without an answer, client left after \d+\.\d s: ", ended.out)
    assert (f"broken: {RULE}" in ended.out) == (code == 1)
    [line] = map(json.loads, journal.read_text().splitlines())
    assert line["ending"].startswith("client left after ")
    assert "client left after " in report.read_text()
    assert ("client left after " in page.read_text()) == (code == 1)


def test_a_request_that_did_not_come_whole_is_not_taken_for_one_that_was_judged(
    ran: Callable[..., Ended],
) -> None:
    program = """
place = urlsplit(os.environ["OPENAI_BASE_URL"])
head = ["POST /lumenfall/openai/v1/images/generations HTTP/1.1", "Host: a",
    "Content-Type: application/json", "Content-Length: 100", "", "{"]
with socket.create_connection((place.hostname, place.port)) as line:
    line.sendall("\\r\\n".join(head).encode())
    import time; time.sleep(0.2)
"""
    ended = ran(LEAVES + program)

    assert ended.code == 3
    assert re.search(r"^lumenfall\.generate +1 +no answer +not judged$", ended.out, re.MULTILINE)
    assert re.search(r"lumenfall\.generate, request 1: client left after", ended.out)


def test_a_request_that_is_still_under_way_when_the_command_has_ended_is_judged(
    cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    left: list[socket.socket] = []

    def asks(_: object, environment: Mapping[str, str]) -> int:
        address = environment["XAI_BASE_URL"].removesuffix("/xai/v1")
        place = urlsplit(address)
        left.append(socket.create_connection((place.hostname, place.port)))
        left[0].sendall(
            b"GET /xai/v1/nothing HTTP/1.1\r\nHost: a\r\nX-Harness-Fault: delay=600\r\n\r\n"
        )
        while not httpx.get(f"{address}/__admin/requests", trust_env=False).json():
            pass
        return 0

    monkeypatch.setattr("imagine_harness.mocks.server.GRACE", 0.1)
    monkeypatch.setattr("imagine_harness.harness.running.program.run_program", asks)
    ended = cli("run", "--no-intercept", "--", "true")
    left[0].close()

    assert ended.code == 0
    assert re.search(r"without an answer, server stopped after \d+\.\d s", ended.out)


def test_a_task_over_websocket_whose_client_gives_up_is_judged(cli: Run) -> None:
    program = """
import json, os
from websockets.sync.client import connect
task = {"taskType": "imageInference", "taskUUID": "00000000-0000-4000-9000-000000000001",
    "model": "xai:grok-imagine@image", "positivePrompt": "x", "resolution": "2K"}
with connect(os.environ["RUNWARE_BASE_URL"].replace("http", "ws", 1), proxy=None) as line:
    line.send(json.dumps([{"taskType": "authentication", "apiKey": "k"}]))
    line.recv(timeout=20)
    line.send(json.dumps([task]))
    try:
        line.recv(timeout=0.2)
    except TimeoutError:
        print("gave up")
"""
    fault = ("--fault", "runware.task delay=600")
    ended = cli("run", "--no-intercept", *fault, "--", sys.executable, "-c", program)

    assert (ended.code, ended.err) == (1, "")
    assert ended.out.startswith("gave up\n")
    assert "broken: runware.task.resolution.enum" in ended.out
    assert re.search(
        r"runware\.task, request 2: delay=600, without an answer, client left", ended.out
    )
