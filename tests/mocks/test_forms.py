"""Multipart bodies: fields become typed values, files become pictures, bad forms are refused."""

from __future__ import annotations

import base64
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imagine_harness.contracts.forms import FormError
from imagine_harness.contracts.judge.forms import MOST_PARTS, decoded
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.mocks.app import App

Seen = tuple[str, tuple[int, int]]
BOUNDARY = b"boundary=xYzZy"
EDIT = load.recorded("lumenfall").contracts[0].operations["edit"]
SINGLE = load.recorded("uniall").contracts[0].operations["edit"]


def form(*parts: tuple[str, str | bytes] | tuple[str, str | bytes, str, str]) -> bytes:
    """A form of fields (name, text) and files (name, data, file name, content type)."""
    written = bytearray()
    for name, value, *file in parts:
        data = value.encode() if isinstance(value, str) else value
        written += b'--xYzZy\r\nContent-Disposition: form-data; name="' + name.encode() + b'"'
        if file:
            written += f'; filename="{file[0]}"\r\nContent-Type: {file[1]}'.encode()
        written += b"\r\n\r\n" + data + b"\r\n"
    return bytes(written + b"--xYzZy--\r\n")


def read(*parts: Any, operation: Operation = EDIT) -> dict[str, Any]:
    return decoded(form(*parts), BOUNDARY, operation)


def test_a_text_field_is_text() -> None:
    assert read(("prompt", "a lighthouse"), ("model", "m")) == {
        "prompt": "a lighthouse",
        "model": "m",
    }


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("n", "3", 3),
        ("n", "-3", -3),
        ("n", "0", 0),
        ("n", "three", "three"),
        ("n", "", ""),
        ("n", "3.0", "3.0"),
        ("n", "1_000", "1_000"),
        ("n", " 3 ", " 3 "),
        ("n", "\u0663", "\u0663"),
        ("output_compression", "50", 50),
        ("sync_mode", "true", True),
        ("sync_mode", "False", False),
        ("sync_mode", "1", "1"),
        ("user", "5", "5"),
        ("prompt", "5", "5"),
        ("size", "1024x1024", "1024x1024"),
        ("aspect_ratio", "16:9", "16:9"),
        ("unknown", "5", "5"),
    ],
)
def test_text_becomes_what_its_parameter_documents(name: str, text: str, value: Any) -> None:
    assert read((name, text)) == {name: value}


def test_a_file_becomes_the_data_uri_of_a_picture() -> None:
    assert read(("image", b"\x00\xff", "a.png", "image/png")) == {
        "image": "data:image/png;base64,AP8="
    }


@pytest.mark.parametrize("kind", ["application/octet-stream", "text/plain", "image/png; a=b", ""])
def test_a_file_is_a_picture_whatever_its_type_says(kind: str) -> None:
    [uri] = read(("image", b"\x00", "a", kind)).values()

    assert uri.startswith("data:image/")
    assert uri.endswith(";base64,AA==")


IMAGE = (b"\x00", "a.png", "image/png")
URI = "data:image/png;base64,AA=="


@pytest.mark.parametrize(
    ("names", "value"),
    [
        (["image"], {"image": URI}),
        (["image", "image"], {"image": [URI, URI]}),
        (["image[]"], {"image": [URI]}),
        (["image[]", "image[]"], {"image": [URI, URI]}),
        (["image", "image[]"], {"image": [URI, URI]}),
        (["images"], {"images": [URI]}),
        (["images[]", "images[]", "images[]"], {"images": [URI, URI, URI]}),
    ],
)
def test_several_files_become_an_array(names: list[str], value: dict[str, Any]) -> None:
    assert read(*((name, *IMAGE) for name in names)) == value


@pytest.mark.parametrize("names", [["image"], ["image[]"]])
def test_where_one_file_is_documented_one_is_taken(names: list[str]) -> None:
    assert read(*((name, *IMAGE) for name in names), operation=SINGLE) == {"image": URI}


@pytest.mark.parametrize(
    "names",
    [["image", "image"], ["image[]", "image[]"], ["image", "image[]"], ["images", "images"]],
)
def test_several_files_are_what_is_documented_for_several(names: list[str]) -> None:
    assert read(*((name, *IMAGE) for name in names), operation=SINGLE) == {"images": [URI, URI]}


def test_several_files_join_those_that_are_documented_for_several() -> None:
    given = [(name, *IMAGE) for name in ("image", "images", "image")]

    assert read(*given, operation=SINGLE) == {"images": [URI, URI, URI]}


def test_of_a_repeated_field_the_last_one_counts() -> None:
    assert read(("prompt", "a"), ("prompt", "b"), ("n", "1"), ("n", "2")) == {"prompt": "b", "n": 2}


def test_unknown_fields_are_kept_for_the_rules() -> None:
    assert read(("anything", "a"), ("more[]", "b")) == {"anything": "a", "more": "b"}


def test_names_and_values_may_be_in_any_language() -> None:
    assert read(("prompt", "ein Leuchtturm \u4e00 \U0001f408")) == {
        "prompt": "ein Leuchtturm \u4e00 \U0001f408"
    }
    assert read(("prompt", b"\xff\xfe")) == {"prompt": "\ufffd\ufffd"}


def test_an_empty_form_is_an_empty_object() -> None:
    assert decoded(b"--xYzZy--\r\n", BOUNDARY, EDIT) == {}


WHOLE = form(("prompt", "a lighthouse"), ("image", b"\x00" * 40, "a.png", "image/png"))


@pytest.mark.parametrize(
    ("data", "parameters"),
    [
        (WHOLE, b""),
        (WHOLE, b"boundary="),
        (WHOLE, b"boundary=other"),
        (WHOLE, b"charset=utf-8"),
        (b"", BOUNDARY),
        (b"no form at all", BOUNDARY),
        (WHOLE[:-4], BOUNDARY),
        (WHOLE[: len(WHOLE) // 2], BOUNDARY),
        (b"--xYzZy\r\n\r\nno name\r\n--xYzZy--\r\n", BOUNDARY),
        (b"--xYzZy\r\nContent-Disposition: form-data\r\n\r\nx\r\n--xYzZy--\r\n", BOUNDARY),
        (b"--xYzZy\r\nContent Disposition: x\r\n\r\nx\r\n--xYzZy--\r\n", BOUNDARY),
        (form(*(("a", "b") for _ in range(MOST_PARTS + 1))), BOUNDARY),
    ],
    ids=[
        "no boundary",
        "an empty boundary",
        "another boundary",
        "another parameter",
        "nothing",
        "text",
        "no end",
        "half",
        "no headers",
        "no name",
        "a broken header",
        "too many parts",
    ],
)
def test_a_form_that_cannot_be_taken_apart_says_why(data: bytes, parameters: bytes) -> None:
    with pytest.raises(FormError, match=r".+"):
        decoded(data, parameters, EDIT)


def test_as_many_parts_as_are_allowed_are_taken() -> None:
    assert read(*((f"a{each}", "b") for each in range(MOST_PARTS))).keys() == {
        f"a{each}" for each in range(MOST_PARTS)
    }


@given(data=st.binary(max_size=300), parameters=st.binary(max_size=40))
def test_any_bytes_are_a_form_or_an_error(data: bytes, parameters: bytes) -> None:
    for each in (data, WHOLE[:60] + data + WHOLE[60:], b"--xYzZy\r\n" + data):
        with suppress(FormError):
            assert isinstance(decoded(each, BOUNDARY + b";" + parameters, EDIT), dict)


# Over the wire

Files = Sequence[tuple[str, Any]]


@pytest.fixture
def edit(client: httpx.Client) -> Callable[..., httpx.Response]:
    """Send a form to the edits of a provider."""

    def sent(provider: str, fields: dict[str, Any], files: Files) -> httpx.Response:
        path = {"lumenfall": "/openai/v1"}.get(provider, "/v1") + "/images/edits"
        return client.post(
            f"/{provider}{path}",
            headers={"Authorization": "Bearer a"},
            data={"model": "grok-imagine-image", "prompt": "x", **fields},
            files=files,
        )

    return sent


def file(data: bytes) -> tuple[str, bytes, str]:
    return ("a.png", data, "image/png")


@pytest.mark.parametrize("provider", ["lumenfall", "uniall"])
def test_a_file_is_edited(
    provider: str,
    edit: Callable[..., httpx.Response],
    client: httpx.Client,
    app: App,
    picture: Callable[..., bytes],
    decoded: Callable[[bytes], Seen],
) -> None:
    fields = {"n": "2", "output_format": "png"}
    fields["aspect_ratio"] = "16:9"

    answer = edit(provider, fields, [("image", file(picture()))])

    assert answer.status_code == 200, answer.text
    size = (1365, 768) if provider == "lumenfall" else (1408, 768)
    [noted] = app.services.journal
    assert noted.verdict.kind == "conforms"
    for each in answer.json()["data"]:
        assert decoded(client.get(each["url"]).content) == ("PNG", size)
    assert len(answer.json()["data"]) == 2


@pytest.mark.parametrize("names", [["image[]"], ["image[]"] * 3, ["image"] * 2])
def test_several_files_are_edited(
    names: list[str], edit: Callable[..., httpx.Response], picture: Callable[..., bytes], app: App
) -> None:
    answer = edit("lumenfall", {}, [(name, file(picture())) for name in names])

    assert answer.status_code == 200, answer.text
    [noted] = app.services.journal
    assert noted.verdict.kind == "conforms"


@pytest.mark.parametrize(
    ("provider", "fields", "named"),
    [
        ("lumenfall", {"n": "two"}, "n"),
        ("lumenfall", {"size": "banana"}, "size"),
        ("lumenfall", {"output_format": "tiff"}, "output_format"),
        ("lumenfall", {"sync_mode": "maybe"}, "sync_mode"),
        ("uniall", {"num_images": "5"}, "num_images"),
        ("uniall", {"num_images": "two"}, "num_images"),
        ("uniall", {"resolution": "4k"}, "resolution"),
        ("uniall", {"aspect_ratio": "7:1"}, "aspect_ratio"),
    ],
)
def test_a_field_that_breaks_a_rule_is_refused_by_name(
    provider: str,
    fields: dict[str, str],
    named: str,
    edit: Callable[..., httpx.Response],
    picture: Callable[..., bytes],
    assert_refused: Callable[..., None],
) -> None:
    answer = edit(provider, fields, [("image", file(picture()))])

    assert_refused(answer, provider, 400)
    assert answer.json()["error"]["param"] == named


@pytest.mark.parametrize("provider", ["lumenfall", "uniall"])
@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (WHOLE, "multipart/form-data"),
        (WHOLE, "multipart/form-data; boundary=other"),
        (WHOLE[:-9], "multipart/form-data; boundary=xYzZy"),
        (b"", "multipart/form-data; boundary=xYzZy"),
        (b"--xYzZy--\r\n", "multipart/form-data; boundary=xYzZy"),
        (form(*(("a", "b") for _ in range(500))), "multipart/form-data; boundary=xYzZy"),
        (b"{}", "multipart/form-data; boundary=xYzZy"),
    ],
    ids=["no boundary", "another", "truncated", "empty", "no parts", "many parts", "JSON"],
)
def test_a_bad_form_is_refused(
    provider: str,
    content: bytes,
    kind: str,
    client: httpx.Client,
    assert_refused: Callable[..., None],
) -> None:
    path = {"lumenfall": "/openai/v1"}.get(provider, "/v1") + "/images/edits"

    answer = client.post(
        f"/{provider}{path}",
        headers={"Authorization": "Bearer a", "Content-Type": kind},
        content=content,
    )

    assert_refused(answer, provider, 400)


def test_a_huge_number_in_a_form_can_be_read_in_the_journal(
    edit: Callable[..., httpx.Response],
    picture: Callable[..., bytes],
    client: httpx.Client,
    assert_refused: Callable[..., None],
) -> None:
    answer = edit("uniall", {"num_images": "9" * 40}, [("image", file(picture()))])

    assert_refused(answer, "uniall", 400)
    assert answer.json()["error"]["param"] == "num_images"
    assert client.get("/__admin/requests").status_code == 200


def test_a_picture_in_a_form_may_be_a_data_uri(
    client: httpx.Client, edit: Callable[..., httpx.Response], picture: Callable[..., bytes]
) -> None:
    uri = f"data:image/png;base64,{base64.b64encode(picture()).decode()}"

    answer = edit("lumenfall", {"image": uri}, [("other", (None, "x"))])

    assert answer.status_code == 200, answer.text


def test_a_number_beyond_64_bits_is_a_number_as_in_json() -> None:
    part = b'--b\r\nContent-Disposition: form-data; name="n"\r\n\r\n' + b"9" * 22 + b"\r\n--b--\r\n"

    assert decoded(part, b"boundary=b", EDIT) == {"n": 1e22}


@pytest.mark.parametrize("data", [b"--\xfb", b"--xYzZy\r\n\xff: a\r\n\r\n"])
def test_a_broken_form_is_told_by_its_refusal_alone(
    data: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(logging.getLogger(), "handlers", [])

    with pytest.raises(FormError):
        decoded(data, BOUNDARY, EDIT)

    assert capsys.readouterr().err == ""
