"""Real pictures for the mocks: made from what was asked, and read back from what was sent.

Pillow is imported where it is used, so that a server starts without it.
"""

from __future__ import annotations

import base64
import binascii
import bisect
import colorsys
import random
import re
import string
import unicodedata
from dataclasses import dataclass
from io import BytesIO
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

    Colour: TypeAlias = tuple[int, int, int]
    Font: TypeAlias = FreeTypeFont | ImageFont
    # Its text, font, colour and height.
    CaptionLine: TypeAlias = tuple[str, Font, Colour, int]

MEDIA_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {name: f"image/{name}" for name in ("jpeg", "png", "webp", "gif", "avif")}
)
EXTENSIONS: Final[Mapping[str, str]] = MappingProxyType(
    {name: "jpg" if name == "jpeg" else name for name in MEDIA_TYPES}
)

_READABLE: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_MOST_PIXELS: Final = 50_000_000
_DATA_URI_HEAD: Final = re.compile(r"data:image/[a-z0-9.+-]+;base64", re.IGNORECASE | re.ASCII)
_TO_STANDARD_ALPHABET: Final = str.maketrans("-_", "+/", string.whitespace)

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
_CAPTION_SOURCE: Final = 400
_CAPTION_SHARE: Final = 0.7
_SMALLEST_FONT: Final = 9
_SOFT_SIDE: Final = 256
_PANEL: Final[Colour] = (10, 14, 24)
# The bundled font lacks these; the right-hand side reads the same.
_LOOKALIKES: Final = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2212\u00d7\u2022", "------x\u00b7"
)


class BrokenImage(Exception):
    """Bytes that are no image we can read; the message says what is wrong in a few words."""


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


@dataclass(frozen=True, slots=True)
class Looked:
    """What was seen in decoded bytes: the format in lower case, and the size in pixels."""

    format: str
    width: int
    height: int


def render(picture: Picture) -> bytes:
    """Make the picture and encode it."""
    canvas = _background(picture)
    _caption(canvas, picture)
    return encoded(canvas, picture.format, picture.quality)


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


def _background(picture: Picture) -> Image:
    from PIL import Image

    # The words take part too: as with a real model, one seed and two prompts give two pictures.
    words = "\n".join((str(picture.seed), picture.provider, picture.model, picture.prompt))
    chance = random.Random(words.encode("utf-8", "surrogatepass"))
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


def _caption(canvas: Image, picture: Picture) -> None:
    """Draw a panel that says what was asked, as much of it as there is room for."""
    from PIL import Image, ImageDraw

    size = max(_SMALLEST_FONT, round((canvas.width * canvas.height) ** 0.5 / 38))
    short = min(canvas.size)
    margin, padding = round(short * 0.04), round(min(size * 0.75, short * 0.05))
    room = canvas.width - 2 * (margin + padding)
    lines: list[CaptionLine] = []
    used = 2 * padding
    for text, font, colour, height in _caption_lines(picture, size, room):
        if used + height > canvas.height * _CAPTION_SHARE:
            break
        lines.append((text, font, colour, height))
        used += height
    if not lines:
        return
    panel = Image.new("L", (canvas.width - 2 * margin, used))
    ImageDraw.Draw(panel).rounded_rectangle((0, 0, panel.width - 1, used - 1), padding, fill=165)
    top = canvas.height - margin - used
    canvas.paste(_PANEL, (margin, top), panel)
    draw = ImageDraw.Draw(canvas)
    top += padding
    for text, font, colour, height in lines:
        draw.text((margin + padding, top + height / 2), text, fill=colour, font=font, anchor="lm")
        top += height


def _caption_lines(picture: Picture, size: int, room: int) -> Iterator[CaptionLine]:
    """Yield the lines, the most telling first."""
    from PIL import ImageFont

    if room < size * 4:
        return
    large, plain = ImageFont.load_default(size * 1.25), ImageFont.load_default(size)
    asked = (picture.provider, f"{picture.width}x{picture.height}", picture.format)
    details = " \u00b7 ".join((*asked, f"seed {picture.seed}"))
    for line in _wrap(_readable(picture.model), 1, room, large):
        yield line, large, (255, 255, 255), round(size * 1.55)
    for line in _wrap(_readable(details), 3, room, plain):
        yield line.strip(" \u00b7"), plain, (205, 213, 226), round(size * 1.3)
    for line in _wrap(_readable(picture.prompt), 3, room, plain):
        yield line, plain, (255, 244, 214), round(size * 1.3)


def _readable(text: str) -> str:
    """Make one short line of any text: no control characters, no accents the font lacks."""
    start = text.strip()
    if len(start) > _CAPTION_SOURCE:
        start = start[:_CAPTION_SOURCE] + "\u2026"
    spaced = " ".join(start.split())
    plain = unicodedata.normalize("NFKD", spaced.translate(_LOOKALIKES))
    kept = (letter for letter in plain if unicodedata.category(letter)[0] not in "CM")
    return " ".join("".join(kept).split())


def _wrap(text: str, most: int, room: int, font: Font) -> list[str]:
    """Break the text into at most so many lines, the last with an ellipsis if more follows."""
    lines: list[str] = []
    while text and len(lines) < most:
        count = _fitting(text, room, font)
        if count < len(text):
            space = text.rfind(" ", 0, count + 1)
            count = space if space > 0 else max(1, count)
        lines.append(text[:count].rstrip())
        text = text[count:].lstrip()
    if text and lines:
        ellipsis_width = font.getlength("\u2026")
        last = lines[-1]
        lines[-1] = last[: _fitting(last, room - ellipsis_width, font)].rstrip(" ,.;:") + "\u2026"
    return lines


def _fitting(text: str, room: float, font: Font) -> int:
    """Count the letters from the start that fit into the room."""
    counts = range(1, len(text) + 1)
    return bisect.bisect_right(counts, room, key=lambda count: font.getlength(text[:count]))


def look(data: bytes) -> Looked:
    """Decode the first frame of untrusted bytes.

    Raises:
        BrokenImage: The bytes are no whole picture of a readable format, or a far too large one.

    """
    from PIL import Image, UnidentifiedImageError

    if not data:
        raise BrokenImage("the image is empty")
    try:
        with Image.open(BytesIO(data), formats=_READABLE) as image:
            if image.width * image.height > _MOST_PIXELS:
                raise BrokenImage("the image has too many pixels")
            image.load()
            seen = (image.format or "").lower()
            # Phones write jpeg files with a second picture inside, which Pillow calls mpo.
            return Looked("jpeg" if seen == "mpo" else seen, image.width, image.height)
    except BrokenImage:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BrokenImage("the image has too many pixels") from error
    except UnidentifiedImageError as error:
        raise BrokenImage("the bytes are not an image of a known format") from error
    except Exception as error:
        # Hostile bytes make decoders raise nearly anything.
        raise BrokenImage("the image is damaged or truncated") from error


def from_base64(text: str, limit: int) -> bytes:
    """Decode standard or URL-safe base64, with or without padding and white space.

    Raises:
        BrokenImage: The text is not base64, or holds more than `limit` bytes.

    """
    compact = text.translate(_TO_STANDARD_ALPHABET)
    letters = compact.rstrip("=")
    if len(letters) * 3 // 4 > limit:
        raise BrokenImage(f"the base64 holds more than {limit} bytes")
    missing = -len(letters) % 4
    if len(compact) - len(letters) not in (0, missing):
        raise BrokenImage("the text is not base64")
    try:
        return base64.b64decode(letters + "=" * missing, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BrokenImage("the text is not base64") from error


def data_uri(data: bytes, format: str) -> str:
    """Write bytes of the format as a data URI."""
    return f"data:{MEDIA_TYPES[format]};base64,{base64.b64encode(data).decode('ascii')}"


def from_data_uri(uri: str, limit: int) -> bytes:
    """Read the bytes of a base64 image data URI.

    Raises:
        BrokenImage: It has another form, or holds more than `limit` bytes.

    """
    head, comma, body = uri.partition(",")
    if not comma or not _DATA_URI_HEAD.fullmatch(head):
        raise BrokenImage("the text is not a base64 image data URI")
    return from_base64(body, limit)
