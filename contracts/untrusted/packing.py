"""Packed bytes: files and bodies, unpacked within limits."""

from __future__ import annotations

import zlib

MOST_MEMBERS = 10_000
"""Members of one gzip file, each packed alone."""

_STEP = 65_536
"""Bytes that are unpacked at once: whatever is behind the end of a member is copied."""

GZIP = 16 + zlib.MAX_WBITS
ZLIB = zlib.MAX_WBITS
RAW = -zlib.MAX_WBITS
"""What zlib calls the three ways to pack with its algorithm."""


class PackedError(Exception):
    """Packed bytes cannot be unpacked; the message says why in a few words."""


class TooLargeError(PackedError):
    """Packed bytes unpack to more than they may."""


def kind(data: bytes) -> int | None:
    """How data is packed by its first bytes, None where it does not look so."""
    if data.startswith(b"\x1f\x8b\x08"):
        return GZIP
    is_zlib = data[:1] == b"\x78" and int.from_bytes(data[:2]) % 31 == 0
    return ZLIB if is_zlib and data[1:2] in b"\x01\x5e\x9c\xda" else None


def inflated(data: bytes, how: int, most: int) -> bytes:
    """What data unpacks to.

    Raises:
        TooLargeError: it unpacks to more than so many bytes.
        PackedError: it is not packed so, or ends too early.
    """
    made = bytearray()
    unpacker, members = zlib.decompressobj(how), 1
    try:
        for at in range(0, len(data), _STEP):
            part = data[at : at + _STEP]
            while part:
                if unpacker.eof:
                    if how != GZIP or not part.startswith(b"\x1f"):
                        return bytes(made)
                    unpacker, members = zlib.decompressobj(how), members + 1
                made += unpacker.decompress(part, most + 1 - len(made))
                if len(made) > most:
                    raise TooLargeError(f"unpacks to more than {most} bytes")
                if members > MOST_MEMBERS:
                    raise PackedError(f"has more than {MOST_MEMBERS} members")
                part = unpacker.unconsumed_tail or unpacker.unused_data
    except zlib.error as error:
        raise PackedError("is not packed as it says") from error
    if not unpacker.eof:
        raise PackedError("ends before it is whole")
    return bytes(made)
