"""Serving for people: what is printed, what the options change, how it ends."""

from __future__ import annotations

import asyncio
import json
import re
import signal
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import httpx
import pytest

from imagine_harness.contracts.loading import load

if TYPE_CHECKING:
    from tests.harness.cli.conftest import Serve, ServeProcess

FAL = "/fal/xai/grok-imagine-image"
PROMPT = {"prompt": "a lighthouse"}
ABOVE = {**PROMPT, "num_images": 5}
UNDECLARED = {**PROMPT, "colour": "red"}
SECRET = "topsecret"


def test_a_line_for_each_base_url_and_key_then_the_address_and_the_seed(serve: Serve) -> None:
    served = serve("--seed", 7)
    lines = []
    for name in load.mocked():
        provider = load.provider(name)
        lines += [
            f"{name:<12}{base.variable}={served.address}/{name}{base.path}"
            for base in provider.bases
        ]
        lines.append(f"{'':<12}{provider.credential.variable}={provider.credential.example}")

    assert re.fullmatch(r"http://127\.0\.0\.1:[1-9]\d*", served.address)
    assert served.told == [
        *lines,
        f"admin       {served.address}/__admin/",
        f"imagine-harness ready on {served.address} (seed 7)",
    ]


def test_port_0_is_another_port_each_time(serve: Serve) -> None:
    assert serve("--provider", "fal").address != serve("--provider", "fal").address


def test_a_line_for_each_request(serve: Serve) -> None:
    served = serve("--provider", "fal", "--provider", "xai")

    def told(path: str, body: object, key: str = "Key a:b") -> str:
        served.post(path, body, Authorization=key)
        moment, _, rest = served.line().partition(" ")
        assert re.fullmatch(r"\d\d:\d\d:\d\d", moment)
        return rest

    assert told(FAL, PROMPT) == "fal.generate                 200 conforms"
    warned = told(FAL, UNDECLARED)
    assert warned.startswith("fal.generate                 200 warns     colour is not a ")
    assert warned.endswith(" [fal.generate.undeclared]")
    assert told(FAL, {**ABOVE, "resolution": "2K"}) == (
        "fal.generate                 422 violates  num_images must be at most 4, got 5 "
        "[fal.generate.num_images.maximum] and 1 more"
    )
    assert told(FAL, PROMPT, key="Bearer a") == (
        f"fal.?                        401 refused   credential-malformed POST {FAL[4:]}"
    )
    assert told("/xai/nope", PROMPT, key="Bearer a") == (
        "xai.?                        404 unmatched route-unknown POST /nope"
    )


def test_quiet_prints_no_line_for_a_request(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    served = serve("--provider", "fal", "--quiet")
    served.post(FAL, PROMPT)

    assert served.end() == []
    assert capsys.readouterr().err == ""


def test_requests_are_answered_when_nobody_reads_the_lines_any_more(
    serve_process: ServeProcess,
) -> None:
    served = serve_process("--provider", "fal")
    assert served.process.stdout is not None
    served.process.stdout.close()

    assert [served.post(FAL, PROMPT).status_code for _ in range(3)] == [200, 200, 200]
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=30) == 0


def test_the_journal_holds_one_line_of_json_for_each_exchange_and_no_secret(
    serve: Serve, tmp_path: Path
) -> None:
    file = tmp_path / "journal.ndjson"
    file.write_text('{"id": "from before"}\n', encoding="utf-8")
    served = serve("--provider", "fal", "--journal", file)
    served.post(FAL, {**PROMPT, "api_key": SECRET}, Authorization=f"Key a:{SECRET}")
    served.post(f"{FAL}?fal_key={SECRET}&api_key={SECRET}", ABOVE)
    text = file.read_text(encoding="utf-8")
    before, first, second = map(json.loads, text.splitlines())

    assert before == {"id": "from before"}
    assert (first["operation"], first["verdict"]["kind"]) == ("generate", "warns")
    assert (second["response"]["status"], second["verdict"]["kind"]) == (422, "violates")
    assert [each["rule"] for each in second["verdict"]["violations"]] == [
        "fal.generate.num_images.maximum"
    ]
    assert SECRET not in text


def test_a_line_is_one_line_whatever_a_request_says(capsys: pytest.CaptureFixture[str]) -> None:
    from imagine_harness.harness.cli.serve import print_exchange
    from imagine_harness.mocks.app import App, Settings

    app = App(Settings(seed=1, providers=("fal",)))
    app.services.journal.listen(print_exchange)
    odd = "\n12:00:00 fal.generate 200 conforms\x1b[2J\u2028\u202e::error::x"

    async def asked() -> None:
        transport = httpx.ASGITransport(app)
        key = {"Authorization": "Key a:b"}
        async with httpx.AsyncClient(transport=transport, base_url="http://a") as client:
            await client.get(f"/fal/{quote(odd)}", headers=key)
            await client.get(f"/{quote(odd)}")
            await client.post(FAL, headers=key, json={**PROMPT, odd: 1})
            await client.post(FAL, headers=key, json={**PROMPT, "resolution": odd})
            fault = {"X-Harness-Fault": "content-type=a\x1b[2J/b"}
            await client.post(FAL, headers={**key, **fault}, json=PROMPT)

    asyncio.run(asked())

    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 5
    assert all(line.isprintable() for line in lines)
    assert all(re.match(r"\d\d:\d\d:\d\d \S", line) for line in lines)
