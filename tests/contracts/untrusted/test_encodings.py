"""Content encodings: how they are named, and a body without them."""

from __future__ import annotations

import gzip
import zlib

import pytest

from imagine_harness.contracts.untrusted.encodings import codings, undone
from imagine_harness.contracts.untrusted.packing import PackedError, TooLargeError

PLAIN = b'{"prompt": "a tin robot"}'


def raw(data: bytes) -> bytes:
    made = zlib.compressobj(wbits=-15)
    return made.compress(data) + made.flush()


@pytest.mark.parametrize(
    ("header", "named"),
    [
        ("gzip", ("gzip",)),
        ("GZip", ("gzip",)),
        ("x-gzip", ("gzip",)),
        (" deflate ,  gzip,", ("deflate", "gzip")),
        ("identity", ()),
        ("identity, br", ("br",)),
        ("", ()),
    ],
)
def test_a_header_names_codings_in_the_order_in_which_they_were_applied(
    header: str, named: tuple[str, ...]
) -> None:
    assert codings(header) == named


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (PLAIN, ()),
        (gzip.compress(PLAIN, mtime=0), ("gzip",)),
        (gzip.compress(PLAIN[:5], mtime=0) + gzip.compress(PLAIN[5:], mtime=0), ("gzip",)),
        (zlib.compress(PLAIN), ("deflate",)),
        (raw(PLAIN), ("deflate",)),
        (gzip.compress(zlib.compress(PLAIN), mtime=0), ("deflate", "gzip")),
        (gzip.compress(gzip.compress(PLAIN, mtime=0), mtime=0), ("gzip", "gzip")),
    ],
)
def test_codings_are_undone_the_last_one_first(data: bytes, named: tuple[str, ...]) -> None:
    assert undone(data, named, 100) == PLAIN


@pytest.mark.parametrize(
    ("data", "named", "told"),
    [
        (PLAIN, ("gzip",), "is not packed as it says"),
        (PLAIN, ("deflate",), "is not packed as it says"),
        (gzip.compress(PLAIN, mtime=0)[:-9], ("gzip",), "ends before it is whole"),
        (PLAIN, ("br",), "is packed as br, which is not read"),
        (PLAIN, ("gzip",) * 5, "has more than 4 codings"),
    ],
)
def test_what_is_not_encoded_so_is_told(data: bytes, named: tuple[str, ...], told: str) -> None:
    with pytest.raises(PackedError, match=f"^{told}$"):
        undone(data, named, 100)


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
@pytest.mark.parametrize(("size", "is_too_large"), [(99, False), (100, False), (101, True)])
def test_a_body_has_a_largest_size_once_it_is_decoded(
    coding: str, size: int, is_too_large: bool
) -> None:
    data = b"a" * size
    packed = gzip.compress(data, mtime=0) if coding == "gzip" else zlib.compress(data)

    if is_too_large:
        with pytest.raises(TooLargeError):
            undone(packed, (coding,), 100)
    else:
        assert undone(packed, (coding,), 100) == data


def test_a_bomb_of_bombs_is_cut_in_its_first_layer() -> None:
    bomb = gzip.compress(gzip.compress(b"\0" * 10_000_000, mtime=0) * 50, mtime=0)

    with pytest.raises(TooLargeError):
        undone(bomb, ("gzip", "gzip"), 1_000)
