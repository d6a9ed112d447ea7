"""Exchanges as reports show them: whole, without secrets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imagine_harness.contracts.openapi.document import ORIGIN
from imagine_harness.harness.traffic.redaction import describe, redact, url
from tests.exchanges import PLAIN, changed
from tests.harness.judging.handmade import recorded
from tests.harness.traffic.readers.test_journal import BROKEN

if TYPE_CHECKING:
    from tests.harness.judging.conftest import JudgeAll


def test_an_address_loses_its_user_and_what_is_secret_in_its_query() -> None:
    assert url("https://a:b@fal.run/x?token=abc&c=d") == "https://fal.run/x?token=***&c=d"
    assert url("http://[?token=abc") == "http://[?token=***"


def test_of_a_very_long_body_the_beginning_is_shown(judge: JudgeAll) -> None:
    [one] = judge(recorded(body={"prompt": "a" * 300_000, "apiKey": "private"}))

    assert len(redact(one.exchange).request.body) < 2_000


def test_an_exchange_says_where_its_hidden_credential_comes_from(judge: JudgeAll) -> None:
    [one] = judge(recorded(headers={"authorization": "Key a:private"}))
    shown = redact(one.exchange)

    assert shown.request.header("authorization") == "Key ***"
    assert shown.provenance.variable == "FAL_KEY"
    assert shown.request.body == b'{"prompt":"A clay whale"}'
    assert one.exchange.request.header("authorization") == "Key a:private"


def test_an_exchange_of_the_mocks_is_at_the_address_where_they_are_served_by_hand() -> None:
    sent = changed(PLAIN, path="/run", query="a=b&key=private")

    assert redact(sent).provenance.url == f"{ORIGIN}/fal/run?a=b&key=***"


def test_nothing_of_a_redacted_exchange_holds_a_key() -> None:
    broken = replace(BROKEN, pointer="/apiKey", got="private")
    sent = changed(
        PLAIN,
        query="api_key=private",
        headers={"authorization": "Key private"},
        body=b'{"apiKey":"private"}',
        answer=b'{"token":"private"}',
        violations=[broken],
    )

    assert "private" not in repr(redact(sent))
    assert sent.verdict.violations == [broken]


def test_a_key_in_a_body_is_hidden_by_its_name_or_because_it_is_known() -> None:
    body = b'{"apiKey":"very-secret","prompt":"a grey-blue sea"}'

    shown = redact(changed(PLAIN, body=body, answer=b"grey-blue"), key="grey-blue")

    assert shown.request.body == b'{"apiKey":"***","prompt":"a *** sea"}'
    assert shown.response.body == b"***"


def test_what_was_not_recorded_of_a_body_is_not_shown_in_part() -> None:
    cut = changed(PLAIN, gap="only the beginning of its 500 bytes is there", length=500)

    assert (redact(cut).request.body, redact(cut).request.length) == (b"", 500)


def test_an_exchange_of_the_mocks_is_described_on_one_line() -> None:
    early = changed(PLAIN, status=0, ending="client left after 1.0 s")

    assert describe(PLAIN) == "POST /fal/x, request 1, answered 200"
    assert describe(early) == "POST /fal/x, request 1, without an answer, client left after 1.0 s"
