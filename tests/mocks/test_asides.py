"""Requests that call nothing are noted and break nothing; what may be a call is none of them."""

from __future__ import annotations

import httpx
import pytest

from imagine_harness.mocks.app import App

pytestmark = pytest.mark.usefixtures("lasting_app")

BASES = [
    *("/cloudflare/client/v4", "/runware/v1", "/fal", "/fal/queue", "/lumenfall/openai/v1"),
    *("/uniall/v1", "/xai/v1"),
]
HOSTS = ["/cloudflare", "/cloudflare/gateway", "/runware", "/fal/rest", "/lumenfall", "/xai"]
KEY = {"Authorization": "Bearer mock-key"}


def noted(app: App) -> tuple[str, str | None]:
    [one] = app.services.journal
    return one.verdict.kind, one.verdict.aside


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", [*BASES, *HOSTS])
def test_who_looks_at_a_base_url_is_answered_by_the_provider_and_noted(
    path: str, method: str, client: httpx.Client, app: App
) -> None:
    for end, headers in (("", {}), ("/", KEY), ("?a=b", {})):
        answer = client.request(method, path + end, headers=headers)

        assert answer.status_code in (400, 401, 404, 405)
        assert "x-harness-error" not in answer.headers
    assert [(each.verdict.kind, each.verdict.aside) for each in app.services.journal] == [
        ("noted", "visit")
    ] * 3


@pytest.mark.parametrize("below", ["", "/fal", "/fal/queue", "/xai", "/runware/v1"])
@pytest.mark.parametrize(
    "path",
    [
        *("/favicon.ico", "/robots.txt", "/apple-touch-icon.png"),
        *("/apple-touch-icon-120x120-precomposed.png", "/.well-known/appspecific/a.json"),
    ],
)
def test_what_browsers_and_robots_look_for_everywhere_is_noted(
    path: str, below: str, client: httpx.Client, app: App
) -> None:
    assert client.get(below + path).status_code in (401, 404)
    assert noted(app) == ("noted", "visit")


@pytest.mark.parametrize("host", ["fal.run", "queue.fal.run", "api.x.ai", "api.runware.ai"])
@pytest.mark.parametrize("path", ["/", "/favicon.ico"])
def test_the_same_is_so_at_a_real_host(
    path: str, host: str, client: httpx.Client, app: App
) -> None:
    client.get(path, headers={"Host": host})

    assert noted(app) == ("noted", "visit")


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
@pytest.mark.parametrize("path", ["/", "/favicon.ico", "/health", "/v1/models", "/falx"])
def test_who_looks_in_at_nobodys_place_is_told_where_everything_is(
    path: str, method: str, client: httpx.Client, app: App
) -> None:
    answer = client.request(method, path)

    assert answer.status_code == 404
    assert method == "HEAD" or "/uniall" in answer.json()["detail"]
    assert noted(app) == ("noted", "visit")


@pytest.mark.parametrize("path", ["/", "/favicon.ico"])
def test_a_key_changes_nothing_where_there_can_be_no_call(
    path: str, client: httpx.Client, app: App
) -> None:
    client.get(path, headers=KEY)

    assert noted(app) == ("noted", "visit")


ASKS = {"Origin": "http://a.example", "Access-Control-Request-Method": "POST"}
CALLS: list[tuple[str, str, dict[str, str], bytes]] = [
    ("POST", "/", {}, b"{}"),
    ("POST", "/v1/images/generations", {}, b""),
    ("PUT", "/favicon.ico", {}, b""),
    ("DELETE", "/v1/models", {}, b""),
    ("GET", "/", {}, b"{}"),
    ("GET", "/v1/models", KEY, b""),
    ("GET", "/v1/images/tasks/1", {"x-api-key": "a"}, b""),
    ("OPTIONS", "/v1/images/generations", ASKS, b""),
    ("POST", "/fal", {"Authorization": "Key a:b"}, b"{}"),
    ("POST", "/xai/v1", KEY, b"{}"),
    ("POST", "/lumenfall/openai/v1/", KEY, b"{}"),
    ("GET", "/lumenfall/openai", KEY, b""),
    ("GET", "/xai/v1", KEY, b"{}"),
    ("GET", "/xai/v1/image", KEY, b""),
    ("GET", "/xai/v1/images/favicon.ico/x", KEY, b""),
    (
        "GET",
        "/fal/queue/xai/grok-imagine-image/request/1/status",
        {"Authorization": "Key a:b"},
        b"",
    ),
]
"""What may be a call by a wrong address."""


@pytest.mark.parametrize(("method", "path", "headers", "body"), CALLS)
def test_what_may_be_a_call_by_a_wrong_address_is_no_aside(
    method: str,
    path: str,
    headers: dict[str, str],
    body: bytes,
    client: httpx.Client,
    app: App,
) -> None:
    client.request(method, path, headers=headers, content=body)

    assert noted(app) == ("unmatched", None)


def test_a_call_on_record_is_no_aside_wherever_it_is(client: httpx.Client, app: App) -> None:
    client.get("/xai/v1/models", headers=KEY)
    client.post("/runware/v1", headers=KEY, json=[{"taskType": "ping", "ping": True}])

    assert [each.verdict.kind for each in app.services.journal] == ["conforms", "conforms"]


def test_controls_are_noted_nowhere(client: httpx.Client, app: App) -> None:
    client.get("/__admin/")
    client.get("/__admin")

    assert list(app.services.journal) == []


def test_what_is_noted_has_led_to_somewhere(client: httpx.Client) -> None:
    client.get("/")
    client.head("/fal")
    client.post("/nowhere")

    [lost] = client.get("/__admin/requests/unmatched").json()
    listed = client.get("/__admin/requests?verdict=noted").json()
    assert lost["request"]["path"] == "/nowhere"
    assert [each["verdict"]["aside"] for each in listed] == ["visit", "visit"]
