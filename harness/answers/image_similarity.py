"""Which picture became which, through another size, another format and their losses."""

from __future__ import annotations

import io
from collections.abc import Sequence

SIDE = 16
"""Pixels of the square that pictures are compared in."""


def most_similar(came: Sequence[bytes | None], served: Sequence[bytes | None]) -> list[int]:
    """For each picture that came the place of the one served that it looks most like.

    What is not at hand, or cannot be decoded, looks like nothing and is left out.
    """
    known = [(place, _small(data)) for place, data in enumerate(served)]
    pairs: list[int] = []
    for data in came:
        small = _small(data)
        fitting = [(_distance(small, other), place) for place, other in known if other]
        if small and fitting:
            pairs.append(min(fitting)[1])
    return pairs


def _small(data: bytes | None) -> bytes:
    from PIL import Image

    if data is None:
        return b""
    try:
        with Image.open(io.BytesIO(data)) as picture:
            return picture.convert("RGB").resize((SIDE, SIDE)).tobytes()
    except OSError:
        return b""


def _distance(one: bytes, other: bytes) -> int:
    return sum(abs(a - b) for a, b in zip(one, other, strict=False))
