"""What every reader checks: values of the right type, headers, methods, addresses, moments."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.traffic.errors import RecordingError, Unread
from imagine_harness.harness.traffic.readers.checks import (
    address,
    at,
    each_of,
    length,
    lowered,
    method,
    moment,
    status,
    text,
)
from imagine_harness.harness.traffic.readers.tagged_values import Tagged


def test_a_value_that_is_not_what_it_must_be_is_told_with_its_place() -> None:
    assert at({"a": 1}, "a", int, "here") == 1
    with pytest.raises(RecordingError, match=r"^here: a must be a text, got 1$"):
        at({"a": 1}, "a", str, "here")
    with pytest.raises(RecordingError, match=r"^here: a must be a list, got null$"):
        at([], "a", list, "here")
    with pytest.raises(RecordingError, match="a must be a whole number, got true"):
        at({"a": True}, "a", int, "here")


def test_what_may_hold_a_secret_is_named_by_its_kind() -> None:
    for value, told in [("private", "a text"), (["private"], "a list"), (b"private", "bytes")]:
        with pytest.raises(RecordingError, match=f"^here: a must be an object, got {told}$"):
            at({"a": value}, "a", dict, "here")


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"A": ["1", "2"], "b": b"3", ":method": "GET", "c": None, "d": []}, {"a": "2", "b": "3"}),
        ([{"name": "A", "value": "1"}, {"name": "a", "value": "2"}], {"a": "2"}),
        ([["A", "1"], ["B", ["2"]]], {"a": "1", "b": "2"}),
        (["A: 1", "B:2:3"], {"a": "1", "b": "2:3"}),
        ({"A": 5, "b": True, "c": Tagged("!x", "d")}, {"a": "5", "b": "true", "c": "d"}),
        (Tagged("!x", {"A": "1"}), {"a": "1"}),
        ({"A": [["1"]]}, {"a": "1"}),
        (None, {}),
    ],
)
def test_headers_have_lower_case_names_and_one_value_each(given: Any, found: Any) -> None:
    assert lowered(given, "here") == found


@pytest.mark.parametrize("given", ["a: b", 5, {"a": {}}, [5], ["a"], [["a"]], [{"value": "a"}]])
def test_what_are_no_headers_is_told(given: Any) -> None:
    with pytest.raises(RecordingError, match=r"^here: "):
        lowered(given, "here")


def test_texts_can_be_written() -> None:
    assert text("a\ud83d") == "a?"
    assert text(b"\xe4") == "\u00e4"
    nothing: list[Any] = [None, [], {}]
    assert [text(each) for each in (*nothing, 1.5)] == [None, None, None, "1.5"]


def test_methods_and_addresses_are_texts() -> None:
    assert method({"method": ":get"}, "here") == "GET"
    assert method({"method": b"post"}, "here") == "POST"
    assert address({"url": "http://[::1]:8/a"}, "here") == "http://[::1]:8/a"
    assert address({"uri": "/a"}, "here") == "/a"
    for odd in ("POST\nbroken: x", "P T", ":"):
        with pytest.raises(RecordingError, match=r"^here: method is none$"):
            method({"method": odd}, "here")
    for wrong in ("http://[", "http://a:b", "http://a:99999"):
        with pytest.raises(RecordingError, match=r"^here: url is no address$"):
            address({"url": wrong}, "here")
    odd_ones: list[dict[str, Any]] = [{}, {"method": None}, {"method": []}]
    for nothing in odd_ones:
        with pytest.raises(RecordingError, match=r"^here: method must be a text, got "):
            method(nothing, "here")


@pytest.mark.parametrize(
    ("given", "found"),
    [(200, 200), ("200", 200), ("404 Not Found", 404), (None, 0), (0, 0), (-1, 0), ("-1", 0)],
)
def test_a_status_is_a_number_and_none_where_no_answer_came(given: Any, found: int) -> None:
    assert status(given, "here") == found


@pytest.mark.parametrize("given", [True, "OK", "", [], "9" * 5_000])
def test_what_is_no_status_is_told(given: Any) -> None:
    with pytest.raises(RecordingError, match=r"^here: status must be a whole number, got "):
        status(given, "here")


def test_a_length_is_what_the_headers_say() -> None:
    assert length({"content-length": " 12 "}) == 12
    assert length({}) is None
    for told in ("-1", "x", "9" * 99):
        assert length({"content-length": told}) is None


@pytest.mark.parametrize(
    "told",
    [
        "Sun, 09 Nov 2025 08:00:00 GMT",
        "Sun, 09 Nov 2025 09:00:00 +0100",
        "2025-11-09T08:00:00Z",
        "2025-11-09T08:00:00.000+00:00",
        "2025-11-09 08:00:00",
        "2025-11-09 08:00:00 UTC",
        "2025-11-09 08:00:00 +0000",
    ],
)
def test_a_moment_is_read_as_several_languages_write_it(told: str) -> None:
    assert moment(told) == 1762675200.0


@pytest.mark.parametrize("told", [None, "", "soon", 5, [], "9999999-01-01", "Sun, 99 Nov 2025"])
def test_what_is_no_moment_is_none(told: object) -> None:
    assert moment(told) == 0.0


def test_an_entry_that_cannot_be_read_costs_itself_alone() -> None:
    def read(entry: Any, where: str) -> Any:
        if entry == 2:
            raise RecordingError(where, "is odd\nand long")
        yield entry

    assert list(each_of([1, 2, 3], "a: entry", read)) == [
        *(1, Unread("a: entry 2", "is odd and long"), 3)
    ]
