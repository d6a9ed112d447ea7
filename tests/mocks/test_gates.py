"""What stands before an answer: credential, route, method, decoding, in the provider's words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from itertools import product
from typing import Any

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
FAL = ("fal.generate", "fal.edit")
PROVIDERS = ("cloudflare", "runware", "fal", "lumenfall", "uniall", "xai")
FIRST = {
    provider: next(name for name in POSTED if name.startswith(provider)) for provider in PROVIDERS
}

# provider, Authorization, status, a part of the answer
CREDENTIALS = [
    ("cloudflare", None, 400, '"code":9106'),
    ("cloudflare", "Basic abc", 400, '"code":6111'),
    ("cloudflare", "mock-token", 400, '"code":6003'),
    ("cloudflare", "Bearer", 400, '"code":6003'),
    ("cloudflare", "Bearer a b", 400, '"code":6003'),
    ("cloudflare", "Bearer invalid", 401, '"code":10000'),
    ("runware", None, 401, '"missingApiKey"'),
    ("runware", "Key a:b", 401, '"invalidApiKey"'),
    ("runware", "mock-key", 401, '"invalidApiKey"'),
    ("runware", "Bearer", 401, '"invalidApiKey"'),
    ("runware", "Bearer invalid", 401, '"invalidApiKey"'),
    ("fal", None, 401, "Authentication is required"),
    ("fal", "Bearer a:b", 401, "Invalid Key Authorization header format"),
    ("fal", "Key just-an-id", 401, "Invalid Key Authorization header format"),
    ("fal", "Key a:b:c", 401, "Invalid Key Authorization header format"),
    ("fal", "Key :b", 401, "Invalid Key Authorization header format"),
    ("fal", "Key", 401, "Invalid Key Authorization header format"),
    ("fal", "Key invalid", 401, "No user found for Key ID and Secret"),
    ("fal", "Key invalid:invalid", 401, "No user found for Key ID and Secret"),
    ("lumenfall", None, 401, '"AUTHENTICATION_FAILED"'),
    ("lumenfall", "Key a:b", 401, '"AUTHENTICATION_FAILED"'),
    ("lumenfall", "Bearer", 401, '"AUTHENTICATION_FAILED"'),
    ("lumenfall", "Bearer invalid", 401, '"authentication_error"'),
    ("uniall", None, 401, '"new_api_error"'),
    ("uniall", "sk-mock", 401, '"new_api_error"'),
    ("uniall", "Bearer", 401, '"new_api_error"'),
    ("uniall", "Bearer invalid", 401, '"new_api_error"'),
    ("xai", None, 401, '"unauthenticated"'),
    ("xai", "Token a", 401, '"unauthenticated"'),
    ("xai", "Bearer", 401, '"unauthenticated"'),
    ("xai", "Bearer invalid", 400, "Incorrect API key provided"),
]


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


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_bad_credential_is_refused_as_documented(
    provider: str, client: httpx.Client, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    def check(given: str | None, status: int, told: str) -> None:
        request = plain(FIRST[provider])
        del request.headers["Authorization"]
        if given is not None:
            request.headers["Authorization"] = given

        answer = client.send(request)

        assert_refused(answer, provider, status)
        assert told in answer.text

    cases = [more for name, *more in CREDENTIALS if name == provider]
    hold(check, unnamed(cases))


@pytest.mark.parametrize(
    ("provider", "given"),
    [
        ("cloudflare", "Bearer any-token_at.all"),
        ("cloudflare", "bearer lower-case-scheme"),
        ("runware", "Bearer 0123456789"),
        ("fal", "Key another:pair"),
        ("lumenfall", "Bearer without-the-prefix"),
        ("uniall", "Bearer without-the-prefix"),
        ("xai", "Bearer without-the-prefix"),
    ],
)
def test_any_credential_of_the_documented_form_is_accepted(
    provider: str, given: str, ask: Ask
) -> None:
    answer = ask(FIRST[provider], headers={"Authorization": given})

    assert answer.status_code == 200


def test_a_key_that_was_accepted_is_not_accepted_with_another_scheme(ask: Ask) -> None:
    assert ask("fal.generate", headers={"Authorization": "Key a:b"}).status_code == 200
    assert ask("fal.generate", headers={"Authorization": "Bearer a:b"}).status_code == 401


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_credential_is_judged_before_the_body_but_for_one_provider(
    provider: str, client: httpx.Client, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    url = plain(FIRST[provider]).url

    def check(body: bytes) -> None:
        answer = client.post(url, content=body, headers={"Content-Type": "application/json"})

        if provider == "runware" and body != b"[]":
            assert_refused(answer, provider, 400)
            assert answer.json()["errors"][0]["code"] in ("invalidJSON", "invalidRequest")
        else:
            assert_refused(answer, provider, {"cloudflare": 400}.get(provider, 401))
            assert "9106" in answer.text or answer.status_code == 401

    bodies = (b"{", b"", b"[]", b'{"prompt":1}')
    hold(check, unnamed(zip(bodies, strict=True)))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_credential_is_judged_before_the_rules(
    provider: str, client: httpx.Client, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    request = plain(FIRST[provider], without=["prompt", "positivePrompt"])
    del request.headers["Authorization"]

    assert_refused(client.send(request), provider, 400 if provider == "cloudflare" else 401)


OTHER_TYPES = (
    None,
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/jsonp",
    "json",
    ";",
    "a/b",
)


@pytest.mark.parametrize("operation", POSTED)
def test_another_content_type_is_refused(operation: str, send: Ask, assert_refused: Check) -> None:
    provider = operation.partition(".")[0]
    status = {"fal": 422, "xai": 415}.get(provider, 400)

    def check(kind: str | None) -> None:
        assert_refused(send(operation, b'{"prompt":"x"}', kind), provider, status)

    hold(check, unnamed(zip(OTHER_TYPES, strict=True)))


@pytest.mark.parametrize("operation", [name for name in POSTED if not name.endswith(".edit")])
def test_a_form_is_refused_where_json_is_documented(
    operation: str, client: httpx.Client, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    request = plain(operation)
    provider = operation.partition(".")[0]

    answer = client.post(
        request.url,
        headers={"Authorization": request.headers["Authorization"]},
        files={"prompt": (None, "a lighthouse")},
    )

    assert_refused(answer, provider, {"fal": 422, "xai": 415}.get(provider, 400))


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_content_type_may_have_parameters_and_capitals(provider: str, ask: Ask) -> None:
    def check(kind: str) -> None:
        assert ask(FIRST[provider], headers={"Content-Type": kind}).status_code == 200

    kinds = ("application/json; charset=utf-8", "APPLICATION/JSON", "application/json ")
    hold(check, unnamed(zip(kinds, strict=True)))


@pytest.mark.parametrize("operation", POSTED)
def test_another_method_is_refused(
    operation: str, client: httpx.Client, plain: Callable[..., httpx.Request], assert_refused: Check
) -> None:
    def check(method: str) -> None:
        request = plain(operation)
        request.method = method

        assert_refused(client.send(request), operation.partition(".")[0], 405)

    methods = ("GET", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW")
    hold(check, unnamed(zip(methods, strict=True)))


@pytest.mark.parametrize("operation", POSTED)
def test_head_is_refused_without_a_body(
    operation: str, base_url: str, plain: Callable[..., httpx.Request]
) -> None:
    request = plain(operation)

    answer = httpx.head(
        base_url + request.url.path, headers={"Authorization": request.headers["Authorization"]}
    )

    assert (answer.status_code, answer.content) == (405, b"")


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_a_task_can_only_be_queried(
    method: str, client: httpx.Client, assert_refused: Check
) -> None:
    answer = client.request(
        method, "/uniall/v1/images/tasks/task_x", headers={"Authorization": "Bearer a"}
    )

    assert_refused(answer, "uniall", 405)


UNKNOWN_PATHS = [
    "",
    "/",
    "/v1/none",
    "/v1/images/generations/",
    "/%2e%2e/secret",
    "/a" * 400,
    "/%00",
    "//",
]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_unknown_route_is_refused(
    provider: str, client: httpx.Client, assert_refused: Check
) -> None:
    key = {"fal": "Key a:b"}.get(provider, "Bearer a")

    def check(method: str, path: str) -> None:
        answer = client.request(method, f"/{provider}{path}", headers={"Authorization": key})

        assert_refused(answer, provider, 404)

    hold(check, unnamed(product(["GET", "POST"], UNKNOWN_PATHS)))


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/client/v4/accounts/00000000000000000000000000000000/ai/run", 404, 7003),
        ("/client/v4/accounts/0123/ai/run", 404, 7003),
        ("/client/v4/accounts/0123456789abcdef0123456789abcdeg/ai/run", 404, 7003),
        ("/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/run/xai/other", 404, 7003),
        ("/client/v4/accounts/0123456789abcdef0123456789abcdef/ai/run/@cf/a/b", 404, 7003),
        ("/client/v4/accounts/0123456789abcdef0123456789abcdef/ai", 404, 7003),
    ],
)
def test_an_unknown_account_or_model_in_the_path_is_refused(
    path: str, status: int, code: int, client: httpx.Client, assert_refused: Check
) -> None:
    answer = client.post(
        f"/cloudflare{path}", headers={"Authorization": "Bearer a"}, json={"prompt": "x"}
    )

    assert_refused(answer, "cloudflare", status)
    assert [each["code"] for each in answer.json()["errors"]] == [code]


@pytest.mark.parametrize(
    ("operation", "model", "status", "told"),
    [
        ("cloudflare.generate", "xai/none", 404, "Model not found: xai/none"),
        ("cloudflare.generate", "XAI/grok-imagine-image", 404, "Model not found"),
        ("runware.task", "xai:none@1", 400, "invalidModel"),
        ("lumenfall.generate", "none", 404, "Model 'none' not found"),
        ("lumenfall.edit", "none", 404, "MODEL_NOT_FOUND"),
        ("uniall.task", "none", 400, "model_not_found"),
        ("uniall.task", "grok-imagine", 400, "/v1/videos"),
        ("uniall.generate", "grok-imagine", 400, "/v1/videos"),
        ("uniall.edit", "grok-imagine", 400, "/v1/videos"),
        ("xai.generate", "none", 404, "The model none does not exist"),
    ],
)
@pytest.mark.parametrize("also", [{}, {"prompt": 5, "n": "x"}], ids=["alone", "with other faults"])
def test_an_unknown_model_is_refused_before_anything_else_in_the_body(
    operation: str,
    model: str,
    status: int,
    told: str,
    also: dict[str, Any],
    client: httpx.Client,
    plain: Callable[..., httpx.Request],
    assert_refused: Check,
) -> None:
    request = plain(operation, also)
    body = json.loads(request.content)
    (body[0] if isinstance(body, list) else body)["model"] = model

    answer = client.post(
        request.url, headers={"Authorization": request.headers["Authorization"]}, json=body
    )

    assert_refused(answer, operation.partition(".")[0], status)
    assert told in answer.text


@pytest.mark.parametrize(
    "operation",
    [name for name in POSTED if name not in ("cloudflare.generate-by-path", *FAL)],
)
def test_a_missing_model_is_refused_where_the_path_does_not_name_it(
    operation: str, ask: Ask, assert_refused: Check
) -> None:
    answer = ask(operation, without=["model"])

    assert_refused(answer, operation.partition(".")[0])
    assert "model" in answer.text


@pytest.mark.parametrize(
    ("path", "host"),
    [("/", None), ("/nowhere/v1", None), ("/v1/images", "example.com"), ("/falx", None)],
)
def test_what_belongs_to_no_provider_is_answered_by_the_harness(
    path: str, host: str | None, client: httpx.Client
) -> None:
    answer = client.get(path, headers={"Host": host} if host else {})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-harness-error"] == "unknown-provider"
    assert "/uniall" in answer.json()["detail"]
