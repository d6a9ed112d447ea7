"""What goes wrong on purpose: how it is written, when it happens, and what a client sees."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from contracts import load
from mocks.app import App, Settings
from mocks.effects import ConnectionReset
from mocks.faults import Fault, FaultError, FaultPlan, from_words, parsed
from mocks.server import serving

Ask = Callable[..., httpx.Response]
ClientOf = Callable[[App], httpx.Client]

FAULT = "X-Harness-Fault"

GOOD: list[tuple[str, dict[str, Any]]] = [
    ("status=429", {"parts": {"status": 429}}),
    ("status=429;retry-after=1", {"parts": {"status": 429, "retry-after": 1.0}}),
    ("status=429 retry-after=0.5", {"parts": {"status": 429, "retry-after": 0.5}}),
    ("  status=429 ;; reset ", {"parts": {"status": 429, "reset": True}}),
    ("reset", {"parts": {"reset": True}}),
    ("delay=2", {"parts": {"delay": 2.0}}),
    ("truncate=100", {"parts": {"truncate": 100}}),
    ("fewer=1", {"parts": {"fewer": 1}}),
    ("empty", {"parts": {"empty": True}}),
    ("garbage", {"parts": {"garbage": True}}),
    ("html", {"parts": {"html": True}}),
    ("content-type=text/plain", {"parts": {"content-type": "text/plain"}}),
    ("EMPTY_RESPONSE", {"parts": {"reset": True}}),
    ("CONNECTION_RESET_BY_PEER", {"parts": {"reset": True}}),
    ("MALFORMED_RESPONSE_CHUNK", {"parts": {"truncate": 20}}),
    ("RANDOM_DATA_THEN_CLOSE", {"parts": {"garbage": True}}),
    ("fal status=429", {"parts": {"status": 429}, "provider": "fal"}),
    (
        "fal.generate nth=2 status=429",
        {"parts": {"status": 429}, "provider": "fal", "operation": "generate", "nth": 2},
    ),
    ("* status=500", {"parts": {"status": 500}}),
    ("*.edit status=500", {"parts": {"status": 500}, "operation": "edit"}),
    ("probability=0.25 reset", {"parts": {"reset": True}, "probability": 0.25}),
    ("test=a times=3 empty", {"parts": {"empty": True}, "test": "a", "times": 3}),
]


@pytest.mark.parametrize(("spec", "expected"), GOOD)
def test_a_fault_is_read_from_a_line(spec: str, expected: dict[str, Any]) -> None:
    assert parsed(spec) == Fault(**expected)


@pytest.mark.parametrize(("spec", "expected"), GOOD)
def test_a_fault_says_what_happens_as_it_is_written(spec: str, expected: dict[str, Any]) -> None:
    assert parsed(parsed(spec).said()).parts == expected["parts"]


BAD = [
    ("", "says not what goes wrong"),
    ("   ", "says not what goes wrong"),
    ("fal", "says not what goes wrong"),
    ("fal.generate nth=2", "says not what goes wrong"),
    ("status", "status needs a value"),
    ("status=", "status needs a value"),
    ("status=abc", "must be a number"),
    ("status=4.5", "must be a number"),
    ("status=99", "status must be"),
    ("status=600", "status must be"),
    ("status=-1", "must not be negative"),
    ("delay=-1", "must not be negative"),
    ("delay=soon", "must be a number"),
    ("delay=nan", "delay"),
    ("delay=inf", "delay"),
    ("retry-after=inf status=429", "retry-after"),
    ("truncate=1.5", "must be a number"),
    ("reset=1", "reset takes no value"),
    ("html=yes", "html takes no value"),
    ("status=429 bogus=1", "unknown word 'bogus'"),
    ("Status=429", "unknown word 'Status'"),
    ("status=429 nth=x", "must be a number"),
    ("status=429 nth=0", "nth"),
    ("status=429 nth=-1", "must not be negative"),
    ("status=429 times=-1", "must not be negative"),
    ("status=429 probability=2", "probability"),
    ("status=429 probability=nan", "probability"),
    ("status=101", "status"),
    ("status=204", "status"),
    ("status=304", "status"),
]


@pytest.mark.parametrize(("spec", "told"), BAD)
def test_a_line_that_means_nothing_says_what_would_be_right(spec: str, told: str) -> None:
    with pytest.raises(FaultError, match=told):
        parsed(spec)


def test_an_object_means_the_same_as_a_line() -> None:
    words = {"status": 429, "retry-after": 1, "nth": 2, "test": "a", "reset": True}

    assert from_words(Fault(parts={}), words, "x") == parsed(
        "status=429 retry-after=1 nth=2 test=a reset"
    )


# Were one of these believed, its call would wait for ever.
ENDLESS = ("delay=inf", "delay=nan")


@pytest.mark.parametrize(("spec", "told"), [each for each in BAD if each[0] not in ENDLESS])
def test_a_bad_fault_in_a_header_is_answered_by_the_harness(
    spec: str, told: str, ask: Ask, app: App
) -> None:
    answer = ask("fal.generate", headers={FAULT: spec})

    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-harness-error"] == "bad-fault"
    assert told in answer.json()["detail"]


# When


def hits(plan: FaultPlan, *calls: tuple[str, str, str, int]) -> list[bool]:
    return [plan.next(*each) is not None for each in calls]


def test_a_fault_hits_its_place_only() -> None:
    plan = FaultPlan(1)
    plan.add(parsed("fal.edit status=429"))

    assert hits(
        plan,
        ("fal", "edit", "", 1),
        ("fal", "generate", "", 1),
        ("xai", "edit", "", 1),
        ("fal", "edit", "a", 7),
    ) == [True, False, False, True]


def test_a_fault_happens_as_often_as_it_may() -> None:
    plan = FaultPlan(1)
    fault = plan.add(parsed("status=429 times=2"))

    assert hits(plan, *[("fal", "edit", "", each) for each in (1, 2, 3)]) == [True, True, False]
    assert fault.met == 2


def test_the_first_fault_that_fits_wins_and_then_the_next() -> None:
    plan = FaultPlan(1)
    plan.add(parsed("status=429 times=1"))
    plan.add(parsed("status=503 times=1"))

    found = [plan.next("fal", "edit", "", nth) for nth in (1, 2, 3)]

    assert [fault and fault.parts["status"] for fault in found] == [429, 503, None]


def test_a_probability_is_kept_and_the_seed_decides_when() -> None:
    def run(seed: int) -> list[bool]:
        plan = FaultPlan(seed)
        plan.add(parsed("status=429 probability=0.3"))
        return hits(plan, *[("fal", "edit", "", each) for each in range(1_000)])

    one, other, third = run(1), run(1), run(2)

    assert one == other
    assert one != third
    assert 230 < sum(one) < 370


@pytest.mark.parametrize(("probability", "count"), [(0, 0), (1, 20)])
def test_the_ends_of_probability_are_never_and_always(probability: int, count: int) -> None:
    plan = FaultPlan(1)
    plan.add(parsed(f"status=429 probability={probability}"))

    assert sum(hits(plan, *[("fal", "edit", "", each) for each in range(20)])) == count


def test_faults_may_be_settings(client_of: ClientOf, plain: Callable[..., httpx.Request]) -> None:
    faults = (parsed("fal.generate nth=2 status=429"), parsed("xai status=503"))
    client = client_of(App(Settings(seed=1, faults=faults)))

    statuses = [
        client.send(plain(each)).status_code
        for each in ("fal.generate", "fal.generate", "fal.generate", "fal.edit", "xai.edit")
    ]

    assert statuses == [200, 429, 200, 200, 503]


def test_a_call_that_was_refused_counts_too(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, faults=(parsed("fal nth=2 status=429"),))))

    first = client.send(plain("fal.generate", {"num_images": 9}))
    second = client.send(plain("fal.generate"))

    assert (first.status_code, second.status_code) == (422, 429)


def test_a_call_with_a_fault_of_its_own_counts_too(
    client_of: ClientOf, plain: Callable[..., httpx.Request]
) -> None:
    client = client_of(App(Settings(seed=1, faults=(parsed("fal nth=2 status=429"),))))

    first = client.send(plain("fal.generate", headers={FAULT: "status=503"}))
    second = client.send(plain("fal.generate"))

    assert (first.status_code, second.status_code) == (503, 429)


def test_a_failed_call_leaves_nothing_behind(ask: Ask, client: httpx.Client) -> None:
    given = {"taskUUID": "39571168-687a-4aec-a253-df7be20bd0d4"}

    assert ask("runware.task", given, headers={FAULT: "status=500"}).status_code == 500
    assert ask("runware.task", given).status_code == 200
    ask("uniall.task", headers={FAULT: "status=500"})
    assert client.get("/__admin/tasks").json() == []


# What


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
STATUSES = [
    pytest.param(provider, status, told, id=f"{provider} {status}")
    for provider, known in DOCUMENTED.items()
    for status, told in known.items()
]


@pytest.mark.parametrize(("provider", "status", "told"), STATUSES)
@pytest.mark.parametrize(
    "headers",
    [lambda status: {FAULT: f"status={status}"}, lambda status: {"Prefer": f"code={status}"}],
)
def test_a_status_has_the_words_that_the_provider_documents_for_it(
    headers: Callable[[int], dict[str, str]],
    provider: str,
    status: int,
    told: str,
    ask: Ask,
    assert_refused: Callable[..., None],
) -> None:
    answer = ask(FIRST[provider], headers=headers(status))

    assert_refused(answer, provider, status)
    assert told in answer.text


@pytest.mark.parametrize("provider", load.names())
@pytest.mark.parametrize(
    "status", [400, 401, 402, 403, 404, 409, 413, 418, 429, 451, 500, 502, 599]
)
def test_any_status_can_be_had_in_the_providers_envelope(
    provider: str, status: int, ask: Ask, assert_refused: Callable[..., None]
) -> None:
    answer = ask(FIRST[provider], headers={FAULT: f"status={status}"})

    assert_refused(answer, provider, status)


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
    app.shared.clock.advance(5)

    metadata = client.get(
        f"/uniall/v1/images/tasks/{task_id}",
        headers={"Authorization": "Bearer a", FAULT: "fewer=1"},
    ).json()["data"]["metadata"]

    assert len(metadata["result_urls"]) == 2


def test_a_delay_lasts_as_long_on_the_clock(
    app: App, runner: asyncio.Runner, plain: Callable[..., httpx.Request]
) -> None:
    app.shared.clock.hold()

    async def told() -> list[bool]:
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, trust_env=False) as client:
            request = plain("fal.generate", headers={FAULT: "delay=60"})
            waiting = asyncio.create_task(client.send(request))
            seen = []
            for move in (0, 59, 1):
                app.shared.clock.advance(move)
                for _ in range(6):
                    await asyncio.sleep(0.005)
                seen.append(waiting.done())
            assert (await waiting).status_code == 200
        return seen

    assert runner.run(told()) == [False, False, True]


def test_other_calls_go_on_while_one_is_delayed(
    app: App, plain: Callable[..., httpx.Request]
) -> None:
    app.shared.clock.hold()
    with serving(app) as address, httpx.Client(trust_env=False, timeout=0.3) as client:
        headers = {"Authorization": "Key a:b"}
        url = f"{address}/fal/xai/grok-imagine-image"

        with pytest.raises(httpx.ReadTimeout):
            client.post(url, headers={**headers, FAULT: "delay=60"}, json={"prompt": "x"})

        assert client.post(url, headers=headers, json={"prompt": "x"}).status_code == 200


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
    [noted] = app.shared.journal
    assert (noted.verdict, noted.fault) == ("fault", "reset")


@pytest.mark.parametrize("fault", ["truncate=0", "truncate=5", "truncate=40"])
def test_a_truncated_answer_ends_in_the_middle(
    fault: str, broken: Callable[[str], Exception], app: App
) -> None:
    assert isinstance(broken(fault), httpx.RemoteProtocolError)
    [noted] = app.shared.journal
    assert (noted.verdict, noted.fault) == ("fault", fault)


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
    [noted] = app.shared.journal
    assert (noted.verdict, noted.status) == ("fault", 503)


def test_a_fault_does_not_excuse_a_violation(ask: Ask, app: App) -> None:
    ask("fal.generate", {"num_images": 9}, headers={FAULT: "status=503"})

    [noted] = app.shared.journal
    assert noted.verdict == "violates"
    assert [each.rule for each in noted.errors] == ["fal.generate.num_images.maximum"]
