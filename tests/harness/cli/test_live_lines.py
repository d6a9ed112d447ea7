"""The lines of `serve`, and that nothing that a request says acts in them."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import quote

import httpx
import pytest

from harness.cli.serve import tell
from mocks.app import App, Settings

FAL = "/fal/xai/grok-imagine-image"
PROMPT = {"prompt": "a lighthouse"}


def test_a_line_is_one_line_whatever_a_request_says(capsys: pytest.CaptureFixture[str]) -> None:
    app = App(Settings(seed=1, providers=("fal",)))
    app.shared.journal.listen(tell)
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
