"""Webhooks: what they say, that they verify and only as they are, and when they come again."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import httpx
import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from imagine_harness.mocks.app import App

Ask = Callable[..., httpx.Response]
NAMES = ("request-id", "user-id", "timestamp")


@dataclass
class Receiver:
    """Takes webhooks on loopback, and answers each with the next of some statuses.

    Attributes:
        statuses: what is left to answer with; 200 once they are used up.
        got: headers and body of each, in order.
    """

    url: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[tuple[Mapping[str, str], bytes]] = field(default_factory=list)

    @property
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(body) for _, body in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            made.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(made.statuses.pop(0) if made.statuses else 200)
            self.send_header("location", "/elsewhere")
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        made.url = f"http://127.0.0.1:{server.server_port}/hook?secret=1"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield made
        server.shutdown()
        thread.join()


@pytest.fixture
def after(app: App, runner: asyncio.Runner, client: httpx.Client) -> Callable[[float], None]:
    """Move the held clock, and let everything that is due by then happen."""
    client.get("/__admin/health")
    app.services.clock.hold()

    def moved(seconds: float) -> None:
        app.services.clock.advance(seconds)
        runner.run(app.services.schedule.settle())

    return moved


def verified(keys: Mapping[str, Any], headers: Mapping[str, str], body: bytes, now: float) -> bool:
    """Whether a webhook is genuine, written from the page alone: every key is tried."""
    stamp = headers["x-fal-webhook-timestamp"]
    if abs(now - int(stamp)) > 300:
        return False
    parts = [headers[f"x-fal-webhook-{name}"] for name in NAMES]
    message = "\n".join([*parts, hashlib.sha256(body).hexdigest()]).encode()
    signature = bytes.fromhex(headers["x-fal-webhook-signature"])
    for key in keys["keys"]:
        assert (key["kty"], key["crv"]) == ("OKP", "Ed25519")
        raw = base64.urlsafe_b64decode(key["x"] + "=" * (-len(key["x"]) % 4))
        try:
            Ed25519PublicKey.from_public_bytes(raw).verify(signature, message)
        except InvalidSignature:
            continue
        return True
    return False


@pytest.fixture
def keys(client: httpx.Client) -> Any:
    """The public keys, fetched as a receiver does: without a credential."""
    answer = client.get("/fal/rest/.well-known/jwks.json")
    assert answer.status_code == 200
    return answer.json()


def test_a_success_is_told_once_with_the_models_output(
    submit: Ask, asked: Ask, receiver: Receiver, after: Callable[[float], None]
) -> None:
    request_id = submit({"num_images": 2}, fal_webhook=receiver.url).json()["request_id"]
    after(1)
    assert receiver.got == []
    after(1)

    assert receiver.said == [
        {
            "request_id": request_id,
            "gateway_request_id": request_id,
            "status": "OK",
            "payload": asked(request_id, "").json(),
        }
    ]
    assert receiver.got[0][0]["content-type"] == "application/json"
    after(10_000)
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    ("body", "fault", "code"),
    [
        ({"resolution": "2K"}, "", 422),
        ({}, "fail=content-policy-violation", 422),
        ({}, "fail=runner-disconnected", 503),
        ({}, "fail", 500),
    ],
)
def test_a_failure_is_told_with_the_status_and_body_of_the_result(
    body: dict[str, Any],
    fault: str,
    code: int,
    submit: Ask,
    asked: Ask,
    receiver: Receiver,
    after: Callable[[float], None],
) -> None:
    headers = {"X-Harness-Fault": fault} if fault else {}
    submitted = submit(body, headers=headers, fal_webhook=receiver.url)
    request_id = submitted.json()["request_id"]
    after(2)

    result = asked(request_id, "")
    assert result.status_code == code
    assert receiver.said == [
        {
            "request_id": request_id,
            "gateway_request_id": request_id,
            "status": "ERROR",
            "error": f"Invalid status code: {code}",
            "payload": result.json(),
        }
    ]


def test_what_was_cancelled_or_never_began_is_told_when_that_happens(
    submit: Ask, cancel: Ask, receiver: Receiver, after: Callable[[float], None]
) -> None:
    cancelled = submit(fal_webhook=receiver.url).json()["request_id"]
    cancel(cancelled)
    after(0)
    late = {"X-Fal-Request-Start-Timeout": "0.2"}
    never = submit(fal_webhook=receiver.url, headers=late).json()["request_id"]
    after(0.3)
    after(100)

    told = [(each["request_id"], each["error"]) for each in receiver.said]
    assert told == [
        (cancelled, "Invalid status code: 499"),
        (never, "Invalid status code: 504"),
    ]


def test_without_a_webhook_nobody_is_told(
    submit: Ask, receiver: Receiver, after: Callable[[float], None], app: App
) -> None:
    submit()
    submit(fal_webhook="")
    after(10)

    assert receiver.got == []
    assert app.services.deliveries.all() == []


def test_a_webhook_verifies_and_only_as_it_is(
    submit: Ask, receiver: Receiver, after: Callable[[float], None], keys: Any, app: App
) -> None:
    request_id = submit(fal_webhook=receiver.url).json()["request_id"]
    after(2)
    [(headers, body)] = receiver.got
    now = app.services.clock.now()

    assert headers["x-fal-webhook-request-id"] == request_id
    assert abs(int(headers["x-fal-webhook-timestamp"]) - now) < 2
    assert verified(keys, headers, body, now)
    assert not verified(keys, headers, body.replace(b"OK", b"KO"), now)
    assert not verified(keys, headers, body, now + 1000)
    for name in NAMES:
        altered = {**headers, f"x-fal-webhook-{name}": str(int(now) + 7)}
        assert not verified(keys, altered, body, now)


def test_the_first_key_signs_nothing_so_that_every_one_has_to_be_tried(
    submit: Ask, receiver: Receiver, after: Callable[[float], None], keys: Any, app: App
) -> None:
    submit(fal_webhook=receiver.url)
    after(2)
    [(headers, body)] = receiver.got

    first, *others = keys["keys"]
    assert len(others) == 1
    assert not verified({"keys": [first]}, headers, body, app.services.clock.now())
    assert verified({"keys": others}, headers, body, app.services.clock.now())


def test_the_keys_are_the_same_in_every_run(
    keys: Any, client_of: Callable[[App], httpx.Client]
) -> None:
    other = client_of(App())

    assert other.get("/fal/rest/.well-known/jwks.json").json() == keys


@pytest.mark.parametrize("status", [500, 302, 404])
def test_a_webhook_that_is_not_taken_comes_ten_times_more_in_two_hours(
    status: int,
    submit: Ask,
    receiver: Receiver,
    after: Callable[[float], None],
    keys: Any,
    app: App,
) -> None:
    receiver.statuses = [status] * 100
    submit(fal_webhook=receiver.url)
    after(2)

    for tries in range(1, 11):
        assert len(receiver.got) == tries
        after(719)
        assert len(receiver.got) == tries
        after(1)
        headers, body = receiver.got[-1]
        assert verified(keys, headers, body, app.services.clock.now())
    after(100_000)

    assert len(receiver.got) == 11
    assert len({body for _, body in receiver.got}) == 1
    assert len({headers["x-fal-webhook-timestamp"] for headers, _ in receiver.got}) == 11
    [delivery] = app.services.deliveries.all()
    assert delivery.state == "failed"
    assert delivery.policy.timeout == 15


def test_tries_end_once_one_is_taken(
    submit: Ask, receiver: Receiver, after: Callable[[float], None]
) -> None:
    receiver.statuses = [500, 503, 204]
    submit(fal_webhook=receiver.url)
    after(2)
    for _ in range(12):
        after(720)

    assert len(receiver.got) == 3


@pytest.mark.parametrize(
    ("disorder", "words"),
    [("lost", []), ("duplicate", ["OK", "OK"]), ("late", ["OK"]), ("contradicts", ["ERROR"])],
)
def test_a_webhook_goes_wrong_on_purpose(
    disorder: str,
    words: list[str],
    submit: Ask,
    asked: Ask,
    receiver: Receiver,
    after: Callable[[float], None],
) -> None:
    fault = {"X-Harness-Fault": f"webhook={disorder}"}
    request_id = submit(fal_webhook=receiver.url, headers=fault).json()["request_id"]
    after(2)
    assert len(receiver.got) == (0 if disorder == "late" else len(words))
    after(60)

    assert [each["status"] for each in receiver.said] == words
    assert asked(request_id, "").status_code == 200


def test_an_address_outside_this_machine_is_never_contacted(
    submit: Ask, after: Callable[[float], None], app: App
) -> None:
    submit(fal_webhook="https://example.com/hook")
    after(2)

    [delivery] = app.services.deliveries.all()
    assert delivery.state == "refused"
