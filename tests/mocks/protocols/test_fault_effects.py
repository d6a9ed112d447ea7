"""What a fault does to an answer, as a client sees it."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.protocols.fault_effects import ConnectionReset
from imagine_harness.mocks.server import serving
from tests.laws import hold, unnamed

pytestmark = pytest.mark.usefixtures("lasting_app")

Ask = Callable[..., httpx.Response]

FAULT = "X-Harness-Fault"


@pytest.fixture(scope="module")
def base_url(lasting_app: App) -> Iterator[str]:
    with serving(lasting_app) as address:
        yield address


DOCUMENTED = {
    "cloudflare": {402: "2021", 408: "3007", 429: "2003", 500: "2002", 404: "7003", 400: ""},
    "runware": {
        402: "insufficientCredits",
        403: "insufficientPermissions",
        429: "rateLimitExceeded",
        500: "internalServerError",
        503: "serviceUnavailable",
        504: "timeoutProvider",
        401: "ApiKey",
        400: "providerContentPolicyViolation",
    },
    "fal": {
        403: "User is locked",
        422: "content_policy_violation",
        429: "Too many requests",
        500: "Internal Server Error",
        503: "runner_scheduling_failure",
        504: "request_timeout",
        401: "",
        404: "not found",
    },
    "lumenfall": {
        400: "CONTENT_POLICY_VIOLATION",
        401: "AUTHENTICATION_FAILED",
        402: "INSUFFICIENT_BALANCE",
        404: "NOT_FOUND",
        429: "RATE_LIMITED",
        500: "INTERNAL_ERROR",
        502: "ALL_PROVIDERS_EXHAUSTED",
    },
    "uniall": {
        400: "prompt_blocked",
        401: "new_api_error",
        403: "insufficient_user_quota",
        429: "rate_limit_exceeded",
        500: "internal_error",
        503: "model_not_found",
    },
    "xai": {
        401: "unauthenticated",
        403: "does not have permission",
        404: "not found",
        415: "Unsupported media type",
        429: "exhausted",
        500: "",
        503: "unavailable",
    },
}
FIRST = {
    "cloudflare": "cloudflare.generate",
    "runware": "runware.task",
    "fal": "fal.generate",
    "lumenfall": "lumenfall.generate",
    "uniall": "uniall.generate",
    "xai": "xai.generate",
}


@pytest.mark.parametrize("provider", DOCUMENTED)
@pytest.mark.parametrize(("header", "value"), [(FAULT, "status={}"), ("Prefer", "code={}")])
def test_a_status_has_the_words_that_the_provider_documents_for_it(
    header: str, value: str, provider: str, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    def check(status: int, told: str) -> None:
        answer = ask(FIRST[provider], headers={header: value.format(status)})

        assert_refused(answer, provider, status)
        assert told in answer.text

    hold(check, unnamed(DOCUMENTED[provider].items()))


@pytest.mark.parametrize("provider", load.mocked())
def test_any_status_can_be_had_in_the_providers_envelope(
    provider: str, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    def check(status: int) -> None:
        answer = ask(FIRST[provider], headers={FAULT: f"status={status}"})

        assert_refused(answer, provider, status)

    statuses = (400, 401, 402, 403, 404, 409, 413, 418, 429, 451, 500, 502, 599)
    hold(check, unnamed(zip(statuses, strict=True)))


def test_a_status_on_a_task_route_has_the_envelope_of_that_route(
    ask: Ask, assert_refused: Callable[..., None]
) -> None:
    answer = ask("uniall.task", headers={FAULT: "status=429"})

    assert_refused(answer, "uniall", 429)
    assert answer.json().keys() == {"code", "message", "data"}


@pytest.mark.parametrize(
    ("given", "shown"), [("1", "1"), ("0", "0"), ("1.5", "1.5"), ("120", "120")]
)
def test_retry_after_is_a_header(given: str, shown: str, ask: Ask) -> None:
    answer = ask("fal.generate", headers={FAULT: f"status=429;retry-after={given}"})

    assert answer.headers["retry-after"] == shown


def test_a_preference_may_stand_among_others(ask: Ask) -> None:
    for preference in ("code=429", "CODE=429", "respond-async, code=429", "code=429, dynamic=true"):
        assert ask("fal.generate", headers={"Prefer": preference}).status_code == 429
    assert ask("fal.generate", headers={"Prefer": "respond-async"}).status_code == 200


@pytest.mark.parametrize(("spec", "status", "kind", "body"), [
    ("html", 502, "text/html", b"<html>"),
    ("empty", 200, "application/json", b""),
    ("content-type=text/plain", 200, "text/plain", b'{"images"'),
    ("content-type=application/json;charset=utf-8", 400, "application/problem+json", b"{"),
])  # fmt: skip
def test_an_answer_can_be_replaced_or_mislabelled(
    spec: str, status: int, kind: str, body: bytes, ask: Ask
) -> None:
    answer = ask("fal.generate", headers={FAULT: spec})

    assert (answer.status_code, answer.headers["content-type"]) == (status, kind)
    assert answer.content.startswith(body)
    assert answer.headers["content-length"] == str(len(answer.content))


def test_garbage_is_no_json(ask: Ask) -> None:
    answer = ask("fal.generate", headers={FAULT: "garbage"})

    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    with pytest.raises(ValueError, match=r".+"):
        json.loads(answer.content)


FEWER: list[tuple[str, dict[str, Any], int, list[int]]] = [
    ("fal.generate", {"num_images": 3}, 1, [2]),
    ("fal.generate", {"num_images": 3}, 9, [0]),
    ("xai.generate", {"n": 3}, 3, [0]),
    ("lumenfall.generate", {"n": 3}, 2, [1]),
    ("uniall.edit", {"n": 2}, 1, [1]),
    ("runware.task", {"numberResults": 3}, 1, [2]),
]


@pytest.mark.parametrize(("operation", "given", "fewer", "left"), FEWER)
def test_an_answer_can_have_fewer_images(
    operation: str, given: dict[str, Any], fewer: int, left: list[int], ask: Ask
) -> None:
    body = ask(operation, given, headers={FAULT: f"fewer={fewer}"}).json()

    assert [len(body[key]) for key in ("data", "images") if key in body] == left


def test_a_finished_task_can_have_fewer_images(ask: Ask, app: App, client: httpx.Client) -> None:
    task_id = ask("uniall.task", {"num_images": 3}).json()["task_id"]
    app.services.clock.advance(5)

    metadata = client.get(
        f"/uniall/v1/images/tasks/{task_id}",
        headers={"Authorization": "Bearer a", FAULT: "fewer=1"},
    ).json()["data"]["metadata"]

    assert len(metadata["result_urls"]) == 2


def test_a_delay_lasts_as_long_on_the_clock_while_other_calls_go_on(
    runner: asyncio.Runner, plain: Callable[..., httpx.Request]
) -> None:
    held = App(Settings(seed=1, providers=("fal",)))
    held.services.clock.hold()

    async def told() -> list[bool]:
        transport = httpx.ASGITransport(held)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            request = plain("fal.generate", headers={FAULT: "delay=60"})
            waiting = asyncio.create_task(client.send(request))
            seen = []
            for move in (0, 59, 1):
                held.services.clock.advance(move)
                for _ in range(6):
                    await asyncio.sleep(0.005)
                assert (await client.send(plain("fal.generate"))).status_code == 200
                seen.append(waiting.done())
            assert (await waiting).status_code == 200
        return seen

    assert runner.run(told()) == [False, False, True]


def test_a_reset_without_a_socket_is_an_exception(ask: Ask) -> None:
    with pytest.raises(ConnectionReset):
        ask("fal.generate", headers={FAULT: "reset"})


@pytest.fixture
def broken(base_url: str) -> Callable[[str], Exception]:
    """What a client sees of a connection that a fault breaks."""

    def seen(fault: str) -> Exception:
        with httpx.Client(trust_env=False, timeout=5) as client:
            with pytest.raises(httpx.TransportError) as caught:
                client.post(
                    f"{base_url}/fal/xai/grok-imagine-image",
                    headers={"Authorization": "Key a:b", FAULT: fault},
                    json={"prompt": "a lighthouse"},
                )
            assert client.get(f"{base_url}/__admin/health").status_code == 200
        return caught.value

    return seen


def test_a_reset_closes_the_connection_without_an_answer(
    broken: Callable[[str], Exception], app: App
) -> None:
    began = time.monotonic()

    assert isinstance(broken("reset"), httpx.RemoteProtocolError | httpx.ReadError)
    assert time.monotonic() - began < 3
    [noted] = app.services.journal
    assert (noted.verdict.kind, noted.verdict.fault) == ("fault", "reset")


@pytest.mark.parametrize("fault", ["truncate=0", "truncate=5", "truncate=40"])
def test_a_truncated_answer_ends_in_the_middle(
    fault: str, broken: Callable[[str], Exception], app: App
) -> None:
    assert isinstance(broken(fault), httpx.RemoteProtocolError)
    [noted] = app.services.journal
    assert (noted.verdict.kind, noted.verdict.fault) == ("fault", fault)


def test_an_answer_that_is_shorter_than_the_cut_is_whole(base_url: str) -> None:
    answer = httpx.post(
        f"{base_url}/fal/xai/grok-imagine-image",
        headers={"Authorization": "Key a:b", FAULT: "truncate=100000"},
        json={"prompt": "a lighthouse"},
    )

    assert answer.json()["images"]


def test_parts_can_be_combined(ask: Ask, app: App) -> None:
    answer = ask(
        "fal.generate", headers={FAULT: "status=503;retry-after=2;content-type=text/plain"}
    )

    assert (answer.status_code, answer.headers["content-type"]) == (503, "text/plain")
    assert answer.headers["retry-after"] == "2"
    [noted] = app.services.journal
    assert (noted.verdict.kind, noted.response.status) == ("fault", 503)


def test_a_fault_does_not_excuse_a_violation(ask: Ask, app: App) -> None:
    ask("fal.generate", {"num_images": 9}, headers={FAULT: "status=503"})

    [noted] = app.services.journal
    assert noted.verdict.kind == "violates"
    assert [each.rule for each in noted.verdict.errors] == ["fal.generate.num_images.maximum"]
