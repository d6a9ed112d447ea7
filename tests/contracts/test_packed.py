"""Packed bytes, unpacked within limits."""

from __future__ import annotations

import gzip
import zlib

import pytest

from contracts.packed import GZIP, RAW, ZLIB, PackedError, inflated, kind


def test_what_is_packed_is_known_by_its_first_bytes() -> None:
    assert kind(gzip.compress(b"a", mtime=0)) == GZIP
    assert [kind(zlib.compress(b"a", level)) for level in (0, 5, 6, 9)] == [ZLIB] * 4
    assert [kind(each) for each in (b"", b"x", b"x: 1", b"\x1f\x8b", b"{}")] == [None] * 5


def test_what_is_packed_is_unpacked_several_members_too() -> None:
    raw = zlib.compressobj(wbits=RAW)

    assert inflated(gzip.compress(b"a", mtime=0) + gzip.compress(b"b", mtime=0), GZIP, 9) == b"ab"
    assert inflated(zlib.compress(b"a"), ZLIB, 9) == b"a"
    assert inflated(raw.compress(b"a") + raw.flush(), RAW, 9) == b"a"


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (gzip.compress(b"a" * 100, mtime=0), "unpacks to more than 9 bytes"),
        (gzip.compress(b"abcde", mtime=0) * 2, "unpacks to more than 9 bytes"),
        (gzip.compress(b"a", mtime=0)[:-4], "ends before it is whole"),
        (b"hello", "is not packed as it says"),
    ],
)
def test_what_cannot_be_unpacked_is_told(data: bytes, told: str) -> None:
    with pytest.raises(PackedError, match=f"^{told}$"):
        inflated(data, GZIP, 9)
