"""What a picture is made of, and what its format is called elsewhere."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {name: f"image/{name}" for name in ("jpeg", "png", "webp", "gif", "avif")}
)
EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {name: "jpg" if name == "jpeg" else name for name in MEDIA_TYPES}
)


class Weight(StrEnum):
    """How many bytes a picture has: few, so that tests are quick, or as many as real ones."""

    LIGHT = "light"
    HEAVY = "heavy"


@dataclass(frozen=True, slots=True)
class Picture:
    """What one picture is made of; equal pictures have equal bytes.

    Attributes:
        provider: Who was asked.
        model: Which model was asked for.
        prompt: Any text.
        width: Pixels, at least 1.
        height: Pixels, at least 1.
        seed: Not negative; another seed gives other colours and shapes.
        format: A key of `MEDIA_TYPES`.
        quality: 1 to 100 for jpeg, webp and avif; None for a sensible one.

    """

    provider: str
    model: str
    prompt: str
    width: int
    height: int
    seed: int
    format: str
    quality: int | None = None
