"""The grain that gives a picture the weight of a real one: noise, fine and coarse.

Fine noise is what no lossless format can shrink; lossy ones leave it out, and keep the coarse.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from PIL.Image import Image

_FINE: Final = 3
_COARSE: Final = 32
_COARSE_SIDE: Final = 3


def grained(canvas: Image, chance: random.Random) -> Image:
    """A canvas with noise over it, which is gone from afar: it is as light as it is dark."""
    from PIL import ImageChops

    coarse = _noise("L", canvas.size, chance, _COARSE, _COARSE_SIDE).convert("RGB")
    canvas = ImageChops.add(canvas, coarse, offset=-_COARSE)
    return ImageChops.add(canvas, _noise("RGB", canvas.size, chance, _FINE, 1), offset=-_FINE)


def _noise(
    mode: str, size: tuple[int, int], chance: random.Random, strength: int, side: int
) -> Image:
    """Values from 0 to twice the strength, in spots of some pixels' side."""
    from PIL import Image

    width, height = (-(-length // side) for length in size)
    bands = len(mode)
    drawn = Image.frombytes(mode, (width, height), chance.randbytes(width * height * bands))
    scaled = drawn.point([value * (2 * strength + 1) // 256 for value in range(256)] * bands)
    return scaled if side == 1 else scaled.resize(size, Image.Resampling.BILINEAR)
