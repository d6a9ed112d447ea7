"""A page in Chromium: it calls each provider from another origin, and reads the pictures."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    "--remote-debugging-port=0",
)
OPERATIONS = (
    *("cloudflare.generate", "fal.generate", "lumenfall.generate", "runware.task"),
    *("uniall.generate", "xai.generate"),
)

PAGE = """<!doctype html><link rel="icon" href="data:,"><script>
const calls = CALLS, json = {"Content-Type": "application/json"};
async function told(call) {
  const answer = await fetch(call.url, {method: "POST", headers: call.headers, body: call.body});
  const text = await answer.text();
  const address = (text.match(/https?:[^"]+[.](?:png|jpe?g|webp)/) || [])[0];
  const file = await fetch(address, {headers: {"X-Any": "1"}});
  const picture = await createImageBitmap(await file.blob());
  const refused = await fetch(call.url, {method: "POST", headers: json, body: "{}"});
  return [answer.status, picture.width > 0, refused.status];
}
(async () => {
  const found = [];
  for (const call of calls) found.push(await told(call).catch(error => String(error)));
  await fetch("/", {method: "POST", body: JSON.stringify(found)});
})();
</script>"""

pytestmark = [
    pytest.mark.campaign,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


class Site(ThreadingHTTPServer):
    """Serves one page, and hears what becomes of it."""

    def __init__(self, page: str) -> None:
        super().__init__(("127.0.0.1", 0), Visited)
        self.page = page.encode()
        self.told: SimpleQueue[str] = SimpleQueue()


class Visited(BaseHTTPRequestHandler):
    """One request to a site."""

    server: Site

    def do_GET(self) -> None:
        self._answer(self.server.page)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.server.told.put(self.rfile.read(length).decode())
        self._answer(b"")

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def told(tmp_path: Path) -> Callable[[list[dict[str, Any]]], list[Any]]:
    """What a page of another origin makes of calls, one after the other."""

    def made(calls: list[dict[str, Any]]) -> list[Any]:
        with Site(PAGE.replace("CALLS", json.dumps(calls))) as site:
            Thread(target=site.serve_forever, daemon=True).start()
            profile = f"--user-data-dir={tmp_path / 'profile'}"
            address = f"http://127.0.0.1:{site.server_port}/"
            browser = subprocess.Popen(
                [CHROMIUM or "", *FLAGS, profile, address],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
            try:
                found: list[Any] = json.loads(site.told.get(timeout=120))
            finally:
                browser.terminate()
                browser.wait(30)
                site.shutdown()
        return found

    return made


def calls(address: str, plain: Callable[..., httpx.Request]) -> list[dict[str, Any]]:
    made = [plain(operation) for operation in OPERATIONS]
    return [
        {
            "url": f"{address}{each.url.path}",
            "headers": {
                "Authorization": each.headers["Authorization"],
                "Content-Type": "application/json",
                "X-Harness-Test": "a",
            },
            "body": each.content.decode(),
        }
        for each in made
    ]


def test_a_page_calls_and_shows_what_came(
    told: Callable[[list[dict[str, Any]]], list[Any]], plain: Callable[..., httpx.Request]
) -> None:
    app = App(Settings(seed=1))
    with serving(app) as address:
        found = told(calls(address, plain))

    assert [each[:2] for each in found] == [[200, True]] * len(OPERATIONS)
    assert {each[2] for each in found} <= {400, 401}
    noted = list(app.services.journal)
    assert [each.operation for each in noted if each.verdict.kind == "conforms"] == [
        each.partition(".")[2] for each in OPERATIONS
    ]
    assert {each.verdict.aside for each in noted if each.request.method == "OPTIONS"} == {
        "preflight"
    }
    assert {each.verdict.kind for each in noted} <= {"conforms", "noted", "refused"}


def test_no_page_calls_where_none_may(
    told: Callable[[list[dict[str, Any]]], list[Any]], plain: Callable[..., httpx.Request]
) -> None:
    readings = {f"{each.partition('.')[0]}.browser-pages": "refused" for each in OPERATIONS}
    app = App(Settings(seed=1, readings=readings))
    with serving(app) as address:
        found = told(calls(address, plain))

    assert found == ["TypeError: Failed to fetch"] * len(OPERATIONS)
    assert {each.verdict.kind for each in app.services.journal} == {"noted"}
