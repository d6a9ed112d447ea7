"""A whole interception: the providers' real addresses, and what is left of it afterwards."""

from __future__ import annotations

import asyncio
import io
import json
import os
import socket
import ssl
import subprocess
import sys
import uuid
from pathlib import Path

import httpx
import pytest
import websockets
from PIL import Image
from websockets.sync.client import connect

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.paths import fill
from imagine_harness.contracts.rules.values import samples
from imagine_harness.harness.answers.images import images_in
from imagine_harness.harness.demo import scenarios
from imagine_harness.harness.intercept.interception import Interception, intercepting
from imagine_harness.harness.suites.subjects.encoding import encoded
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.errors import MockError
from imagine_harness.mocks.server import bound, serving

FAL = {"Authorization": "Key a:b"}


@pytest.mark.parametrize("name", load.mocked())
def test_a_client_of_each_provider_works_at_its_real_hosts(
    name: str, client: httpx.Client, interception: Interception
) -> None:
    provider = load.provider(name)
    asked: list[str] = []
    client.event_hooks["request"].append(lambda request: asked.append(str(request.url)))
    call = next(each for each in scenarios() if each.provider == name and not each.breaks)
    operation = load.recorded(name).contracts[0].operations[call.operation]
    path = fill(operation.path, samples(operation.path_parameters))
    address = f"https://{next(iter(provider.hosts))}{path}"
    credential = f"{provider.credential.scheme} {provider.credential.example}"
    said, content = encoded(operation, call.body)
    headers = {**said, provider.credential.header: credential}
    made = client.request(operation.method, address, content=content, headers=headers).json()
    if "task_id" in made:
        made = client.get(f"{address}/{made['task_id']}", headers=headers).json()
    [image, *_] = [each.data for each in images_in(made, lambda url: client.get(url).content)]

    assert image is not None
    assert Image.open(io.BytesIO(image)).format == call.answer.split()[2]
    assert asked[-1].startswith(f"https://{provider.media.host}/")
    assert {httpx.URL(each).host for each in asked} <= interception.hosts.mocked
    assert interception.hosts.refused == {}


def test_every_address_of_a_queued_request_is_one_of_the_real_hosts(client: httpx.Client) -> None:
    queued = "https://queue.fal.run/xai/grok-imagine-image"
    submitted = client.post(queued, headers=FAL, json={"prompt": "a heron"}).json()

    for name in ("status_url", "response_url", "cancel_url"):
        assert submitted[name].startswith("https://queue.fal.run/xai/")
    done = client.get(submitted["status_url"], headers=FAL).json()
    assert done["status"] == "COMPLETED"
    made = client.get(submitted["response_url"], headers=FAL).json()
    assert made["images"][0]["url"].startswith("https://v3b.fal.media/files/")


def test_an_upload_goes_to_a_real_host_and_is_found_at_one(client: httpx.Client) -> None:
    initiate = "https://rest.fal.ai/storage/upload/initiate?storage_type=fal-cdn-v3"
    told = {"content_type": "text/plain", "file_name": "a.txt"}
    begun = client.post(initiate, headers=FAL, json=told).json()
    large = b"x" * 3_000_000

    put = client.put(begun["upload_url"], content=large, headers={"Content-Type": "text/plain"})

    assert put.status_code == 200
    assert httpx.URL(begun["file_url"]).host in load.provider("fal").hosts
    assert client.get(begun["file_url"]).content == large


def test_events_come_one_by_one(client: httpx.Client) -> None:
    queued = "https://queue.fal.run/xai/grok-imagine-image"
    submitted = client.post(queued, headers=FAL, json={"prompt": "a heron"}).json()

    with client.stream("GET", f"{submitted['status_url']}/stream", headers=FAL) as answer:
        events = [line for line in answer.iter_lines() if line.startswith("data:")]

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert json.loads(events[-1].removeprefix("data:"))["status"] == "COMPLETED"


def test_a_path_below_a_real_host_may_begin_with_the_providers_name(client: httpx.Client) -> None:
    answer = client.get("https://fal.run/fal/queue/xai/none", headers=FAL)

    assert answer.status_code == 404
    assert "x-harness-error" not in answer.headers


TASK = {
    "taskType": "imageInference",
    "model": "xai:grok-imagine@image",
    "positivePrompt": "a heron",
    "width": 1024,
    "height": 1024,
}


@pytest.mark.parametrize("scheme", ["wss", "ws"])
def test_a_websocket_reaches_the_mock_and_is_answered_with_real_addresses(
    interception: Interception, scheme: str
) -> None:
    trust = ssl.create_default_context(cafile=interception.files.alone)
    address = f"{scheme}://ws-api.runware.ai/v1"
    covered = trust if scheme == "wss" else None

    with connect(address, proxy=interception.proxy_url, ssl=covered) as line:
        line.send(json.dumps([{"taskType": "authentication", "apiKey": "a"}]))
        line.send(json.dumps([TASK | {"taskUUID": str(uuid.uuid4())}]))
        frames = [json.loads(line.recv(timeout=5)) for _ in range(2)]

    urls = [each["imageURL"] for frame in frames for each in frame["data"] if "imageURL" in each]
    assert [url.startswith("https://im.runware.ai/image/") for url in urls] == [True]


def test_a_fault_breaks_the_connection_of_the_client_too(client: httpx.Client) -> None:
    broken = {**FAL, "X-Harness-Fault": "reset"}

    with pytest.raises(httpx.RemoteProtocolError):
        client.post("https://fal.run/xai/grok-imagine-image", headers=broken, json={"prompt": "x"})


def test_answers_to_who_comes_to_the_mocks_themselves_lead_to_the_mocks() -> None:
    app = App(Settings(seed=1))
    with (
        bound("127.0.0.1", 0) as door,
        serving(app, door=door) as address,
        httpx.Client(trust_env=False) as plain,
    ):
        url = f"{address}/fal/xai/grok-imagine-image"
        answer = plain.post(url, headers=FAL, json={"prompt": "x"})

    assert answer.json()["images"][0]["url"].startswith(f"{address}/fal/cdn/")


def test_nothing_is_left_of_an_interception() -> None:
    with bound("127.0.0.1", 0) as door:
        with intercepting(door, ["fal.run"], inherited={}) as made:
            folder = made.files.alone.parent
            assert folder.stat().st_mode & 0o777 == 0o700
            assert {file.stat().st_mode & 0o777 for file in folder.iterdir()} == {0o600}

        assert not folder.exists()
        for port in (made.proxy, made.direct):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection(("127.0.0.1", port), 5)


def test_a_host_that_cannot_be_allowed_is_told_before_anything_starts() -> None:
    with (
        bound("127.0.0.1", 0) as door,
        pytest.raises(MockError, match="allow"),
        intercepting(door, ["fal.run"], ["https://example.com"]),
    ):
        pytest.fail("it started")


def test_the_proxy_can_be_used_from_an_event_loop(interception: Interception) -> None:
    trust = ssl.create_default_context(cafile=interception.files.alone)

    async def answered() -> str | bytes:
        address = "wss://ws-api.runware.ai/v1"
        async with websockets.connect(address, proxy=interception.proxy_url, ssl=trust) as line:
            await line.send(json.dumps([{"taskType": "authentication", "apiKey": "a"}]))
            return await line.recv()

    assert "connectionSessionUUID" in str(asyncio.run(answered()))


ALONE = """
import errno, fcntl, socket, struct, sys
with socket.socket() as line:  # a new namespace has a loopback, but it is down
    fcntl.ioctl(line, 0x8914, struct.pack("16sH", b"lo", 0x1 | 0x40))
    assert line.connect_ex(("192.0.2.1", 443)) == errno.ENETUNREACH
import pytest
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", *sys.argv[1:]]))
"""


@pytest.mark.campaign
def test_all_this_passes_where_no_packet_can_leave_the_machine() -> None:
    tried = subprocess.run(["unshare", "-rn", "true"], check=False, capture_output=True)
    if tried.returncode != 0:
        pytest.skip("this system makes no network namespace")

    done = subprocess.run(
        ["unshare", "-rn", sys.executable, "-c", ALONE, str(Path(__file__).parent)],
        check=False,
        capture_output=True,
        text=True,
        timeout=120,
        env={key: value for key, value in os.environ.items() if "PYTEST" not in key},
    )

    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout
