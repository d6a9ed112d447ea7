"""Pictures of as many bytes as real ones have, made in no time: small ones that are padded."""

from __future__ import annotations

import random
import zlib
from io import BytesIO

from PIL import Image

PNG_END = b"\0\0\0\0IEND\xaeB`\x82"
MOST_IN_A_SEGMENT = 65_533


def sized(length: int, kind: str = "png") -> bytes:
    """A whole picture of just so many bytes, 640 by 360."""
    drawn = BytesIO()
    Image.new("RGB", (640, 360), (90, 140, 60)).save(drawn, kind)
    data = drawn.getvalue()
    padding = random.Random(length).randbytes(length - len(data))
    return _padded_png(data, padding) if kind == "png" else _padded_jpeg(data, padding)


def _padded_png(data: bytes, padding: bytes) -> bytes:
    chunk = b"paDd" + padding[12:]
    framed = (len(chunk) - 4).to_bytes(4, "big") + chunk + zlib.crc32(chunk).to_bytes(4, "big")
    return data.removesuffix(PNG_END) + framed + PNG_END


def _padded_jpeg(data: bytes, padding: bytes) -> bytes:
    """Segments of an application's own hold the padding; the last is long enough for its head."""
    written, start = [data[:2]], 0
    while start < len(padding):
        end = start + MOST_IN_A_SEGMENT + 4
        if 0 < len(padding) - end < 4:
            end -= 4
        part = padding[start:end]
        written.append(b"\xff\xef" + (len(part) - 2).to_bytes(2, "big") + part[4:])
        start = end
    return b"".join([*written, data[2:]])
