"""Exchanges in results, and values as every report can hold them."""

from __future__ import annotations

from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.results.exchanges import (
    describe_exchange,
    exchange_as_json,
    exchange_of_json,
    json_value,
)
from tests.exchanges import changed, reported


def test_an_exchange_comes_back_from_json_as_it_was(refused: Exchange) -> None:
    made = changed(refused, ending="client left after 1.0 s")
    told = exchange_as_json(made)

    assert exchange_of_json(told) == made
    assert told == {
        "method": "POST",
        "url": "http://127.0.0.1/draw?a=b",
        "headers": {"authorization": "Bearer ***"},
        "body": '{"prompt": "é"}',
        "status": 422,
        "answer": {"base64": "iVBOR/8="},
        "variable": "ACME_KEY",
        "answer_headers": {"content-type": "image/png"},
        "body_length": 0,
        "answer_length": 0,
        "ending": "client left after 1.0 s",
    }


def test_an_exchange_is_described_on_one_line() -> None:
    made = reported("GET", "http://x", {}, b"", 200, b"")

    assert describe_exchange(made) == "GET http://x, answered 200"


def test_a_long_body_is_cut_between_letters_and_says_how_long_it_was() -> None:
    long = reported("POST", "http://x", {}, b"x" + "é".encode() * 10_000, 200, b"y" * 20_000)
    told = exchange_of_json(exchange_as_json(long))

    assert told.request.body.decode() == "x" + "é" * 9_999
    assert (told.request.length, told.response.length) == (20_001, 0)
    assert len(told.response.body) == 20_000
    assert exchange_of_json(exchange_as_json(told)).request.length == 20_001


def test_what_json_cannot_say_becomes_what_it_can() -> None:
    odd = {1: (float("nan"), b"abc", ABSENT), "\ud800": {"set"}, "error": ValueError("no")}

    assert json_value(odd) == {
        "1": ["nan", "<3 bytes>", None],
        "?": ["set"],
        "error": "\"ValueError('no')\"",
    }
