"""Packed bytes: files and bodies, unpacked within limits."""

from __future__ import annotations

import zlib
from collections.abc import Iterator

MOST_MEMBERS = 10_000
"""Members of one gzip file, each packed alone."""

GZIP = 16 + zlib.MAX_WBITS
ZLIB = zlib.MAX_WBITS
RAW = -zlib.MAX_WBITS
"""What zlib calls the three ways to pack with its algorithm."""


class PackedError(Exception):
    """Packed bytes cannot be unpacked; the message says why in a few words."""


def kind(data: bytes) -> int | None:
    """How data is packed by its first bytes, None where it does not look so."""
    if data.startswith(b"\x1f\x8b\x08"):
        return GZIP
    is_zlib = data[:1] == b"\x78" and int.from_bytes(data[:2]) % 31 == 0
    return ZLIB if is_zlib and data[1:2] in b"\x01\x5e\x9c\xda" else None


def inflated(data: bytes, how: int, most: int) -> bytes:
    """What data unpacks to.

    Raises:
        PackedError: it is not packed so, ends too early, or unpacks to more than that.
    """
    made = bytearray()
    try:
        for part in _members(data, how, most):
            made += part
            if len(made) > most:
                raise PackedError(f"unpacks to more than {most} bytes")
    except zlib.error as error:
        raise PackedError("is not packed as it says") from error
    return bytes(made)


def _members(data: bytes, how: int, most: int) -> Iterator[bytes]:
    for _ in range(MOST_MEMBERS):
        unpacker = zlib.decompressobj(how)
        yield unpacker.decompress(data, most + 1)
        if not unpacker.eof:
            raise PackedError("ends before it is whole")
        data = unpacker.unused_data
        if how != GZIP or not data.startswith(b"\x1f\x8b"):
            return
