"""Request bodies with a content encoding: undone where a provider would, else refused by it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable

import httpx
import pytest

from imagine_harness.mocks.app import App, Settings
from tests.laws import hold, unnamed

pytestmark = pytest.mark.usefixtures("lasting_app")

OPERATIONS = (
    "cloudflare.generate",
    "runware.task",
    "fal.generate",
    "lumenfall.generate",
    "uniall.generate",
    "xai.generate",
)
LARGEST = 32_000_000

Plain = Callable[..., httpx.Request]
Check = Callable[..., None]


@pytest.fixture(scope="module")
def closed(client_of: Callable[[App], httpx.Client]) -> list[httpx.Client]:
    """Clients of mocks that undo no encoding: by their readings, and because they are strict."""
    readings = {f"{name.partition('.')[0]}.request-encoding": "refused" for name in OPERATIONS}
    return [
        client_of(App(made))
        for made in (Settings(seed=1, readings=readings), Settings(seed=1, strict=True))
    ]


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """One byte more than may be, in few."""
    return gzip.compress(b" " * (LARGEST + 1), 1, mtime=0)


def raw(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return made.compress(data) + made.flush()


def packed(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


ENCODED: dict[str, tuple[str, Callable[[bytes], bytes]]] = {
    "gzip": ("gzip", packed),
    "x-gzip": ("X-GZip", packed),
    "deflate": ("deflate", zlib.compress),
    "raw deflate": ("deflate", raw),
    "identity": ("identity", bytes),
    "both": ("deflate, gzip", lambda data: packed(zlib.compress(data))),
}


def encoded(request: httpx.Request, header: str, body: bytes) -> httpx.Request:
    headers = {
        name: request.headers[name] for name in ("Authorization", "Content-Type", "Host")
    } | {"Content-Encoding": header}
    return httpx.Request("POST", request.url, headers=headers, content=body)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_encoded_body_is_read_where_the_provider_would(
    operation: str, client: httpx.Client, plain: Plain, app: App, assert_refused: Check
) -> None:
    def check(how: str, header: str, encode: Callable[[bytes], bytes]) -> None:
        app.reset()
        request = plain(operation)
        answer = client.send(encoded(request, header, encode(request.content)))

        [noted] = app.services.journal
        if operation.startswith("uniall") and "deflate" in header:
            assert_refused(answer, "uniall", 400)
            assert "'deflate'" in answer.text
        else:
            assert answer.status_code == 200
            assert (noted.verdict.kind, noted.request.body) == ("conforms", request.content)

    hold(check, unnamed([(how, *each) for how, each in ENCODED.items()]))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_rules_are_held_against_what_is_in_an_encoded_body(
    operation: str, client: httpx.Client, plain: Plain, app: App, assert_refused: Check
) -> None:
    name = "positivePrompt" if operation == "runware.task" else "prompt"
    request = plain(operation, {name: 5})
    answer = client.send(encoded(request, "gzip", packed(request.content)))

    assert_refused(answer, operation.partition(".")[0])
    [noted] = app.services.journal
    assert noted.verdict.kind == "violates"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_encoding_that_is_not_undone_is_refused_in_the_providers_words(
    operation: str, client: httpx.Client, plain: Plain, assert_refused: Check
) -> None:
    provider = operation.partition(".")[0]

    def check(encoding: str) -> None:
        answer = client.send(encoded(plain(operation), encoding, b"\x8b\x08\x80"))

        assert_refused(answer, provider, {"xai": 415, "fal": 422}.get(provider, 400))
        assert f"'{encoding.rpartition(', ')[2][:40]}'" in answer.text

    encodings = ("br", "zstd", "compress", "aes128gcm", "gzip, br", "x" * 90)
    hold(check, unnamed(zip(encodings, strict=True)))


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_encoding_is_undone_where_a_reading_says_so(
    operation: str, closed: list[httpx.Client], plain: Plain, assert_refused: Check
) -> None:
    for client in closed:
        request = plain(operation)
        answer = client.send(encoded(request, "gzip", packed(request.content)))

        assert_refused(answer, operation.partition(".")[0])
        assert "'gzip'" in answer.text
        assert client.send(encoded(request, "identity", request.content)).status_code == 200


@pytest.mark.parametrize(
    "body", [b"{}", b"\x1f\x8b", packed(b"{}")[:-3], b"\x1f\x8b\x08" + b"\xff" * 30]
)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_body_that_is_not_encoded_as_it_says_is_malformed(
    operation: str,
    body: bytes,
    client: httpx.Client,
    plain: Plain,
    app: App,
    assert_refused: Check,
) -> None:
    answer = client.send(encoded(plain(operation), "gzip", body))

    assert_refused(answer, operation.partition(".")[0])
    [noted] = app.services.journal
    assert noted.verdict.refusal == "body-malformed"


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_body_may_not_be_larger_than_others_once_it_is_decoded(
    operation: str, bomb: bytes, client: httpx.Client, plain: Plain, assert_refused: Check
) -> None:
    answer = client.send(encoded(plain(operation), "gzip", bomb))

    assert_refused(answer, operation.partition(".")[0], 413)


def test_a_body_of_the_largest_size_is_taken(client: httpx.Client, plain: Plain) -> None:
    request = plain("fal.generate")
    body = request.content + b" " * (LARGEST - len(request.content))

    assert client.send(encoded(request, "gzip", gzip.compress(body, 1, mtime=0))).is_success


def test_an_encoded_body_without_anything_in_it_is_empty(
    client: httpx.Client, plain: Plain, app: App
) -> None:
    client.send(encoded(plain("fal.generate"), "gzip", packed(b"")))

    [noted] = app.services.journal
    assert noted.verdict.refusal == "body-empty"


def test_a_form_may_be_encoded_too(client: httpx.Client, picture: Callable[..., bytes]) -> None:
    request = client.build_request(
        "POST",
        "/lumenfall/openai/v1/images/edits",
        headers={"Authorization": "Bearer lmnfl_a.b"},
        data={"model": "grok-imagine-image", "prompt": "at night"},
        files={"image": ("a.png", picture(), "image/png")},
    )
    body = packed(request.read())

    assert client.send(encoded(request, "gzip", body)).status_code == 200


def test_who_has_no_key_is_told_so_before_a_body_is_decoded(
    client: httpx.Client, plain: Plain, app: App
) -> None:
    request = plain("fal.generate")
    request.headers["Authorization"] = "Key invalid:invalid"

    assert client.send(encoded(request, "gzip", b"no gzip")).status_code == 401
