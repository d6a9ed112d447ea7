"""By host name as by path prefix: the same answers, and addresses that lead back."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from tests.laws import hold, unnamed

pytestmark = pytest.mark.usefixtures("lasting_app")

ClientOf = Callable[[App], httpx.Client]
Ask = Callable[..., httpx.Response]
References = Callable[[str, Any], list[str]]


HOSTS = [
    (name, host, prefix)
    for name in load.mocked()
    for host, prefix in load.provider(name).hosts.items()
]
# operation, the host that its page names, the path there
CALLS = [
    ("cloudflare.generate", "api.cloudflare.com", "/client/v4/accounts/{}/ai/run"),
    (
        "cloudflare.generate-by-path",
        "api.cloudflare.com",
        "/client/v4/accounts/{}/ai/run/xai/grok-imagine-image",
    ),
    ("runware.task", "api.runware.ai", "/v1"),
    ("runware.task", "ws-api.runware.ai", "/v1"),
    ("fal.generate", "fal.run", "/xai/grok-imagine-image"),
    ("fal.edit", "fal.run", "/xai/grok-imagine-image/edit"),
    ("lumenfall.generate", "api.lumenfall.ai", "/openai/v1/images/generations"),
    ("lumenfall.edit", "api.lumenfall.ai", "/openai/v1/images/edits"),
    ("uniall.task", "api.uniall.ai", "/v1/images/tasks"),
    ("uniall.generate", "api.uniall.ai", "/v1/images/generations"),
    ("xai.generate", "api.x.ai", "/v1/images/generations"),
    ("xai.edit", "api.x.ai", "/v1/images/edits"),
]


CREATED = r'"created":\d+,'
"""The moment of an answer."""


PATHS = ["/nothing/here", "/", "/xai/none.jpg", "/v1/none", "/fal", "/xai"]


@pytest.mark.parametrize(("name", "host", "prefix"), HOSTS)
def test_a_host_answers_as_the_prefix_that_it_stands_for(
    name: str, host: str, prefix: str, client: httpx.Client
) -> None:
    def check(path: str) -> None:
        by_prefix = client.get(f"/{name}{prefix.rstrip('/')}{path}")

        by_host = client.get(path, headers={"Host": host})

        assert by_host.status_code == by_prefix.status_code
        assert by_host.headers["content-type"] == by_prefix.headers["content-type"]
        assert by_host.json().keys() == by_prefix.json().keys()

    # Under a host of its own, a provider's prefix is that of the addresses in its answers.
    paths = [path for path in PATHS if path.split("/")[1] != name]
    hold(check, unnamed(zip(paths, strict=True)))


@pytest.mark.parametrize(("operation", "host", "path"), CALLS)
def test_a_call_by_host_is_answered_as_by_prefix(
    operation: str,
    host: str,
    path: str,
    client_of: ClientOf,
    plain: Callable[..., httpx.Request],
    references: References,
) -> None:
    alone = Settings(seed=3, providers=(operation.partition(".")[0],))
    one, other = (client_of(App(alone)) for _ in range(2))
    request = plain(operation)
    account = "0123456789abcdef0123456789abcdef"
    headers = {"Authorization": request.headers["Authorization"], "Host": f"{host}:8443"}

    by_prefix = one.send(request)
    by_host = other.post(
        path.format(account),
        headers={**headers, "Content-Type": "application/json"},
        content=request.content,
    )

    assert (by_host.status_code, by_prefix.status_code) == (200, 200)
    text = by_host.text.replace(f"http://{host}:8443/", "http://127.0.0.1:4010/")
    assert re.sub(CREATED, "", text) == re.sub(CREATED, "", by_prefix.text)
    if operation == "uniall.task":
        return
    for address in references(operation, by_host.json()):
        assert address.startswith(f"http://{host}:8443/")
        followed = other.get(urlsplit(address).path, headers={"Host": f"{host}:8443"})
        assert followed.headers["content-type"] == "image/jpeg"


@pytest.mark.parametrize(("operation", "host", "path"), CALLS)
def test_a_call_by_host_is_noted_under_its_own_operation(
    operation: str, host: str, path: str, app: App, client: httpx.Client
) -> None:
    key = "Key a:b" if operation.startswith("fal") else "Bearer a"
    headers = {"Host": host, "Authorization": key}

    client.post(path.format("0123456789abcdef0123456789abcdef"), headers=headers, json={})

    [noted] = app.services.journal
    assert noted.provider == operation.partition(".")[0]
    assert noted.verdict.refusal != "route-unknown"


MEDIA = [
    ("cloudflare.generate", "examples.aig.cloudflare.com", "/cloudflare/images"),
    ("runware.task", "im.runware.ai", "/runware/im"),
    ("fal.generate", "v3b.fal.media", "/fal/cdn"),
    ("lumenfall.generate", "media.lumenfall.ai", "/lumenfall/media"),
    ("uniall.generate", "media.uniall.ai", "/uniall/media"),
    ("xai.generate", "imgen.x.ai", "/xai/imgen"),
]


@pytest.mark.parametrize(("operation", "host", "prefix"), MEDIA)
def test_a_picture_is_served_by_the_host_of_the_providers_media(
    operation: str,
    host: str,
    prefix: str,
    ask: Ask,
    client: httpx.Client,
    references: References,
) -> None:
    [address] = references(operation, ask(operation).json())
    path = urlsplit(address).path

    assert path.startswith(prefix + "/")
    by_host = client.get(path.removeprefix(prefix), headers={"Host": host})

    assert by_host.headers["content-type"] == "image/jpeg"
    assert by_host.content == client.get(address).content


@pytest.mark.parametrize("host", ["FAL.RUN", "fal.run:443", "Fal.Run:80"])
def test_a_host_is_known_in_any_case_and_with_any_port(host: str, client: httpx.Client) -> None:
    answer = client.post(
        "/xai/grok-imagine-image",
        headers={"Host": host, "Authorization": "Key a:b"},
        json={"prompt": "a lighthouse"},
    )

    assert answer.status_code == 200
    assert answer.json()["images"][0]["url"].startswith(f"http://{host}/")


@pytest.mark.parametrize("host", ["fal.run.evil.example", "xfal.run", "run", "", "fal.run@a"])
def test_a_host_that_merely_looks_alike_is_nobody(host: str, client: httpx.Client) -> None:
    answer = client.get("/nothing", headers={"Host": host})

    assert (answer.status_code, answer.headers["x-harness-error"]) == (404, "unknown-provider")


@pytest.mark.parametrize("host", ["fal.run", "api.x.ai", "example.com"])
def test_the_controls_are_nobody_elses_path_and_answer_under_no_such_host(
    host: str, client: httpx.Client
) -> None:
    answer = client.get("/__admin/health", headers={"Host": host})

    assert (answer.status_code, answer.headers["x-harness-error"]) == (403, "unknown-host")


FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "1",
    "X-Forwarded-For": "10.0.0.1",
    "Forwarded": "proto=https;host=evil.example",
    "X-Real-IP": "10.0.0.1",
}


@pytest.mark.parametrize(
    "operation",
    [
        "cloudflare.generate",
        "runware.task",
        "fal.edit",
        "lumenfall.edit",
        "uniall.edit",
        "xai.edit",
    ],
)
def test_forwarded_headers_never_decide_where_an_address_leads(
    operation: str, base_url: str, plain: Callable[..., httpx.Request], references: References
) -> None:
    request = plain(operation)
    headers = {"Authorization": request.headers["Authorization"], **FORWARDED}
    with httpx.Client(trust_env=False) as http:
        answer = http.post(
            base_url + request.url.path,
            headers={**headers, "Content-Type": "application/json"},
            content=request.content,
        )

        [address] = references(operation, answer.json())
        assert address.startswith(f"{base_url}/")
        assert http.get(address).headers["content-type"] == "image/jpeg"


def test_an_address_has_the_host_that_was_asked_even_by_another_name(base_url: str) -> None:
    named = base_url.replace("127.0.0.1", "localhost")

    answer = httpx.post(
        f"{named}/xai/v1/images/generations",
        headers={"Authorization": "Bearer a"},
        json={"model": "grok-imagine-image", "prompt": "a lighthouse"},
    )

    assert answer.json()["data"][0]["url"].startswith(f"{named}/xai/")


def test_a_task_that_is_asked_about_elsewhere_answers_with_addresses_there(
    app: App, ask: Ask, client: httpx.Client
) -> None:
    path = f"/v1/images/tasks/{ask('uniall.task').json()['task_id']}"
    app.services.clock.advance(5)

    for host in ("127.0.0.1:4010", "api.uniall.ai", "localhost:4010"):
        prefix = "" if host == "api.uniall.ai" else "/uniall"
        answer = client.get(prefix + path, headers={"Host": host, "Authorization": "Bearer a"})
        assert answer.json()["data"]["result_url"].startswith(f"http://{host}/")


def test_a_request_without_a_host_is_answered_with_the_address_of_the_server(
    app: App, plain: Callable[..., httpx.Request]
) -> None:
    request = plain("fal.generate")
    with serving(app) as address:
        parts = urlsplit(address)
        with socket.create_connection((parts.hostname or "", parts.port or 0), 5) as line:
            head = (
                f"POST {request.url.path} HTTP/1.0\r\nAuthorization: Key a:b\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(request.content)}\r\n\r\n"
            )
            line.sendall(head.encode() + request.content)
            received = b""
            while part := line.recv(65_536):
                received += part

    assert received.split(b" ", 2)[1] == b"200"
    assert f'"url":"{address}/fal/'.encode() in received
