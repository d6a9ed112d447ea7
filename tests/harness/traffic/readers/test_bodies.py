"""Bodies as recorders keep them: whole, packed, cut, or left out."""

from __future__ import annotations

import gzip
import zlib

import pytest

from imagine_harness.harness.traffic.readers.bodies import (
    Body,
    finished,
    missing,
    of_base64,
    of_hex,
    of_json,
)


@pytest.mark.parametrize(
    ("method", "size", "length", "data"),
    [
        ("POST", 12, None, None),
        ("POST", -1, None, None),
        ("POST", None, None, None),
        ("POST", "x", "12", None),
        ("POST", 0, "12", None),
        ("POST", 0, None, b""),
        ("POST", -1, "0", b""),
        ("GET", None, None, b""),
        ("GET", 12, None, None),
    ],
)
def test_a_body_that_is_not_there_is_empty_only_where_that_is_said(
    method: str, size: object, length: str | None, data: bytes | None
) -> None:
    headers = {"content-length": length} if length is not None else {}
    found = missing(method, size, headers)

    assert found.data == data
    assert (found.gap != "") == (data is None)


def test_packed_bodies_are_unpacked_and_unpacked_ones_left() -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(b"hello", mtime=0),
        "X-GZIP": gzip.compress(b"hello", mtime=0),
        "deflate": zlib.compress(b"hello"),
        "Deflate": raw.compress(b"hello") + raw.flush(),
        "identity": b"hello",
        "br": b"hello",
    }
    for coding, body in packed.items():
        assert finished(Body(body), {"content-encoding": coding}) == Body(b"hello")
    for left in (b'{"a":1}', b"a\nb", b""):
        assert finished(Body(left), {"content-encoding": "gzip"}) == Body(left)


@pytest.mark.parametrize(
    ("coding", "body", "gap"),
    [
        ("br", b"\x0b\x02\x80", "it is packed as br, which is not read"),
        ("zstd", b"\x28\xb5\x2f\xfd", "it is packed as zstd, which is not read"),
        ("gzip", b"\xff\xfe", "it is not packed as it says"),
        ("gzip", gzip.compress(b"hello", mtime=0)[:-3], "it ends before it is whole"),
    ],
)
def test_what_cannot_be_unpacked_was_not_recorded(coding: str, body: bytes, gap: str) -> None:
    assert finished(Body(body), {"content-encoding": coding}) == Body(None, gap)


def test_a_body_that_unpacks_beyond_all_measure_is_not_read() -> None:
    packer = zlib.compressobj(wbits=-15)
    # a block that stands alone, so that it can be repeated without packing it again
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = block * 65 + packer.flush()

    found = finished(Body(bomb), {"content-encoding": "deflate"})

    assert found == Body(None, "it unpacks to more than 64000000 bytes")


def test_json_that_ends_before_its_length_was_cut() -> None:
    said = {"content-length": "20"}

    assert finished(Body(b'{"a": [1,'), said) == Body(None, "only 9 of its 20 bytes are there")
    for whole in (b'{"a": [1]}', b"hello"):
        assert finished(Body(whole), said) == Body(whole)
    assert finished(Body(b"{"), {}) == Body(b"{")


def test_base64_may_be_of_the_other_alphabet_and_in_chunks() -> None:
    for text in ("_-8=", "_-8", "/+8=", " /+\n8= ", '["/w==", "7w=="]'):
        found = of_base64(text)
        assert found.data in (b"\xff\xef", b"\xff\xef")
    for wrong in ("a", "%%%%", '["a"]', "[1]", 5, "\u00e4"):
        assert of_base64(wrong).data is None
    assert (of_hex("ffef").data, of_hex('["ff", "ef"]').data) == (b"\xff\xef", b"\xff\xef")
    assert of_hex("x").data is None
    assert of_hex("[1]").data is None


def test_what_json_has_not_is_no_json() -> None:
    assert of_json({"a": [1, None]}) == Body(b'{"a":[1,null]}')
    assert of_json({"a": b"x"}).data is None
    assert of_json([0] * 100_001).gap == "it holds more than 100000 values"
