"""JSON and YAML, decoded: whole, or told on one line why not."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.traffic.errors import RecordingError
from imagine_harness.harness.traffic.readers.documents import decoded, parsed
from imagine_harness.harness.traffic.readers.tagged_values import Tagged


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": [1, null]}', {"a": [1, None]}),
        (b'{"a": "\\ud83d"}', {"a": "\ud83d"}),
        (b'{"a": "x\ny"}', {"a": "x\ny"}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
    ],
)
def test_json_is_decoded_with_what_recorders_leave_in_it(data: bytes, value: Any) -> None:
    assert decoded(data, "a.har") == value


@pytest.mark.parametrize("data", [b"{", b"", b"[" * 5_000, b'{"a": ' * 5_000])
def test_what_is_no_json_is_told(data: bytes) -> None:
    with pytest.raises(RecordingError, match=r"^a\.har: is no JSON: ."):
        decoded(data, "a.har")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("[1, -2.5, true, ~, x]", [1, -2.5, True, None, "x"]),
        ("{1: a, true: b, ~: c}", {"1": "a", "true": "b", "~": "c"}),
        ("[2025-11-09, 2025-11-09 08:00:00, 12:30, 0755, 1_000, yes, =, .nan]", None),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
        ("a: 1\na: 2", {"a": 2}),
        ("a: {<<: {b: 1}}", {"a": {"<<": {"b": 1}}}),
        ("? [a]\n: 1", {"(no text)": 1}),
        ("!!set {a: null}", Tagged("!!set", {"a": None})),
        ("!!str 5", "5"),
        ("!!timestamp 2025-11-09", "2025-11-09"),
        ("[!binary e30=, !!binary 'e 3\n0=']", [b"{}", b"{}"]),
        ("!!binary '%'", Tagged("!!binary", "%")),
        ("!!int x", Tagged("!!int", "x")),
        ("!!bool x", Tagged("!!bool", "x")),
        ("[!!python/unicode a, !!python/str b, !!python/long 5]", ["a", "b", 5]),
        ("!!python/tuple [a]", ["a"]),
        ("[!ruby/sym post, !str a]", ["post", "a"]),
        ("!ruby/object:A {b: !x c}", Tagged("!ruby/object:A", {"b": Tagged("!x", "c")})),
    ],
)
def test_yaml_is_decoded_to_plain_values(text: str, value: Any) -> None:
    if value is None:
        value = [each.strip() for each in text.strip("[]").split(",")]

    assert parsed(text.encode(), "a.yaml") == value


def test_no_object_is_made_whatever_a_tag_says() -> None:
    made: list[str] = []
    text = "[!!python/object/apply:builtins.exec ['made.append(1)'], !!python/name:os.system '']"

    assert parsed(text.encode(), "a.yaml") == [
        Tagged("!!python/object/apply:builtins.exec", ["made.append(1)"]),
        Tagged("!!python/name:os.system", ""),
    ]
    assert made == []


def test_a_value_may_hold_itself() -> None:
    found = parsed(b"&a [*a, {b: *a}]", "a.yaml")

    assert found[0] is found
    assert found[1]["b"] is found


def test_what_repeats_itself_is_made_once() -> None:
    lines = [b"a0: &a0 {<<: [x, y]}"]
    for number in range(1, 60):
        nine = ", ".join([f"*a{number - 1}"] * 9)
        lines.append(f"a{number}: &a{number} {{<<: [{nine}]}}".encode())

    assert len(parsed(b"\n".join(lines), "a.yaml")) == 60


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"a: [", "a.yaml: is no YAML: "),
        (b"a: 1\n---\nb: 2", "a.yaml: is no YAML: "),
        (b"a: *nobody", "a.yaml: is no YAML: "),
        (b"[" * 100_000, "a.yaml: is nested more than 100 levels deep"),
        (b"- " * 2_000, "a.yaml: is nested more than 100 levels deep"),
        (b"\xc3\xa4: " + b"{a: " * 2_000, "a.yaml: is nested more than 100 levels deep"),
        (b"a: " + b"[" * 98 + b'"]' + b"[" * 2_000, "a.yaml: is no YAML: "),
    ],
)
def test_what_is_no_yaml_is_told_on_one_line(data: bytes, told: str) -> None:
    with pytest.raises(RecordingError) as raised:
        parsed(data, "a.yaml")

    assert str(raised.value).startswith(told)
    assert "\n" not in str(raised.value)
