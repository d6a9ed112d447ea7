"""What every reader checks: files within limits, values of the right type, packed bodies."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import pytest

from harness.judging.readers.checks import at, content, lowered, unpacked
from harness.judging.recording import RecordingError


def test_a_value_that_is_not_what_it_must_be_is_told_with_its_place() -> None:
    assert at({"a": 1}, "a", int, "here") == 1
    with pytest.raises(RecordingError, match=r"^here: a must be a text, got 1$"):
        at({"a": 1}, "a", str, "here")
    with pytest.raises(RecordingError, match=r"^here: a must be a list, got null$"):
        at([], "a", list, "here")
    with pytest.raises(RecordingError, match="a must be a whole number, got true"):
        at({"a": True}, "a", int, "here")


def test_headers_have_lower_case_names_and_one_value_each() -> None:
    given = {"A": ["1", "2"], "b": b"3", ":method": "GET", "c": None}

    assert lowered(given, "here") == {"a": "2", "b": "3"}
    with pytest.raises(RecordingError, match=r"^here: headers must be an object, got "):
        lowered(["a"], "here")


def test_packed_bodies_are_unpacked_and_unpacked_ones_left() -> None:
    raw = zlib.compressobj(wbits=-15)
    packed = {
        "gzip": gzip.compress(b"hello"),
        "deflate": zlib.compress(b"hello"),
        "Deflate": raw.compress(b"hello") + raw.flush(),
        "identity": b"hello",
    }
    for coding, body in packed.items():
        assert unpacked(body, {"content-encoding": coding}) == b"hello"
    assert unpacked(b'{"a":1}', {"content-encoding": "gzip"}) == b'{"a":1}'
    assert unpacked(b"hello", {"content-encoding": "br"}) is None
    assert unpacked(b"hello", {"content-encoding": "gzip"}) is None


def test_a_body_that_unpacks_beyond_all_measure_is_not_read() -> None:
    packer = zlib.compressobj(wbits=-15)
    # a block that stands alone, so that it can be repeated without packing it again
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = block * 65 + packer.flush()

    assert unpacked(bomb, {"content-encoding": "deflate"}) is None


def test_a_byte_order_mark_is_left_out(tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    file.write_bytes(b"\xef\xbb\xbf{}")

    assert content(file) == b"{}"


def test_a_file_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.har"
    with file.open("wb") as made:
        made.truncate(256_000_001)

    with pytest.raises(RecordingError, match="has 256000001 bytes, expected at most 256000000"):
        content(file)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordingError, match="cannot be read: No such file or directory"):
        content(tmp_path / "nothing.har")
