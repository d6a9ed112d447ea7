"""The fetch of a picture as an exchange: noted, hit by faults, and with nothing that goes along."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.protocols.fault_effects import ConnectionReset
from imagine_harness.mocks.services.faults import parsed
from imagine_harness.mocks.services.journal import as_json, line

Ask = Callable[..., httpx.Response]
References = Callable[[str, Any], list[str]]
Fetched = Callable[..., tuple[httpx.Response, Exchange]]

OPERATIONS = [
    "cloudflare.generate",
    "runware.task",
    "fal.generate",
    "lumenfall.generate",
    "uniall.generate",
    "xai.generate",
]
KEYS: Mapping[str, str] = {
    "cloudflare": "Bearer cf-6d1f0b3e9a",
    "runware": "Bearer rw-6d1f0b3e9a",
    "fal": "Key 6d1f0b3e9a:7a2c4e6f8b",
    "lumenfall": "Bearer lmnfl_6d1f.0b3e9a",
    "uniall": "Bearer sk-6d1f0b3e9a",
    "xai": "Bearer xai-6d1f0b3e9a",
}
MEDIA_HOSTS: Mapping[str, str] = {
    "cloudflare": "examples.aig.cloudflare.com",
    "runware": "im.runware.ai",
    "fal": "v3b.fal.media",
    "lumenfall": "media.lumenfall.ai",
    "uniall": "media.uniall.ai",
    "xai": "imgen.x.ai",
}


@pytest.fixture
def address(ask: Ask, references: References) -> Callable[..., str]:
    """The address of a picture that was made, for a key and in a test."""

    def made(operation: str = "fal.generate", **headers: str) -> str:
        key = KEYS[operation.partition(".")[0]]
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = ask(operation, headers={"Authorization": key, **named})
        return references(operation, answer.json())[0]

    return made


@pytest.fixture
def noted(app: App) -> Callable[[], Exchange]:
    """The only fetch that was noted."""

    def found() -> Exchange:
        [only] = app.services.journal.find(operation="media")
        return only

    return found


@pytest.fixture
def fetched(
    address: Callable[..., str], client: httpx.Client, noted: Callable[[], Exchange]
) -> Fetched:
    """Fetch a picture that an operation made: the answer, and what was noted of the fetch."""

    def made(operation: str = "fal.generate", **asked: Any) -> tuple[httpx.Response, Exchange]:
        answer = client.get(address(operation), **asked)
        return answer, noted()

    return made


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fetch_is_an_exchange_of_the_pictures_test_without_its_bytes(
    method: str,
    operation: str,
    address: Callable[..., str],
    client: httpx.Client,
    noted: Callable[[], Exchange],
) -> None:
    answer = client.request(method, address(operation, X_Harness_Test="mine"))

    exchange = noted()
    assert (exchange.response.status, exchange.verdict.kind, exchange.test) == (
        200,
        "conforms",
        "mine",
    )
    assert exchange.provider == operation.partition(".")[0]
    assert exchange.response.body == b""
    told = as_json(exchange)["response"]
    assert told["content_type"] == answer.headers["content-type"]
    assert told["body"] == {
        "cut": True,
        "bytes": int(answer.headers["content-length"]),
        "start": "",
    }
    assert len(line(exchange)) < 2_000


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_one_by_the_name_of_the_host_too(
    operation: str,
    address: Callable[..., str],
    client: httpx.Client,
    noted: Callable[[], Exchange],
) -> None:
    provider = operation.partition(".")[0]
    path = address(operation).partition(f"/{provider}/")[2].partition("/")[2]

    answer = client.get(f"/{path}", headers={"Host": MEDIA_HOSTS[provider]})

    assert answer.status_code == 200
    assert (noted().provider, noted().verdict.kind) == (provider, "conforms")


def test_no_header_of_the_api_is_on_a_picture(
    address: Callable[..., str], client: httpx.Client
) -> None:
    answer = client.get(address())

    assert set(answer.headers) == {"content-type", "content-length"}


def test_a_picture_changes_no_id_that_comes_after_it(
    app: App, client_of: Callable[[App], httpx.Client], plain: Callable[..., httpx.Request]
) -> None:
    bodies = []
    for fetching in (True, False):
        client = client_of(App(Settings(seed=1)))
        first = client.send(plain("fal.generate")).json()
        if fetching:
            client.get(first["images"][0]["url"])
            client.get("/fal/cdn/files/b/a/none.jpg")
        bodies.append(client.send(plain("fal.generate")).json())

    assert bodies[0] == bodies[1]


def test_an_address_that_never_was_is_refused_and_one_that_has_expired_is_told_apart(
    ask: Ask, app: App, client: httpx.Client
) -> None:
    app.services.clock.hold()
    [element] = ask("runware.task", {"ttl": 60}, headers={"X-Harness-Test": "a"}).json()["data"]
    app.services.clock.advance(60)

    answers = [client.get(element["imageURL"]) for _ in "ab"]
    unknown = client.get("/runware/im/image/os/a/ws/2/ii/none.jpg")

    assert {each.content for each in (*answers, unknown)} == {unknown.content}
    fetches = app.services.journal.find(operation="media")
    assert [(each.test, each.verdict.refusal, each.verdict.kind) for each in fetches] == [
        ("a", "media-expired", "refused"),
        ("a", "media-expired", "refused"),
        ("", "media-unknown", "refused"),
    ]
    assert fetches[0].response.body == answers[0].content


def test_another_method_is_refused_as_a_fetch(
    address: Callable[..., str], client: httpx.Client, noted: Callable[[], Exchange]
) -> None:
    client.delete(address())

    assert (noted().verdict.refusal, noted().response.status) == ("method-unknown", 405)


@pytest.mark.parametrize("operation", OPERATIONS)
@pytest.mark.parametrize("spec", ["gone", "status=404"])
def test_an_address_is_gone_as_one_that_has_expired(
    spec: str,
    operation: str,
    app: App,
    address: Callable[..., str],
    client: httpx.Client,
    noted: Callable[[], Exchange],
) -> None:
    url = address(operation)
    unknown = client.get(url.replace(url.rpartition("/")[2], "none.jpg"))
    app.services.journal.reset()
    app.services.faults.add(parsed(f"{operation.partition('.')[0]}.media nth=2 {spec}"))

    answer = client.get(url)

    assert (answer.status_code, answer.json().keys()) == (404, unknown.json().keys())
    assert noted().verdict.kind == "fault"


@pytest.mark.parametrize(
    ("spec", "status", "kind", "begins"),
    [
        ("html", 502, "text/html", b"<html>"),
        ("garbage", 200, "image/png", b"\x00\xff"),
        ("empty", 200, "image/png", b""),
        ("content-type=text/html", 200, "text/html", b"\x89PNG"),
        ("status=503", 503, "application/json", b"{"),
        ("slow=100000000", 200, "image/png", b"\x89PNG"),
    ],
)
def test_a_fault_hits_the_fetch_where_it_is_named(
    spec: str, status: int, kind: str, begins: bytes, app: App, ask: Ask, client: httpx.Client
) -> None:
    app.services.faults.add(parsed(f"fal.media nth=1 {spec}"))
    url = ask("fal.generate", {"output_format": "png"}).json()["images"][0]["url"]

    hit, spared = client.get(url), client.get(url)

    assert (hit.status_code, hit.headers["content-type"]) == (status, kind)
    assert hit.content.startswith(begins)
    assert (spared.status_code, spared.content[:4]) == (200, b"\x89PNG")
    first, _ = app.services.journal.find(operation="media")
    is_picture = hit.content[:4] == b"\x89PNG"
    assert (first.verdict.kind, first.response.body) == (
        "fault",
        b"" if is_picture else hit.content,
    )


@pytest.mark.parametrize("spec", ["reset", "truncated", "truncate=100"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_fetch_breaks_off(
    method: str, spec: str, app: App, address: Callable[..., str], client: httpx.Client
) -> None:
    app.services.faults.add(parsed(f"fal.media {spec}"))
    url = address()

    with pytest.raises(ConnectionReset):
        client.request(method, url)


def test_half_of_a_truncated_picture_comes(
    app: App, base_url: str, address: Callable[..., str]
) -> None:
    app.services.faults.add(parsed("fal.media truncated"))
    url, came = base_url + httpx.URL(address()).path, b""

    broken = suppress(httpx.RemoteProtocolError)
    with httpx.stream("GET", url, trust_env=False) as answer, broken:
        for part in answer.iter_raw():
            came += part

    assert len(came) == int(answer.headers["content-length"]) // 2


@pytest.mark.parametrize("place", ["", "* ", "fal ", "fal.generate "])
def test_a_fault_that_does_not_name_the_fetch_spares_it(
    place: str, app: App, address: Callable[..., str], client: httpx.Client
) -> None:
    url = address()
    app.services.faults.add(parsed(f"{place}status=500"))

    assert client.get(url).status_code == 200


def test_the_fetches_of_every_provider_can_be_meant(
    app: App, address: Callable[..., str], client: httpx.Client
) -> None:
    app.services.faults.add(parsed("*.media status=503"))
    urls = [address(operation) for operation in OPERATIONS]

    assert {client.get(url).status_code for url in urls} == {503}


@pytest.mark.parametrize(
    ("headers", "pointer", "got"),
    [
        ({"Authorization": KEYS["fal"]}, "/headers/authorization", "Key ***"),
        ({"Authorization": "Basic bm90aGluZw=="}, "/headers/authorization", "Basic ***"),
        ({"X-Api-Key": "6d1f0b3e9a:7a2c4e6f8b"}, "/headers/x-api-key", "***"),
    ],
)
def test_a_credential_in_a_header_is_a_finding_that_does_not_show_it(
    headers: dict[str, str], pointer: str, got: str, fetched: Fetched
) -> None:
    answer, exchange = fetched(headers=headers)

    assert answer.status_code == 200
    [found] = exchange.verdict.violations
    assert (found.rule, found.level) == ("fal.media.credential-sent", "warning")
    assert (found.pointer, found.got) == (pointer, got)
    assert exchange.verdict.kind == "warns"
    told = line(exchange)
    assert b"v3b.fal.media" in told
    assert b"7a2c4e6f8b" not in told
    assert b"bm90aGluZw" not in told


@pytest.mark.parametrize("operation", OPERATIONS)
def test_it_is_one_at_every_provider(operation: str, fetched: Fetched) -> None:
    provider = operation.partition(".")[0]
    _, exchange = fetched(operation, headers={"Authorization": KEYS[provider]})

    assert [each.rule for each in exchange.verdict.violations] == [
        f"{provider}.media.credential-sent"
    ]


def test_a_key_in_the_query_is_one(fetched: Fetched) -> None:
    _, exchange = fetched(params={"token": "6d1f0b3e9a:7a2c4e6f8b"})

    assert [each.pointer for each in exchange.verdict.violations] == ["/query/token"]
    assert b"7a2c4e6f8b" not in line(exchange)


@pytest.mark.parametrize(
    "asked",
    [
        {"params": {"token": "signed-for-this-address", "sig": "abc"}},
        {"headers": {"Cookie": "session=1", "X-Request-Token": "abc", "Accept": "image/*"}},
        {"headers": {"X-Note": "6d1f0b3e9a:7a2c4e6f8b"}, "params": {"n": "1"}},
    ],
)
def test_what_is_no_key_of_the_api_is_none(asked: dict[str, Any], fetched: Fetched) -> None:
    _, exchange = fetched(**asked)

    assert exchange.verdict.violations == []


def test_a_public_file_is_fetched_like_a_result(
    ask: Ask, client: httpx.Client, noted: Callable[[], Exchange]
) -> None:
    options = {"filename": "a.jpg", "public_url": True}
    [made] = ask("xai.generate", {"storage_options": options}).json()["data"]

    answer = client.get(made["file_output"]["public_url"], headers={"Authorization": "Bearer a"})

    assert answer.status_code == 200
    assert [each.rule for each in noted().verdict.violations] == ["xai.media.credential-sent"]
