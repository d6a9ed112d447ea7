"""Whether a webhook is signed: by keys of our own, so that no mock has a part in it."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from imagine_harness.mocks.app import App, Settings
from imagine_harness.mocks.fal.verification import verify

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in range(3)]
BODY = b'{"request_id":"r-1","status":"OK"}'
SENT = 1_800_000_000


def served(*keys: Ed25519PrivateKey) -> Callable[[str], Any]:
    def fetch(path: str) -> Any:
        assert path == "/rest/.well-known/jwks.json"
        raw = [key.public_key().public_bytes_raw() for key in keys]
        texts = [base64.urlsafe_b64encode(each).decode().rstrip("=") for each in raw]
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "x": text} for text in texts]}

    return fetch


def signed(key: Ed25519PrivateKey = KEYS[0], **changed: str) -> dict[str, str]:
    digest = hashlib.sha256(BODY).hexdigest()
    message = f"r-1\nuser-1\n{SENT}\n{digest}".encode()
    headers = {
        "x-fal-webhook-request-id": "r-1",
        "x-fal-webhook-user-id": "user-1",
        "x-fal-webhook-timestamp": str(SENT),
        "x-fal-webhook-signature": key.sign(message).hex(),
    }
    return headers | {f"x-fal-webhook-{name.replace('_', '-')}": v for name, v in changed.items()}


def test_a_signature_of_the_documented_form_verifies() -> None:
    assert verify(signed(), BODY, SENT, served(KEYS[0])) is True


@pytest.mark.parametrize("key", KEYS)
def test_every_listed_key_is_tried(key: Ed25519PrivateKey) -> None:
    assert verify(signed(key), BODY, SENT, served(*KEYS)) is True


@pytest.mark.parametrize(("late", "right"), [(0, True), (300, True), (301, False), (86_400, False)])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_webhook_must_be_fresh(late: int, right: bool, sign: int) -> None:
    assert verify(signed(), BODY, SENT + sign * late, served(KEYS[0])) is right


ALTERED = [
    {"request_id": "r-2"},
    {"user_id": "user-2"},
    {"timestamp": str(SENT + 1)},
    {"timestamp": "soon"},
    {"timestamp": ""},
    {"timestamp": "9" * 5_000},
    {"signature": ""},
    {"signature": "zz"},
    {"signature": "00" * 64},
    {"signature": "00"},
]


@pytest.mark.parametrize("changed", ALTERED, ids=str)
def test_whatever_is_altered_breaks_the_signature(changed: dict[str, str]) -> None:
    assert verify(signed(KEYS[0], **changed), BODY, SENT, served(KEYS[0])) is False


@pytest.mark.parametrize("body", [b"", BODY + b" ", BODY.replace(b"OK", b"NO")])
def test_an_altered_body_breaks_the_signature(body: bytes) -> None:
    assert verify(signed(), body, SENT, served(KEYS[0])) is False


@pytest.mark.parametrize("keys", [[], [KEYS[1]], KEYS[1:]])
def test_a_key_that_is_not_listed_proves_nothing(keys: list[Ed25519PrivateKey]) -> None:
    assert verify(signed(), BODY, SENT, served(*keys)) is False


def test_a_webhook_without_a_signature_is_not_verified() -> None:
    assert verify({}, BODY, SENT, served(KEYS[0])) is False


def test_it_is_how_the_mock_says_that_webhooks_are_checked_and_no_other_signs_any() -> None:
    checks = {name: mock.dialect.verify for name, mock in App(Settings(seed=1)).mocks.items()}

    assert {name: check for name, check in checks.items() if check} == {"fal": verify}
