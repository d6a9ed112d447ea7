"""What serving imports, and how soon it answers: a mock that starts slowly is not started."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App, MockError, Settings
from imagine_harness.mocks.server import bound, server, serving

ROOT = Path(__file__).parents[2]
HEAVY = (
    *("hypothesis", "schemathesis", "pytest", "jsonschema", "PIL", "rich", "openai"),
    *("jinja2", "h11"),
)
MODULES = (
    "imagine_harness.contracts.loading.load",
    "imagine_harness.mocks.images.draw",
    "imagine_harness.mocks.control.admin",
    "imagine_harness.mocks.app",
    "imagine_harness.mocks.server",
)
ANSWERED = (
    f"""
import json, sys, {", ".join(MODULES)}
HEAVY = {HEAVY!r}
imported = [name for name in HEAVY if name in sys.modules]
"""
    + """
import http.client
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
with serving(App(Settings(seed=1))) as address:
    def call(method, path, body=None):
        line = http.client.HTTPConnection(address.removeprefix("http://"))
        line.request(method, path, body, {
            "Authorization": "Key a:b", "Content-Type": "application/json"})
        answer = line.getresponse()
        return answer.status, answer.read()
    status, body = call("POST", "/fal/xai/grok-imagine-image", '{"prompt": "a lighthouse"}')
    refused, _ = call("POST", "/fal/xai/grok-imagine-image", '{"prompt": 5, "num_images": 9}')
    call("POST", "/uniall/v1/images/tasks", "{}")
    call("GET", "/__admin/requests")
    before = sorted(name for name in HEAVY if name in sys.modules)
    url = json.loads(body)["images"][0]["url"]
    fetched, picture = call("GET", url.removeprefix(address))
    after = sorted(name for name in HEAVY if name in sys.modules)
print(json.dumps([imported, [status, refused, fetched], len(picture), before, after]))
"""
)


@pytest.fixture(scope="module")
def answered() -> Any:
    """What a fresh interpreter prints that imports the modules, serves and answers."""
    done = subprocess.run(
        [sys.executable, "-c", ANSWERED],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
        timeout=60,
    )
    return json.loads(done.stdout)


def test_answering_needs_nothing_heavy_and_pillow_only_for_a_picture(answered: Any) -> None:
    _, statuses, length, before, after = answered

    assert statuses == [200, 422, 200]
    assert length > 1_000
    assert before == []
    assert after == ["PIL"]


def test_no_module_imports_anything_heavy(answered: Any) -> None:
    assert answered[0] == []


# Serving


def test_an_address_is_served_as_soon_as_the_block_begins() -> None:
    with serving(App(Settings(seed=1))) as address:
        assert address.startswith("http://127.0.0.1:")
        assert httpx.get(f"{address}/__admin/health").status_code == 200


def test_nobody_answers_after_the_block() -> None:
    with serving(App(Settings(seed=1))) as address:
        pass

    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/__admin/health")


def test_several_servers_run_side_by_side() -> None:
    with serving(App(Settings(seed=1))) as one, serving(App(Settings(seed=1))) as other:
        assert one != other
        assert httpx.post(f"{one}/__admin/clock", json={"hold": True}).json()["held"] is True
        assert httpx.get(f"{other}/__admin/clock").json()["held"] is False


def test_a_port_that_is_taken_says_so() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        with pytest.raises(MockError, match=f"cannot listen on 127.0.0.1:{port}: .*in use"):
            bound("127.0.0.1", port)


@pytest.mark.parametrize(
    ("host", "port"), [("127.0.0.1", 70_000), ("127.0.0.1", -1), ("203.0.113.7", 0), ("no host", 0)]
)
def test_an_address_that_cannot_be_had_says_so(host: str, port: int) -> None:
    with pytest.raises(MockError, match="cannot listen on"):
        bound(host, port)


def test_an_address_may_be_of_the_newer_kind() -> None:
    try:
        socket.socket(socket.AF_INET6).close()
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        pytest.skip("this machine has no IPv6")

    with serving(App(Settings(seed=1)), host="::1") as address:
        answer = httpx.post(
            f"{address}/xai/v1/images/generations",
            headers={"Authorization": "Bearer a"},
            json={"model": "grok-imagine-image", "prompt": "x"},
        )

        assert answer.json()["data"][0]["url"].startswith(f"{address}/xai/")


def test_many_calls_at_once_are_all_answered(base_url: str) -> None:
    async def told() -> list[int]:
        async with httpx.AsyncClient(trust_env=False, timeout=30) as client:
            calls = [
                client.post(
                    f"{base_url}/fal/xai/grok-imagine-image",
                    headers={"Authorization": "Key a:b", "X-Harness-Test": str(number % 7)},
                    json={"prompt": f"lighthouse {number}"},
                )
                for number in range(100)
            ]
            return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert asyncio.run(told()) == [200] * 100


def test_a_connection_is_used_again_after_every_kind_of_answer(base_url: str) -> None:
    key = {"Authorization": "Key a:b"}
    with httpx.Client(trust_env=False, base_url=base_url) as client:
        bodies: list[Any] = [{"prompt": "x"}, {"prompt": 5}, [], {"prompt": "x"}]
        statuses = [
            client.post("/fal/xai/grok-imagine-image", headers=key, json=body).status_code
            for body in bodies
        ]
        statuses.append(client.head("/fal/cdn/files/b/a/none.jpg").status_code)
        statuses.append(client.get("/__admin/health").status_code)

    assert statuses == [200, 422, 422, 200, 404, 200]


def test_websockets_are_turned_away(base_url: str) -> None:
    answer = httpx.get(
        f"{base_url}/nowhere",
        headers={
            "Connection": "Upgrade",
            "Upgrade": "websocket",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version": "13",
        },
    )

    assert answer.status_code == 403


def test_a_server_that_was_told_to_stop_stops(app: App) -> None:
    running = server(app)

    assert not running.should_exit
    assert app.on_shutdown is not None
    app.on_shutdown()
    assert running.should_exit


def test_shutting_down_does_not_wait_for_a_call_that_sleeps(app: App) -> None:
    began = time.monotonic()
    with serving(app) as address, pytest.raises(httpx.ReadTimeout):
        httpx.post(
            f"{address}/fal/xai/grok-imagine-image",
            headers={"Authorization": "Key a:b", "X-Harness-Fault": "delay=600"},
            json={"prompt": "x"},
            timeout=0.2,
        )

    assert time.monotonic() - began < 8
