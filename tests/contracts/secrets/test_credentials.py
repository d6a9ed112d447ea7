"""Credentials that came by: where they are found, which are looked for, how many are kept."""

from __future__ import annotations

import base64
from collections.abc import Mapping

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.secrets.credentials import Credentials, without

KEY = "sk-4b1d7c90aa32"
LONG = "0a1b2c3d-4e5f-6071-8293-a4b5c6d7e8f9"


@pytest.fixture
def known() -> Credentials:
    return Credentials()


PLACES: list[tuple[Mapping[bytes, bytes], str]] = [
    ({b"authorization": b"Bearer " + KEY.encode()}, ""),
    ({b"authorization": KEY.encode()}, ""),
    ({b"authorization": b"Bearer  " + KEY.encode()}, ""),
    ({b"authorization": b"Bearer\t" + KEY.encode()}, ""),
    ({b"authorization": b"Key " + KEY.encode() + b":other-part-1"}, ""),
    ({b"proxy-authorization": b"Basic " + base64.b64encode(b"user:" + KEY.encode())}, ""),
    ({b"x-api-key": KEY.encode()}, ""),
    ({b"cookie": b"a=b; session=" + KEY.encode() + b"; c"}, ""),
    ({}, f"a=b&key={KEY}"),
    ({}, f"access%5Ftoken={KEY}&x"),
]


@pytest.mark.parametrize(("headers", "query"), PLACES)
def test_what_came_by_is_hidden_wherever_it_turns_up(
    known: Credentials, headers: Mapping[bytes, bytes], query: str
) -> None:
    known.notice(headers, query)

    assert known.hide(f"no {KEY}, and ({KEY})") == "no ***, and (***)"


def test_a_documented_place_is_looked_at(known: Credentials) -> None:
    headers = {b"x-goog-api-key": KEY.encode()}
    known.notice(headers)
    assert known.hide(KEY) == KEY

    known.know(load.provider("uniall"))
    known.notice(headers)
    assert known.hide(KEY) == "***"


def test_the_variable_of_a_key_is_a_telling_name(known: Credentials) -> None:
    known.know(load.provider("fal"))
    known.notice({}, f"fal_key={KEY}")

    assert known.hide(KEY) == "***"


def test_what_is_sent_elsewhere_is_no_credential(known: Credentials) -> None:
    known.notice({b"user-agent": KEY.encode()}, f"prompt={KEY}&x={KEY}")

    assert known.hide(KEY) == KEY


def test_recorded_headers_and_addresses_are_looked_at(known: Credentials) -> None:
    known.notice_recorded({"Authorization": f"Key {KEY}"}, "http://[")
    known.notice_recorded({}, f"https://example.com/x?token={LONG}#a")

    assert known.hide(f"{KEY} {LONG}") == "*** ***"


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("x", "six foxes"),
        ("cat", "a cat in concat"),
        ("invalid", "an invalid prompt"),
        ("lighthouse", "a lighthouse"),
        ("photorealistic", "photorealistic"),
        ("20261121", "on 20261121"),
        ("xxxxxxxxxxxxxxxxxxxx", "xxxxxxxxxxxxxxxxxxxxxxxxx"),
    ],
)
def test_a_credential_that_may_be_any_word_is_not_looked_for(
    known: Credentials, key: str, text: str
) -> None:
    known.learn(key)

    assert known.hide(text) == text


@pytest.mark.parametrize("text", [f"a{KEY}", f"{KEY}b", f"1{KEY}2"])
def test_a_short_one_is_not_hidden_inside_of_words(known: Credentials, text: str) -> None:
    short = "test-key"
    known.learn(short)

    assert known.hide(text.replace(KEY, short)) == text.replace(KEY, short)
    assert known.hide(f"{short}/{short}_{short}") == "***/***_***"


def test_a_long_one_is_hidden_inside_of_words(known: Credentials) -> None:
    known.learn(LONG)

    assert known.hide(f"\\n{LONG}x") == "\\n***x"


def test_one_that_begins_another_leaves_nothing_of_it(known: Credentials) -> None:
    known.learn(LONG)
    known.learn(f"{LONG}-and-more")

    assert known.hide(f"{LONG}-and-more {LONG}") == "*** ***"


def test_it_is_found_in_an_address_too(known: Credentials) -> None:
    known.learn("part-one-1:part/two+2")

    assert known.hide("/a/part-one-1%3Apart%2Ftwo%2B2/b") == "/a/***/b"


def test_an_example_on_record_is_no_secret(known: Credentials) -> None:
    fal = load.provider("fal")
    known.know(fal)
    known.notice({b"authorization": f"Key {fal.credential.example}".encode()})

    assert known.is_public(fal.credential.example)
    assert known.hide(f"send {fal.credential.example}") == f"send {fal.credential.example}"


def test_the_least_recently_seen_makes_room() -> None:
    known = Credentials(most=100)
    first, *others = [f"key-number-{number:09}" for number in range(9)]
    known.learn(first)
    for other in others:
        known.learn(other)
        known.learn(first)

    assert known.hide(first) == "***"
    assert known.hide(others[0]) == others[0]
    assert known.hide(others[-1]) == "***"


def test_one_that_is_seen_again_after_it_was_dropped_is_known_again() -> None:
    known, headers = Credentials(most=100), {b"authorization": f"Bearer {LONG}".encode()}
    known.notice(headers)
    for number in range(9):
        known.learn(f"key-number-{number:09}")
    assert known.hide(LONG) == LONG

    known.notice(headers)
    assert known.hide(LONG) == "***"


def test_a_credential_of_ones_own_is_hidden_in_its_parts() -> None:
    assert without("key ab:very-secret of ab", "ab:very-secret") == "key *** of ab"
    assert without("secret very-secret", "ab:very-secret") == "secret ***"
    assert without("nothing", "") == "nothing"
