"""Exchanges as reports show them: whole, without secrets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imagine_harness.harness.traffic.redaction import seen, url
from tests.harness.judging.handmade import recorded

if TYPE_CHECKING:
    from tests.harness.judging.conftest import Judge


def test_an_address_loses_its_user_and_what_is_secret_in_its_query() -> None:
    assert url("https://a:b@fal.run/x?token=abc&c=d") == "https://fal.run/x?token=***&c=d"
    assert url("http://[?token=abc") == "http://[?token=***"


def test_of_a_very_long_body_the_beginning_is_shown(judge: Judge) -> None:
    [one] = judge(recorded(body={"prompt": "a" * 300_000, "apiKey": "private"}))

    assert len(seen(one.exchange).body) < 2_000


def test_an_exchange_says_where_its_hidden_credential_comes_from(judge: Judge) -> None:
    [one] = judge(recorded(headers={"authorization": "Key a:private"}))
    shown = seen(one.exchange)

    assert shown.headers["authorization"] == "Key ***"
    assert shown.variable == "FAL_KEY"
    assert shown.body == b'{"prompt":"A clay whale"}'
