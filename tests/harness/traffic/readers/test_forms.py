"""Forms, made again of the fields that a recorder tells."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.traffic.readers.forms import guessed, of_fields, with_boundary

FORM = "multipart/form-data; boundary=x"


def test_fields_are_the_parts_of_a_form() -> None:
    fields = [
        {"name": "a", "value": "b"},
        {"name": 'f"', "fileName": "c\nd.png", "contentType": "image/png", "value": "data:,%41"},
    ]
    body, kind = of_fields(fields, FORM)

    assert kind == FORM
    assert body.data == (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\nb\r\n'
        b'--x\r\nContent-Disposition: form-data; name="f%22"; filename="c%0Ad.png"\r\n'
        b"Content-Type: image/png\r\n\r\nA\r\n--x--\r\n"
    )


@pytest.mark.parametrize(
    ("value", "data"),
    [("data:image/png;base64,/w==", b"\xff"), ("data:,a%20b", b"a b"), ("plain", b"plain")],
)
def test_a_file_stands_for_itself_or_is_a_data_uri(value: str, data: bytes) -> None:
    body, kind = of_fields([{"name": "f", "fileName": "f", "value": value}], "multipart/form-data")

    assert body.data is not None
    assert b"\r\n\r\n" + data + b"\r\n" in body.data
    assert kind.startswith("multipart/form-data; boundary=")


def test_urlencoded_fields_are_encoded() -> None:
    body, _ = of_fields([{"name": "a", "value": "b c&"}], "application/x-www-form-urlencoded")

    assert body.data == b"a=b+c%26"


@pytest.mark.parametrize(
    ("fields", "kind", "gap"),
    [
        ([{"name": "f", "fileName": "a.png"}], FORM, "f of its form is not there"),
        ([{"name": "f", "fileName": "a", "value": "(binary)"}], FORM, "f of its form is not there"),
        ([{"name": "f", "fileName": "a", "value": "data:;base64,%"}], FORM, "f of its form is not"),
        ([{"value": "a"}], FORM, "a field of its form has no name"),
        ([5], FORM, "a field of its form has no name"),
        ([{"name": "a", "value": "b"}], "", "it is told as fields, and is no form but of no type"),
    ],
)
def test_a_form_that_is_not_whole_was_not_recorded(fields: list[Any], kind: str, gap: str) -> None:
    body, _ = of_fields(fields, kind)

    assert body.data is None
    assert body.gap.startswith(gap)


def test_the_boundary_of_a_form_is_that_of_its_body() -> None:
    body = b"--x y\r\nContent"

    assert with_boundary("multipart/form-data", body) == 'multipart/form-data; boundary="x y"'
    for kind in ("application/json", FORM, 'multipart/form-data; boundary="z"'):
        assert with_boundary(kind, body) == kind
    assert with_boundary("multipart/form-data", None) == "multipart/form-data"
    assert with_boundary("multipart/form-data", b"hello") == "multipart/form-data"


def test_a_type_is_guessed_from_the_body() -> None:
    assert [guessed(each) for each in (b" {}", b"[", b"--x\r\n", b"a=b", b"")] == [
        "application/json",
        "application/json",
        "multipart/form-data",
        "",
        "",
    ]
