"""What was sent: pictures that are looked at, and the texts that carry them."""

from __future__ import annotations

import base64
import re
import string
from io import BytesIO
from typing import TYPE_CHECKING, Final

from imagine_harness.contracts.judge.input_images import BrokenImage, ImageFacts
from imagine_harness.mocks.images.picture import MEDIA_TYPES

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

_READABLE: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
_MOST_PIXELS: Final = 89_000_000
"""Pillow warns of more."""
_QUICKLY_DECODED: Final = 5_000_000
"""Pixels and bytes of a picture, together, that take no time to be decoded."""

_JPEG_SEGMENT: Final = re.compile(rb"\xff+([\x01-\xfe])(..)", re.DOTALL)
_JPEG_SCAN: Final = b"\xda"
_JPEG_END: Final = b"\xff\xd9"

_TO_STANDARD_ALPHABET: Final = bytes.maketrans(b"-_", b"+/")
_WHITE_SPACE: Final = string.whitespace.encode()


def look(data: bytes) -> ImageFacts:
    """See what untrusted bytes are the picture of, by its first frame.

    A large picture is not decoded where its file tells that it is whole.

    Raises:
        BrokenImage: The bytes are no whole picture of a readable format, or a far too large one.

    """
    from PIL import Image, UnidentifiedImageError

    if not data:
        raise BrokenImage("the image is empty")
    try:
        with Image.open(BytesIO(data), formats=_READABLE) as image:
            pixels = image.width * image.height
            if pixels > _MOST_PIXELS:
                raise BrokenImage("the image has too many pixels")
            seen, size = (image.format or "").lower(), image.size
            if pixels + len(data) <= _QUICKLY_DECODED or not _is_whole(image, data):
                image.load()
            # Phones write jpeg files with a second picture inside, which Pillow calls mpo.
            return ImageFacts("jpeg" if seen == "mpo" else seen, *size)
    except (BrokenImage, MemoryError):
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise BrokenImage("the image has too many pixels") from error
    except UnidentifiedImageError as error:
        raise BrokenImage("the bytes are not an image of a known format") from error
    except Exception as error:
        # Hostile bytes make decoders raise nearly anything.
        raise BrokenImage("the image is damaged or truncated") from error


def _is_whole(image: ImageFile, data: bytes) -> bool:
    """Whether a file that was opened tells that all of it is there; others have to be decoded."""
    match image.format:
        case "PNG":
            image.verify()
            return True
        case "JPEG" | "MPO":
            return _has_jpeg_end(data)
        case "WEBP":
            return len(data) >= int.from_bytes(data[4:8], "little") + 8
        case _:
            return False


def _has_jpeg_end(data: bytes) -> bool:
    """Whether the pixels of a JPEG end; a smaller picture may stand whole in a segment before."""
    at = len(b"\xff\xd8")
    while (segment := _JPEG_SEGMENT.match(data, at)) is not None:
        at = segment.start(2) + int.from_bytes(segment[2])
        if segment[1] == _JPEG_SCAN:
            return data.find(_JPEG_END, at) > 0
    return False


def from_base64(text: str, limit: int) -> bytes:
    """Decode standard or URL-safe base64, with or without padding and white space.

    Raises:
        BrokenImage: The text is not base64, or holds more than `limit` bytes.

    """
    try:
        compact = text.encode("ascii").translate(_TO_STANDARD_ALPHABET, _WHITE_SPACE)
        letters = compact.rstrip(b"=")
        if len(letters) * 3 // 4 > limit:
            raise BrokenImage(f"the base64 holds more than {limit} bytes")
        missing = -len(letters) % 4
        if len(compact) - len(letters) not in (0, missing):
            raise BrokenImage("the text is not base64")
        return base64.b64decode(letters + b"=" * missing, validate=True)
    except ValueError as error:
        raise BrokenImage("the text is not base64") from error


def data_uri(data: bytes, format: str) -> str:
    """Write bytes of the format as a data URI."""
    return f"data:{MEDIA_TYPES[format]};base64,{base64.b64encode(data).decode('ascii')}"
