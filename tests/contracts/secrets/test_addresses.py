"""Addresses lose user and password and the values of telling parameters, and nothing else."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.secrets.addresses import address, in_text, query

SHOWN = [
    ("https://u:p@h.example/a", "https://***@h.example/a"),
    ("https://token@h.example", "https://***@h.example"),
    ("//u:p@h/a", "//***@h/a"),
    ("https://u:p@x@h:8/a@b", "https://***@h:8/a@b"),
    ("https://h/a?token=abc&c=d#e", "https://h/a?token=***&c=d#e"),
    ("https://h/?sig=abc", "https://h/?sig=***"),
    (
        "https://h/?X-Amz-Signature=ab%2Fc&X-Amz-Date=1",
        "https://h/?X-Amz-Signature=***&X-Amz-Date=1",
    ),
    ("https://h/?a=1;token=abc;b=2", "https://h/?a=1;token=***"),
    ("https://h/#access_token=abc&x=1", "https://h/#access_token=***&x=1"),
    ("/x?api%5Fkey=abc", "/x?api%5Fkey=***"),
    ("/x?to=https://u:p@h/?key=abc", "/x?to=https://***@h/?key=***"),
    ("/x?to=https%3A%2F%2Fh%2F%3Fkey%3Dabc", "/x?to=https%3A%2F%2Fh%2F%3Fkey%3D***"),
    ("http://[?token=abc", "http://[?token=***"),
    ("https://h/?token=", "https://h/?token="),
]
UNTOUCHED = [
    *(
        "https://medium.example/@user/a",
        "mailto:me@example.com",
        "/x?prompt=the%20token%20of%20love",
    ),
    *(
        "https://h/?max_tokens=5&author=me&keyboard=qwerty",
        "?",
        "#",
        "",
        "a?b?c",
        "https://h/?a&b=&=c",
    ),
    "data:image/png;base64,AAAA//8=",
]


@pytest.mark.parametrize(("given", "shown"), SHOWN)
def test_an_address_loses_its_secrets(given: str, shown: str) -> None:
    assert address(given) == shown
    assert address(shown) == shown


@pytest.mark.parametrize("given", UNTOUCHED)
def test_what_holds_none_stays(given: str) -> None:
    assert address(given) == given
    assert in_text(given) == given


def test_addresses_in_a_text_are_found() -> None:
    told = 'see <https://u:p@h/a>, "https://h/?token=abc" or https:\\/\\/u:p@h\\/: me@h.example?'

    assert in_text(told) == (
        'see <https://***@h/a>, "https://h/?token=***" or https://***@h/: me@h.example?'
    )


def test_a_query_by_itself_is_read_as_one() -> None:
    assert query("key=abc&a=b&client_secret=c") == "key=***&a=b&client_secret=***"


def test_addresses_inside_of_each_other_end_somewhere() -> None:
    nested = "?a=" * 5_000

    assert address(nested) == nested
