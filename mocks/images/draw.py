"""Pictures made from what was asked: soft colours and shapes, and a caption."""

from __future__ import annotations

import colorsys
import random
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from imagine_harness.mocks.images.caption import caption
from imagine_harness.mocks.images.grain import grained
from imagine_harness.mocks.images.picture import Weight

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PIL.Image import Image

    from imagine_harness.mocks.images.caption import Colour
    from imagine_harness.mocks.images.picture import Picture

_SAVE_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = MappingProxyType(
    {
        "jpeg": {"quality": 88},
        "png": {"compress_level": 1},
        "webp": {"quality": 82, "method": 0},
        "gif": {},
        # One thread, because the encoder may split its work differently on another count.
        "avif": {"quality": 65, "speed": 10, "max_threads": 1},
    }
)
_HEAVY_QUALITY: Final[Mapping[str, int]] = MappingProxyType({"jpeg": 95, "webp": 90, "avif": 80})
_SOFT_SIDE: Final = 256


def render(picture: Picture, weight: Weight = Weight.LIGHT) -> bytes:
    """Make the picture and encode it."""
    canvas, quality = _background(picture), picture.quality
    if weight is Weight.HEAVY:
        canvas = grained(canvas, _chance(picture))
        quality = quality or _HEAVY_QUALITY.get(picture.format)
    caption(canvas, picture)
    return encoded(canvas, picture.format, quality)


def encoded(canvas: Image, format: str, quality: int | None = None) -> bytes:
    """Encode a canvas in one of our formats, with the quality of a lossy one if it is said."""
    from PIL.Image import Quantize

    options = dict(_SAVE_OPTIONS[format])
    if quality is not None and "quality" in options:
        options["quality"] = quality
    if format == "gif":
        # Only a palette that is given is dithered to, and gradients need dither.
        canvas = canvas.quantize(palette=canvas.quantize(256, Quantize.FASTOCTREE))
    written = BytesIO()
    canvas.save(written, format=format, **options)
    return written.getvalue()


def _chance(picture: Picture) -> random.Random:
    # The words take part too: as with a real model, one seed and two prompts give two pictures.
    words = "\n".join((str(picture.seed), picture.provider, picture.model, picture.prompt))
    return random.Random(words.encode("utf-8", "surrogatepass"))


def _background(picture: Picture) -> Image:
    from PIL import Image

    chance = _chance(picture)
    # Golden-ratio steps put the hues of neighbouring seeds far apart, which chance alone does not.
    hue = picture.seed * 618_033_989 % 1_000_000_000 / 1_000_000_000
    turn = chance.choice((-1, 1)) * chance.uniform(0.05, 0.11)
    # Everything soft is painted small: enlarging it costs far less and looks the same.
    size = (picture.width, picture.height)
    shrink = min(1, _SOFT_SIDE / max(size))
    soft = _gradient(
        (max(1, round(size[0] * shrink)), max(1, round(size[1] * shrink))),
        chance.uniform(0, 360),
        (_colour(hue, 0.24), _colour(hue + turn, 0.48), _colour(hue + 2 * turn, 0.74)),
    )
    _glow(soft, chance, _colour(hue + 3 * turn, 0.72))
    _glow(soft, chance, _colour(hue - turn, 0.50))
    canvas = soft.resize(size, Image.Resampling.BILINEAR)
    for lightness in (0.90, 0.30, 0.82):
        _disc(canvas, chance, _colour(hue + chance.uniform(0, 2) * turn, lightness))
    return canvas


def _colour(hue: float, lightness: float) -> Colour:
    red, green, blue = colorsys.hls_to_rgb(hue % 1, lightness, 0.68)
    return round(red * 255), round(green * 255), round(blue * 255)


def _gradient(size: tuple[int, int], angle: float, colours: tuple[Colour, Colour, Colour]) -> Image:
    from PIL import Image, ImageOps

    bilinear = Image.Resampling.BILINEAR
    # The crop is the largest centred square that no angle turns past the edge of the ramp.
    ramp = Image.linear_gradient("L").rotate(angle, resample=bilinear).crop((38, 38, 218, 218))
    first, middle, last = colours
    coloured = ImageOps.colorize(ImageOps.autocontrast(ramp), first, last, middle)
    return coloured.resize(size, bilinear)


def _place(canvas: Image, chance: random.Random, least: float, most: float) -> tuple[int, int, int]:
    """Choose the left, top and diameter of a round shape around some point of the canvas."""
    diameter = max(2, round(chance.uniform(least, most) * (canvas.width + canvas.height) / 2))
    left = round(chance.random() * canvas.width - diameter / 2)
    top = round(chance.random() * canvas.height - diameter / 2)
    return left, top, diameter


def _glow(canvas: Image, chance: random.Random, colour: Colour) -> None:
    from PIL import Image

    left, top, diameter = _place(canvas, chance, 1.0, 1.7)
    # The distances reach 255 in the corners, so 180 is where the sides are: faded out by then.
    fading = [round(215 * max(0.0, 1 - distance / 180) ** 1.5) for distance in range(256)]
    mask = Image.radial_gradient("L").point(fading).resize((diameter, diameter))
    canvas.paste(colour, (left, top), mask)


def _disc(canvas: Image, chance: random.Random, colour: Colour) -> None:
    from PIL import Image, ImageDraw

    left, top, diameter = _place(canvas, chance, 0.25, 0.75)
    strength = round(chance.uniform(40, 80))
    # Drawn twice as large and halved, for a smooth edge.
    mask = Image.new("L", (diameter * 2, diameter * 2))
    box = (0, 0, diameter * 2 - 1, diameter * 2 - 1)
    if chance.random() < 0.4:
        width = max(1, diameter // 6)
        ImageDraw.Draw(mask).ellipse(box, outline=strength * 2, width=width)
    else:
        ImageDraw.Draw(mask).ellipse(box, fill=strength)
    canvas.paste(colour, (left, top), mask.reduce(2))
