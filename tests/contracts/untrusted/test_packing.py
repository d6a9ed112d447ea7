"""Packed bytes, unpacked within limits."""

from __future__ import annotations

import gzip
import random
import zlib

import pytest

from imagine_harness.contracts.untrusted.packing import (
    GZIP,
    RAW,
    ZLIB,
    PackedError,
    TooLargeError,
    inflated,
    kind,
)


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


def test_members_behind_each_other_cost_no_more_than_their_bytes() -> None:
    members = gzip.compress(b"", mtime=0) * 9_999

    assert inflated(members + gzip.compress(b"a", mtime=0), GZIP, 9) == b"a"
    with pytest.raises(PackedError, match=r"^has more than 10000 members$"):
        inflated(members * 2, GZIP, 9)


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 200_000])
def test_what_is_long_is_unpacked_whole(length: int) -> None:
    data = random.Random(1).randbytes(length)

    assert inflated(gzip.compress(data, 0, mtime=0), GZIP, length) == data
    assert inflated(zlib.compress(data, 0) + b"trailing", ZLIB, length) == data
    with pytest.raises(TooLargeError):
        inflated(zlib.compress(data, 0), ZLIB, length - 1)
