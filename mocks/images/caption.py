"""What a picture says of itself: a panel with what was asked, as much as there is room for."""

from __future__ import annotations

import bisect
import unicodedata
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont, ImageFont

    from imagine_harness.mocks.images.picture import Picture

    Colour: TypeAlias = tuple[int, int, int]
    Font: TypeAlias = FreeTypeFont | ImageFont
    # Its text, font, colour and height.
    CaptionLine: TypeAlias = tuple[str, Font, Colour, int]

_SOURCE: Final = 400
_SHARE: Final = 0.7
_SMALLEST_FONT: Final = 9
_PANEL: Final[Colour] = (10, 14, 24)
# The bundled font lacks these; the right-hand side reads the same.
_LOOKALIKES: Final = str.maketrans(
    "\u2010\u2011\u2012\u2013\u2014\u2212\u00d7\u2022", "------x\u00b7"
)


def caption(canvas: Image, picture: Picture) -> None:
    """Draw a panel that says what was asked, as much of it as there is room for."""
    from PIL import Image, ImageDraw

    size = max(_SMALLEST_FONT, round((canvas.width * canvas.height) ** 0.5 / 38))
    short = min(canvas.size)
    margin, padding = round(short * 0.04), round(min(size * 0.75, short * 0.05))
    room = canvas.width - 2 * (margin + padding)
    lines: list[CaptionLine] = []
    used = 2 * padding
    for text, font, colour, height in _lines(picture, size, room):
        if used + height > canvas.height * _SHARE:
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


def _lines(picture: Picture, size: int, room: int) -> Iterator[CaptionLine]:
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
    if len(start) > _SOURCE:
        start = start[:_SOURCE] + "\u2026"
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
