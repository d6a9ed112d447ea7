"""Exchanges as reports show them: whole, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.judging.shown import body, headers, seen, url
from tests.harness.judging.handmade import recorded

if TYPE_CHECKING:
    from tests.harness.judging.conftest import Judge


def test_headers_and_addresses_lose_their_secrets() -> None:
    assert headers({"authorization": "Bearer abc", "x-own": "1"}) == {
        "authorization": "Bearer ***",
        "x-own": "1",
    }
    assert url("https://a:b@fal.run/x?token=abc&c=d") == "https://fal.run/x?token=***&c=d"
    assert url("http://[?token=abc") == "http://["


@pytest.mark.parametrize(
    ("data", "kind", "told"),
    [
        (b'{"apiKey":"abc","a":1}', "application/json", b'{"apiKey":"***","a":1}'),
        (b'{"text":"a"}', "application/json", b'{"text":"a"}'),
        (b"{token: abc", "application/json", b"{token: ***"),
        (b"hello", "text/plain", b"hello"),
        (b"\xff\x00", "image/png", b"\xff\x00"),
        (b"", "application/json", b""),
        (b"[]", "", b"[]"),
    ],
)
def test_bodies_lose_their_secrets_and_nothing_else(data: bytes, kind: str, told: bytes) -> None:
    assert body(data, kind) == told


def test_a_very_long_body_is_cut() -> None:
    assert len(body(b"a" * 300_000, "text/plain")) < 2_000


def test_an_exchange_says_where_its_hidden_credential_comes_from(judge: Judge) -> None:
    [one] = judge(recorded(headers={"authorization": "Key a:private"}))
    shown = seen(one)

    assert shown.headers["authorization"] == "Key ***"
    assert shown.variable == "FAL_KEY"
    assert shown.body == b'{"prompt":"A clay whale"}'
