"""How `serve` ends, and what becomes of what is under way then; how an exchange ends before."""

from __future__ import annotations

import json
import re
import signal
import ssl
import sys
import threading
from pathlib import Path
from subprocess import PIPE, STDOUT, Popen
from typing import TYPE_CHECKING

import httpx
import pytest

from tests.harness.cli.conftest import ROOT, announced

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Serve, ServeProcess

FAL = "/fal/xai/grok-imagine-image"
PROMPT = {"prompt": "a lighthouse"}
DELAYED = {"Authorization": "Key a:b", "X-Harness-Fault": "delay=600"}


ENDED = ("SIGINT", "SIGTERM", "the controls")
AGAIN = """
from imagine_harness.harness.cli import command_line
for _ in range(3):
    print("ended with", command_line(["serve", "--port", "0", "--provider", "fal"]), flush=True)
"""


@pytest.fixture(scope="module")
def ended() -> dict[str, str]:
    """What a process says whose servers are ended one after the other, each in another way."""
    said = {}
    with Popen([sys.executable, "-c", AGAIN], cwd=ROOT, stdout=PIPE, stderr=STDOUT, text=True) as (
        process
    ):
        assert process.stdout is not None
        lines = iter(process.stdout.readline, "")
        for how in ENDED:
            _, address = announced(lines.__next__)
            if how in signal.Signals.__members__:
                process.send_signal(signal.Signals[how])
            else:
                httpx.post(f"{address}/__admin/shutdown", json={}, trust_env=False)
            said[how] = next(lines)
        assert [*lines] == []
    return said


@pytest.mark.parametrize("how", ENDED)
def test_a_signal_and_the_controls_end_it_cleanly(how: str, ended: dict[str, str]) -> None:
    assert ended[how] == "ended with 0\n"


def test_a_line_says_who_left_before_the_answer_came(serve: Serve) -> None:
    served = serve("--provider", "fal")
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{served.address}{FAL}", json=PROMPT, headers=DELAYED, timeout=0.2, trust_env=False
        )

    assert re.fullmatch(
        r"\S+ fal\.generate                 -   fault     delay=600, client left after \d+\.\d s",
        served.line(),
    )


def test_what_is_under_way_ends_as_a_closed_connection_and_the_journal_is_whole(
    serve_process: ServeProcess, tmp_path: Path
) -> None:
    file = tmp_path / "journal.ndjson"
    served = serve_process("--provider", "fal", "--journal", file)
    failed: list[str] = []

    def ask() -> None:
        try:
            served.post(FAL, {**PROMPT, "num_images": 5}, **DELAYED)
        except httpx.RemoteProtocolError as error:
            failed.append(type(error).__name__)

    asking = threading.Thread(target=ask)
    asking.start()
    while not served.get("/__admin/requests").json():
        pass
    served.process.send_signal(signal.SIGTERM)
    ended = served.ended()
    asking.join()

    assert (ended.code, ended.err) == (0, "")
    assert failed == ["RemoteProtocolError"]
    assert re.fullmatch(r".* violates  delay=600, server stopped after \d+\.\d s\n", ended.out)
    [told] = map(json.loads, file.read_text(encoding="utf-8").splitlines())
    assert told["ending"].startswith("server stopped after ")
    assert (told["verdict"]["kind"], told["response"]["status"]) == ("violates", 0)


def test_over_tls_whom_to_trust_is_gone_with_it(serve_process: ServeProcess) -> None:
    served = serve_process("--provider", "xai", "--tls", "--host", "0.0.0.0")
    (file,) = [line.split()[1] for line in served.told if line.startswith("authority ")]
    trusted = ssl.create_default_context(cafile=file)
    base = served.told[0].partition("=")[2]
    with httpx.Client(verify=trusted, trust_env=False) as client:
        answer = client.get(f"{base}/models", headers={"Authorization": "Bearer xai-a"})
        for line in served.told:
            if line.startswith("also on "):
                assert client.get(f"{line.split()[2]}/xai/v1/models").status_code == 401
    served.process.send_signal(signal.SIGTERM)
    ended = served.ended()

    assert (answer.status_code, ended.code) == (200, 0)
    assert served.address.startswith("https://127.0.0.1:")
    assert "Traceback" not in ended.err
    assert not Path(file).parent.exists()
