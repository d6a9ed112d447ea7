"""Pages in a browser: what they ask beforehand, and what they may read of answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App, Settings

pytestmark = pytest.mark.usefixtures("lasting_app")

ORIGIN = {"Origin": "http://page.example:3000"}
ASKED = "authorization,content-type,x-harness-test"
PREFLIGHT = {
    **ORIGIN,
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": ASKED,
}
PROVIDERS = ("cloudflare", "runware", "fal", "lumenfall", "uniall", "xai")
OPERATIONS = (
    *("cloudflare.generate", "cloudflare.generate-by-path", "runware.task", "fal.generate"),
    *("fal.edit", "lumenfall.generate", "lumenfall.edit", "uniall.task", "uniall.generate"),
    *("uniall.edit", "xai.generate", "xai.edit"),
)
EXPOSED = {
    "cloudflare": "cf-aig-log-id",
    "fal": "x-fal-request-id",
    "lumenfall": "x-lumenfall-request-id",
}

Plain = Callable[..., httpx.Request]


@pytest.fixture(scope="module")
def closed(client_of: Callable[[App], httpx.Client]) -> tuple[App, httpx.Client]:
    """Mocks under the readings by which no page may call, and a client of them."""
    readings = {f"{provider}.browser-pages": "refused" for provider in PROVIDERS}
    app = App(Settings(seed=1, readings=readings))
    return app, client_of(app)


def is_marked(headers: Mapping[str, str]) -> bool:
    return headers.get("access-control-allow-origin") == "*"


def called_from_a_page(request: httpx.Request) -> httpx.Request:
    request.headers.update(ORIGIN)
    return request


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_page_may_call_and_read_the_answer(
    operation: str, client: httpx.Client, plain: Plain, app: App
) -> None:
    request = plain(operation)
    asked = client.request("OPTIONS", request.url, headers=PREFLIGHT)
    answer = client.send(called_from_a_page(request))

    assert asked.is_success
    assert asked.content == b""
    assert is_marked(asked.headers)
    assert asked.headers["access-control-allow-methods"] == "POST"
    assert asked.headers["access-control-allow-headers"] == ASKED
    assert answer.status_code == 200
    assert is_marked(answer.headers)
    before, call = app.services.journal
    assert (before.verdict.kind, before.verdict.aside, before.operation) == (
        "noted",
        "preflight",
        None,
    )
    assert (call.verdict.kind, call.operation) == ("conforms", operation.partition(".")[2])


@pytest.mark.parametrize("provider", EXPOSED)
def test_a_page_may_read_the_headers_that_a_client_reads(
    provider: str, client: httpx.Client, plain: Plain
) -> None:
    answer = client.send(called_from_a_page(plain(f"{provider}.generate")))

    exposed = answer.headers["access-control-expose-headers"].split(", ")
    assert EXPOSED[provider] in exposed
    assert EXPOSED[provider] in answer.headers
    assert "retry-after" in exposed


WRONG = {
    "no key": {"Authorization": ""},
    "another content type": {"Content-Type": "text/plain"},
    "a fault": {"X-Harness-Fault": "status=429"},
    "a slow answer": {"X-Harness-Fault": "slow=1000000"},
    "HTML": {"X-Harness-Fault": "html"},
    "no answer": {"X-Harness-Fault": "empty"},
    "a fault that is none": {"X-Harness-Fault": "banana"},
}


@pytest.mark.parametrize("name", WRONG)
@pytest.mark.parametrize("operation", ["runware.task", "fal.generate", "xai.edit"])
def test_a_page_may_read_what_goes_wrong_too(
    operation: str, name: str, client: httpx.Client, plain: Plain
) -> None:
    request = called_from_a_page(plain(operation))
    request.headers.update(WRONG[name])

    assert is_marked(client.send(request).headers)


@pytest.mark.parametrize("path", ["/fal/nowhere", "/xai/v1", "/lumenfall/media/none.png"])
def test_a_page_may_read_that_nothing_is_there(path: str, client: httpx.Client) -> None:
    assert is_marked(client.get(path, headers=ORIGIN).headers)
    assert is_marked(client.request("OPTIONS", path, headers=PREFLIGHT).headers)


@pytest.mark.parametrize("operation", ["fal.generate", "runware.task", "xai.generate"])
def test_a_page_may_read_pictures(
    operation: str,
    client: httpx.Client,
    plain: Plain,
    references: Callable[[str, object], list[str]],
) -> None:
    [address] = references(operation, client.send(plain(operation)).json())
    asked = client.request("OPTIONS", address, headers=PREFLIGHT)
    answer = client.get(address, headers=ORIGIN)

    assert is_marked(asked.headers)
    assert is_marked(answer.headers)
    assert answer.headers["content-type"].startswith("image/")


def test_a_page_may_read_a_stream(client: httpx.Client, app: App) -> None:
    key = {"Authorization": "Key a:b"}
    made = client.post(
        "/fal/queue/xai/grok-imagine-image", headers=key, json={"prompt": "a lighthouse"}
    )
    app.services.clock.advance(60)
    answer = client.get(made.json()["status_url"] + "/stream", headers={**key, **ORIGIN})

    assert answer.headers["content-type"].startswith("text/event-stream")
    assert is_marked(answer.headers)


def test_a_page_may_call_what_it_takes_for_the_real_host(client: httpx.Client) -> None:
    asked = client.request(
        "OPTIONS", "/xai/grok-imagine-image", headers={**PREFLIGHT, "Host": "fal.run"}
    )

    assert is_marked(asked.headers)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_where_pages_may_not_call_a_preflight_is_refused_and_nothing_marked(
    operation: str, closed: tuple[App, httpx.Client], plain: Plain
) -> None:
    app, client = closed
    app.reset()
    request = plain(operation)
    asked = client.request("OPTIONS", request.url, headers=PREFLIGHT)
    answer = client.send(called_from_a_page(request))

    assert asked.status_code in (400, 401, 404, 405)
    assert answer.status_code == 200
    granted = [
        name for each in (asked, answer) for name in each.headers if name.startswith("access-")
    ]
    assert granted == []
    before, _ = app.services.journal
    assert (before.verdict.kind, before.verdict.aside) == ("noted", "preflight")


@pytest.mark.parametrize("operation", OPERATIONS)
def test_who_is_no_page_sees_nothing_of_all_this(
    operation: str, client: httpx.Client, plain: Plain, app: App
) -> None:
    request = plain(operation)
    answer = client.send(request)
    asked = client.request("OPTIONS", request.url)
    halves = [
        client.request("OPTIONS", request.url, headers=half)
        for half in (ORIGIN, {"Access-Control-Request-Method": "POST"})
    ]

    for each in (answer, asked, halves[1]):
        assert [name for name in each.headers if name.startswith("access-")] == []
    assert {each.status_code for each in (asked, *halves)} <= {400, 401, 404, 405}
    assert app.services.journal.find(verdict="noted") == [
        each
        for each in app.services.journal
        if each.request.path == "/v1" and each.request.method == "OPTIONS"
    ]


def test_no_page_may_use_the_controls(client: httpx.Client) -> None:
    for path in ("/__admin/reset", "/__admin/requests", "/__admin", "/nowhere"):
        asked = client.request("OPTIONS", path, headers=PREFLIGHT)
        answer = client.get(path, headers=ORIGIN)

        assert not is_marked(asked.headers)
        assert not is_marked(answer.headers)
        assert asked.status_code >= 400


@pytest.mark.parametrize("provider", PROVIDERS)
def test_how_sure_a_mark_is_stands_on_record(provider: str) -> None:
    pages = load.provider(provider).browser_pages

    assert pages is not None
    assert pages.origin == "*"
    assert pages.statement.certainty == ("observed" if provider == "xai" else "inferred")
