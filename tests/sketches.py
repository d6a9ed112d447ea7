"""Pictures for tests that are not about how pictures look: made in a tenth of the time.

A sketch has the size, the format and the encoder of the real picture, and four colours that are its
own; the look of real ones is the matter of `tests/mocks/images`.
"""

from __future__ import annotations

import random
from functools import lru_cache

from PIL import Image

from imagine_harness.mocks.images import draw
from imagine_harness.mocks.images.picture import Picture, Weight

KEPT = 500
"""Sketches that are remembered: some 10 kB each."""


def render(picture: Picture, weight: Weight = Weight.LIGHT) -> bytes:
    """What stands in for `mocks.images.draw.render`; heavy pictures are the real ones."""
    return sketched(picture) if weight == Weight.LIGHT else draw.render(picture, weight)


@lru_cache(KEPT)
def sketched(picture: Picture) -> bytes:
    colours = random.Random(repr(picture)).randbytes(12)
    canvas = Image.frombytes("RGB", (2, 2), colours)
    size = (picture.width, picture.height)
    return draw.encoded(
        canvas.resize(size, Image.Resampling.NEAREST), picture.format, picture.quality
    )
