"""Bodies that cannot be decoded, or are not what was expected: always the provider's own 4xx."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.server import serving
from tests.laws import hold, unnamed

Ask = Callable[..., httpx.Response]
Check = Callable[..., None]

POSTED = (
    "cloudflare.generate",
    "cloudflare.generate-by-path",
    "runware.task",
    "fal.generate",
    "fal.edit",
    "lumenfall.generate",
    "lumenfall.edit",
    "uniall.task",
    "uniall.generate",
    "uniall.edit",
    "xai.generate",
    "xai.edit",
)


@pytest.fixture(scope="module")
def app() -> App:
    """One application for all of these: nothing that is refused leaves a trace."""
    return App(Settings(seed=1))


@pytest.fixture(scope="module")
def base_url(app: App) -> Iterator[str]:
    with serving(app) as address:
        yield address


@pytest.fixture
def send(client: httpx.Client, plain: Callable[..., httpx.Request]) -> Ask:
    """Send bytes to the path of an operation, with its credential and a content type."""

    def sent(
        operation: str, content: bytes, kind: str | None = "application/json"
    ) -> httpx.Response:
        request = plain(operation)
        headers = {"Authorization": request.headers["Authorization"]}
        if kind is not None:
            headers["Content-Type"] = kind
        return client.post(request.url, headers=headers, content=content)

    return sent


MALFORMED = {
    "not JSON": b"{",
    "empty": b"",
    "blank": b"  \n ",
    "a NUL byte": b'{"prompt":"a\x00b"}',
    "only NUL bytes": b"\x00" * 64,
    "invalid UTF-8": b'{"prompt":"\xff\xfe"}',
    "UTF-16": '{"prompt":"x"}'.encode("utf-16"),
    "a lone surrogate": b'{"prompt":"\\ud800"}',
    "NaN": b'{"prompt":NaN}',
    "infinity": b'{"prompt":1e999}',
    "a trailing comma": b'{"prompt":"x",}',
    "two documents": b'{"prompt":"x"}{"prompt":"y"}',
    "5,000 levels": b'{"prompt":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
    "5,000 levels of objects": b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
    "5,000 levels unfinished": b"[" * 5_000,
}


@pytest.mark.parametrize("operation", POSTED)
def test_a_body_that_is_no_json_is_refused(
    operation: str, send: Ask, assert_refused: Check
) -> None:
    def check(kind: str, body: bytes) -> None:
        assert_refused(send(operation, body), operation.partition(".")[0])

    hold(check, unnamed(MALFORMED.items()))


SCALARS = [
    b"null",
    b"true",
    b"0",
    b"-1.5",
    b'"text"',
    b"[]",
    b"[[]]",
    b"[null]",
    b"[1]",
    b"{}",
    b"[{}]",
]


@pytest.mark.parametrize("operation", POSTED)
def test_a_body_of_another_json_type_is_refused(
    operation: str, send: Ask, assert_refused: Check
) -> None:
    def check(body: bytes) -> None:
        assert_refused(send(operation, body), operation.partition(".")[0])

    refused = [body for body in SCALARS if (operation, body) != ("runware.task", b"[]")]
    hold(check, unnamed(zip(refused, strict=True)))


def test_no_task_at_all_has_no_result(send: Ask) -> None:
    answer = send("runware.task", b"[]")

    assert (answer.status_code, answer.json()) == (200, {"data": []})


HUGE = {
    "an integer of 20 digits": b"9" * 20,
    "an integer of 300 digits": b"9" * 300,
    "a negative integer of 300 digits": b"-" + b"9" * 300,
    "the largest double": b"1.7976931348623157e308",
    "the smallest double": b"5e-324",
    "a minus zero": b"-0",
    "the largest unsigned": b"18446744073709551615",
    "one more": b"18446744073709551616",
}
COUNTS = {
    "cloudflare.generate-by-path": "n",
    "runware.task": "numberResults",
    "fal.generate": "num_images",
    "fal.edit": "num_images",
    "uniall.task": "num_images",
    "uniall.generate": "num_images",
    "uniall.edit": "num_images",
    "xai.generate": "n",
    "xai.edit": "n",
}


@pytest.mark.parametrize("operation", COUNTS)
def test_a_number_beyond_any_bound_is_refused_and_can_be_read_in_the_journal(
    operation: str,
    app: App,
    send: Ask,
    client: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Check,
) -> None:
    def check(name: str, number: bytes) -> None:
        app.reset()
        written = plain(operation, {COUNTS[operation]: "HERE"}).content

        answer = send(operation, written.replace(b'"HERE"', number))

        assert_refused(answer, operation.partition(".")[0])
        assert COUNTS[operation] in answer.text
        [noted] = client.get("/__admin/requests").json()
        assert noted["response"]["status"] == answer.status_code

    hold(check, unnamed(HUGE.items()))


@pytest.mark.parametrize("operation", ["lumenfall.generate", "lumenfall.edit", "uniall.generate"])
@pytest.mark.parametrize("number", [201, 10**15, 1e300], ids=["201", "a lot", "huge"])
def test_more_images_than_can_be_made_are_refused_by_name(
    operation: str, number: float, ask: Ask, assert_refused: Check
) -> None:
    answer = ask(operation, {"n": number})

    assert_refused(answer, operation.partition(".")[0], 400)
    assert answer.json()["error"]["param"] == "n"
    assert len(answer.text) < 1_000


@pytest.mark.parametrize("operation", POSTED)
def test_of_a_repeated_key_the_last_one_counts(
    operation: str, client: httpx.Client, plain: Callable[..., httpx.Request]
) -> None:
    request = plain(operation)
    name = b'"positivePrompt":' if operation == "runware.task" else b'"prompt":'
    content = request.content.replace(name, name + b"5," + name)

    request.headers.pop("content-length")
    answer = client.post(request.url, headers=request.headers, content=content)

    assert answer.status_code == 200


DEEP_PLACES = [
    ("cloudflare.generate", "image"),
    ("cloudflare.generate", "images"),
    ("runware.task", "inputs"),
    ("fal.edit", "image_urls"),
    ("lumenfall.generate", "storage_options"),
    ("lumenfall.edit", "images"),
    ("uniall.edit", "images"),
    ("xai.edit", "images"),
    ("xai.generate", "anything"),
]


DEEP = [
    (depth, *brackets)
    for depth in (50, 200, 300, 1_000)
    for brackets in ((b"[", b"]"), (b'{"url":', b"}"))
]


@pytest.mark.parametrize(("operation", "name"), DEEP_PLACES)
def test_a_deep_value_is_taken_or_refused_but_breaks_nothing(
    operation: str,
    name: str,
    app: App,
    send: Ask,
    client: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Check,
) -> None:
    def check(depth: int, opened: bytes, closed: bytes) -> None:
        app.reset()
        request = plain(operation, {name: "HERE"}, without=["image"] if name == "images" else [])
        deep = opened * depth + b"1" + closed * depth

        answer = send(operation, request.content.replace(b'"HERE"', deep))

        if answer.status_code != 200:
            assert_refused(answer, operation.partition(".")[0])
        assert client.get("/__admin/requests").status_code == 200

    hold(check, unnamed(DEEP))


@pytest.mark.parametrize("operation", ["runware.task", "fal.edit", "xai.edit"])
def test_a_body_of_50_megabytes_is_refused_at_once(
    operation: str, base_url: str, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    request = plain(operation)
    with httpx.Client(timeout=20) as client:
        answer = client.post(
            base_url + request.url.path,
            content=b'{"prompt":"' + b"x" * 50_000_000 + b'"}',
            headers={
                "Authorization": request.headers["Authorization"],
                "Content-Type": "application/json",
            },
        )

        assert_refused(answer, operation.partition(".")[0], 413)
        assert client.get(f"{base_url}/__admin/health").status_code == 200


def test_a_body_of_50_megabytes_in_chunks_is_refused_too(
    base_url: str, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    request = plain("lumenfall.generate")

    answer = httpx.post(
        base_url + request.url.path,
        content=(b"x" * 1_000_000 for _ in range(50)),
        headers={
            "Authorization": request.headers["Authorization"],
            "Content-Type": "application/json",
        },
        timeout=20,
    )

    assert_refused(answer, "lumenfall", 413)


def exchanged(address: str, sent: bytes) -> bytes:
    """What comes back over a bare socket until the other side closes or falls silent."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), timeout=5) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        received = b""
        while part := line.recv(65_536):
            received += part
    return received


@pytest.mark.parametrize(
    "head",
    [
        b"POST /fal/xai/grok-imagine-image HTTP/1.0\r\n\r\n",
        b"POST /fal/\xff\xfe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /fal/%ff%fe HTTP/1.1\r\nHost: a\r\n\r\n",
        b"POST /fal HTTP/1.1\r\nHost: a\r\nContent-Length: nonsense\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
    ids=["HTTP/1.0 without a host", "raw bytes", "escaped bytes", "bad length", "star", "no HTTP"],
)
def test_a_strange_request_line_is_answered_with_4xx_and_the_server_lives(
    head: bytes, base_url: str
) -> None:
    received = exchanged(base_url, head)

    assert received.split(b" ", 2)[1][:1] == b"4"
    assert httpx.get(f"{base_url}/__admin/health").status_code == 200
