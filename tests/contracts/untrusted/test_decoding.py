"""Bytes and texts from outside: what is read, what is too much, what is no number."""

from __future__ import annotations

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagine_harness.contracts.untrusted.decoding import (
    TooMuch,
    Undecodable,
    decoded,
    number,
    whole,
)

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
    | st.text('\\"[]{},:', max_size=12)
)
VALUES = st.recursive(
    SCALARS,
    lambda inside: st.lists(inside) | st.dictionaries(st.text('a\\"[{,', max_size=4), inside),
    max_leaves=30,
)


def levels(value: Any) -> int:
    below = value.values() if isinstance(value, dict) else value
    return 1 + max(map(levels, below), default=0) if isinstance(value, dict | list) else 0


def size(value: Any) -> int:
    below = value.values() if isinstance(value, dict) else value
    return 1 + (sum(map(size, below)) if isinstance(value, dict | list) else 0)


@given(VALUES)
def test_what_is_json_is_read_as_it_is(value: Any) -> None:
    data = json.dumps(value)

    assert decoded(data) == decoded(data.encode()) == orjson.loads(data)


@given(VALUES, st.integers(1, 40))
def test_what_holds_so_many_values_is_read_and_what_holds_far_more_is_not(
    value: Any, most: int
) -> None:
    data = json.dumps(value).encode()
    empty = data.count(b"[]") + data.count(b"{}")
    if size(value) > most:
        with pytest.raises(TooMuch, match=f"more than {most} values"):
            decoded(data, most)
    elif size(value) + empty <= most:
        assert decoded(data, most) == value


@pytest.mark.parametrize(
    ("opened", "closed"), [(b"[", b"]"), (b'{"a":', b"}"), (b'[{"[[\\"":', b"}]"), (b" [ ", b"]")]
)
def test_a_hundred_levels_are_read_and_one_more_is_not(opened: bytes, closed: bytes) -> None:
    each = opened.count(b"[") - opened.count(b"[[") * 2 + opened.count(b"{")
    for depth in (100 // each, 100 // each + 1, 600, 5_000, 100_000):
        data = opened * depth + b"1" + closed * depth
        if depth * each <= 100:
            assert levels(decoded(data)) == depth * each
        else:
            with pytest.raises(TooMuch, match="nested more than 100 levels deep"):
                decoded(data)


@pytest.mark.parametrize(
    "text", ["[" * 1_000, '\\"[' * 200, "\\\\" + "{" * 300, "]" * 200 + "[" * 200]
)
def test_brackets_in_a_text_are_no_levels(text: str) -> None:
    data = f'{{"a": ["{text}"]}}'

    assert decoded(data) == orjson.loads(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[" * 101 + b"]" * 30_000,
        b"]" * 30_000,
        b'"' * 30_001,
        b"\\" * 30_001,
        b'["' + b"[" * 200,
        b"NaN",
        b"9" * 5_000,
        b"-" + b"9" * 400,
        b"1e999",
        b'"\xff"',
        '"\ud800"',
        "\ud800",
    ],
)
def test_what_is_no_json_is_told_and_breaks_nothing(data: bytes | str) -> None:
    with pytest.raises(Undecodable):
        decoded(data, 100_000)


def test_a_picture_of_thirty_megabytes_in_a_text_is_one_value() -> None:
    body = {
        "prompt": "a lighthouse, [1], {2}",
        "image_url": "data:image/png;base64," + "A" * 30_000_000,
    }

    assert decoded(json.dumps(body), 10) == body


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("007", 7),
        ("-12", -12),
        ("9223372036854775807", 2**63 - 1),
        ("18446744073709551615", 2**64 - 1),
        ("18446744073709551616", 1.8446744073709552e19),
        ("9" * 300, 1e300),
        ("9" * 310, None),
        ("9" * 5_000, None),
        ("1.0", None),
        ("1_000", None),
        ("+1", None),
        (" 1", None),
        ("1\n", None),
        ("\u0661", None),
        ("\u00b2", None),
        ("nan", None),
        ("", None),
    ],
)
def test_a_whole_number_in_a_text_is_what_it_is_in_a_body(text: str, value: float | None) -> None:
    found = whole(text)

    assert (found, type(found)) == (value, type(value))
    if value is not None and text.lstrip("-")[0] != "0":
        assert found == decoded(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0.5", 0.5),
        (".5", 0.5),
        ("5.", 5.0),
        ("-2e3", -2000.0),
        ("9" * 300, 1e300),
        ("nan", None),
        ("inf", None),
        ("-Infinity", None),
        ("1e999", None),
        ("9" * 5_000, None),
        ("1_000.0", None),
        ("\u0661.\u0662", None),
        ("0x10", None),
        ("1 ", None),
        ("1\n", None),
        (".", None),
        ("", None),
    ],
)
def test_a_number_in_a_text_is_finite_and_in_ascii(text: str, value: float | None) -> None:
    assert number(text) == value
