"""Pictures put at the caller's own addresses, over a socket."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
import pytest

from imagine_harness.mocks.app import App

BEARER = {"Authorization": "Bearer xai-a"}
BODY = {"model": "grok-imagine-image", "prompt": "a lighthouse"}


@dataclass
class Bucket:
    """Somebody's storage: what was put where, with which content type."""

    url: str = ""
    put: dict[str, tuple[str | None, bytes]] = field(default_factory=dict)
    methods: list[str] = field(default_factory=list)

    def take(self, handler: BaseHTTPRequestHandler) -> None:
        data = handler.rfile.read(int(handler.headers["content-length"]))
        self.methods.append(handler.command)
        self.put[handler.path] = (handler.headers["content-type"], data)
        handler.send_response(403 if handler.path.startswith("/full") else 200)
        handler.send_header("content-length", "0")
        handler.end_headers()


@pytest.fixture
def bucket() -> Iterator[Bucket]:
    kept = Bucket()

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            kept.take(self)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield kept
    server.shutdown()
    thread.join()
    server.server_close()


def sent(base_url: str, count: int) -> list[dict[str, Any]]:
    wait = {"action": "wait", "count": count, "timeout": 10}
    answer = httpx.post(f"{base_url}/__admin/webhooks", json=wait)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()
    return found


def generate(base_url: str, urls: object, **given: Any) -> httpx.Response:
    return httpx.post(
        f"{base_url}/xai/v1/images/generations",
        headers=BEARER,
        json={**BODY, "output": {"upload_urls": urls}, **given},
    )


def test_every_picture_is_put_at_its_own_address(base_url: str, bucket: Bucket) -> None:
    urls = [f"{bucket.url}/{name}?signature=s" for name in "ab"]

    answer = generate(base_url, urls, n=2)
    deliveries = sent(base_url, 2)

    assert answer.status_code == 200
    shown = [httpx.get(item["url"]).content for item in answer.json()["data"]]
    assert bucket.put == {
        "/a?signature=s": ("image/jpeg", shown[0]),
        "/b?signature=s": ("image/jpeg", shown[1]),
    }
    assert bucket.methods == ["PUT", "PUT"]
    assert {(each["kind"], each["method"], each["state"]) for each in deliveries} == {
        ("upload", "PUT", "delivered")
    }


def test_pictures_as_base64_are_uploaded_too(base_url: str, bucket: Bucket) -> None:
    answer = generate(base_url, [f"{bucket.url}/a"], response_format="b64_json")
    sent(base_url, 1)

    assert list(bucket.put) == ["/a"]
    assert answer.json()["data"][0]["b64_json"]


def test_an_edit_uploads_as_well(base_url: str, bucket: Bucket) -> None:
    body = {**BODY, "image": {"url": "https://example.com/a.png"}}
    output = {"upload_urls": [f"{bucket.url}/edited"]}

    httpx.post(f"{base_url}/xai/v1/images/edits", headers=BEARER, json={**body, "output": output})
    sent(base_url, 1)

    assert list(bucket.put) == ["/edited"]


def test_a_deferred_request_uploads_when_it_is_done(
    base_url: str, bucket: Bucket, app: App
) -> None:
    app.services.clock.hold()
    answer = generate(base_url, [f"{bucket.url}/a"], deferred=True)
    request_id = answer.json()["request_id"]
    assert httpx.get(f"{base_url}/__admin/webhooks").json() == []

    app.services.clock.advance(2)
    [delivery] = sent(base_url, 1)

    assert (delivery["task"], delivery["state"]) == (request_id, "delivered")
    result = httpx.get(f"{base_url}/xai/v1/images/{request_id}", headers=BEARER).json()
    assert bucket.put["/a"] == ("image/jpeg", httpx.get(result["data"][0]["url"]).content)


def test_a_deferred_request_that_fails_uploads_nothing(
    base_url: str, bucket: Bucket, app: App
) -> None:
    app.services.clock.hold()
    body = {**BODY, "deferred": True, "output": {"upload_urls": [f"{bucket.url}/a"]}}
    headers = {**BEARER, "X-Harness-Fault": "fail"}
    httpx.post(f"{base_url}/xai/v1/images/generations", headers=headers, json=body)
    app.services.clock.advance(2)

    generate(base_url, [f"{bucket.url}/later"])
    sent(base_url, 1)

    assert list(bucket.put) == ["/later"]


def test_an_upload_that_is_refused_is_not_tried_again(base_url: str, bucket: Bucket) -> None:
    answer = generate(base_url, [f"{bucket.url}/full"])
    [delivery] = sent(base_url, 1)

    assert answer.status_code == 200
    assert delivery["state"] == "failed"
    assert [each["status"] for each in delivery["attempts"]] == [403]


def test_nothing_is_uploaded_to_a_host_that_was_not_allowed(base_url: str) -> None:
    answer = generate(base_url, ["https://storage.example.com/a"])
    [delivery] = sent(base_url, 1)

    assert answer.status_code == 200
    assert delivery["state"] == "refused"


@pytest.mark.parametrize("urls", [[], ["u"], ["u"] * 3, "u", [1, 2], {}])
def test_there_is_one_address_for_each_image(
    urls: object, client: httpx.Client, app: App, assert_refused: Callable[..., None]
) -> None:
    body = {**BODY, "n": 2, "output": {"upload_urls": urls}}

    answer = client.post("/xai/v1/images/generations", headers=BEARER, json=body)

    assert_refused(answer, "xai", 400)
    assert "output.upload_urls" in answer.json()["error"]
    assert app.services.deliveries.all() == []


@pytest.mark.parametrize("output", [{}, {"upload_urls": None}])
def test_no_addresses_are_no_uploads(
    output: dict[str, object], client: httpx.Client, app: App
) -> None:
    body = {**BODY, "n": 2, "output": output}

    answer = client.post("/xai/v1/images/generations", headers=BEARER, json=body)

    assert answer.status_code == 200
    assert app.services.deliveries.all() == []


def test_a_moderated_answer_uploads_what_it_shows(base_url: str, bucket: Bucket) -> None:
    body = {**BODY, "n": 1, "output": {"upload_urls": [f"{bucket.url}/a"]}}
    headers = {**BEARER, "X-Harness-Fault": "moderated=placeholder"}

    answer = httpx.post(f"{base_url}/xai/v1/images/generations", headers=headers, json=body)
    sent(base_url, 1)

    [item] = answer.json()["data"]
    assert item["respect_moderation"] is False
    assert bucket.put["/a"][1] == httpx.get(item["url"]).content
