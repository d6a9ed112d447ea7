"""Images wherever they are: in what a mock answered, and in what a client made of it."""

from __future__ import annotations

import base64
import binascii
import hashlib
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from imagine_harness.harness.results.results import Side

T = TypeVar("T")

Fetch = Callable[[str], bytes | None]
"""From an address to the bytes that are served there, None where it is not one of ours.

There are no bytes where it is one of ours, and nothing is there any more.
"""

_STARTS = (b"\x89PNG", b"\xff\xd8\xff", b"RIFF", b"GIF8", b"\x00\x00\x00")
"""What the bytes of an image begin with, for the formats that are on record."""

_NAMED = re.compile(r"\.(png|jpe?g|webp|gif|avif)(\?|$)", re.IGNORECASE)

SHORTEST = 60
"""Letters that base64 of an image has at least."""


@dataclass(frozen=True, slots=True)
class AnswerImage:
    """An image in an answer: how it travels, `url base64 data-uri`, and its bytes where at hand."""

    carrier: str
    data: bytes | None


def images_in(answer: object, fetch: Fetch) -> list[AnswerImage]:
    """Every image in a decoded answer, in order, each once: as it travels in the first place."""
    once_each = dict.fromkeys(texts(answer))
    made = [each for text in once_each if (each := _image(text, fetch)) is not None]
    once: dict[bytes | int, AnswerImage] = {}
    for each in made:
        once.setdefault(each.data or id(each), each)
    return list(once.values())


def format_and_size(data: bytes) -> tuple[str, tuple[int, int]]:
    """Format and pixels of an image; `broken` and none for bytes that are no image."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return str(picture.format).lower(), picture.size
    except OSError:
        return "broken", (0, 0)


def _image(text: str, fetch: Fetch) -> AnswerImage | None:
    """What a text stands for; an address elsewhere is an image where it is named as one."""
    data = data_of(text, fetch)
    if text.startswith(("http://", "https://")):
        is_image = bool(_NAMED.search(text)) if data is None else data.startswith(_STARTS)
        return AnswerImage("url", data) if is_image else None
    if data is None:
        return None
    return AnswerImage("data-uri" if text.startswith("data:") else "base64", data)


def texts(value: object) -> Iterator[str]:
    """Every text in a decoded answer, in order."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from texts(below)


def digests(value: object, fetch: Fetch) -> list[str]:
    """The fingerprint of every image in a value, in order, each image of an answer once.

    An image may be bytes, an address, a data URI, base64, a picture of Pillow's, or stand anywhere
    inside lists, dictionaries and objects with attributes.
    """
    return _once(map(_fingerprint, _images(value, fetch)))


def are_same(one: object, other: object, fetch: Fetch) -> bool:
    """Whether two values hold the same images, by their bytes, or else by their fingerprints."""
    first, second = ([*_images(value, fetch)] for value in (one, other))
    if _once(map(_data, first)) == _once(map(_data, second)):
        return True
    return _once(map(_fingerprint, first)) == _once(map(_fingerprint, second))


def side_of(label: str, value: object, fetch: Fetch) -> Side:
    """The first image in a value as a report shows it, small; a side without a picture for none."""
    from PIL import Image

    for image in _images(value, fetch):
        try:
            picture = Image.open(io.BytesIO(image)) if isinstance(image, bytes) else image
            small = picture.convert("RGB")
            small.thumbnail((THUMBNAIL, THUMBNAIL))
        except OSError:
            return Side(label, body="bytes that are no picture")
        made = io.BytesIO()
        small.save(made, "PNG")
        data = base64.b64encode(made.getvalue()).decode()
        return Side(label, picture=f"data:image/png;base64,{data}")
    return Side(label, body="no picture")


THUMBNAIL = 320
"""Pixels of the longer side of a picture in a report."""


def _images(value: object, fetch: Fetch) -> Iterator[Any]:
    """Every image in a value: its bytes, or a picture of Pillow's."""
    if isinstance(value, bytes | bytearray | memoryview):
        yield bytes(value)
    elif isinstance(value, str):
        found = data_of(value, fetch)
        if found is not None:
            yield found
    elif isinstance(value, Mapping):
        for below in value.values():
            yield from _images(below, fetch)
    elif isinstance(value, list | tuple | set | frozenset):
        for below in value:
            yield from _images(below, fetch)
    elif hasattr(value, "tobytes") and hasattr(value, "size"):
        yield value
    elif value is not None and not isinstance(value, int | float):
        yield from _images(_attributes(value), fetch)


def _once(values: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(values))


def _data(image: Any) -> bytes | int:
    """What is the same only for images whose bytes are."""
    return image if isinstance(image, bytes) else id(image)


def _fingerprint(image: Any) -> str:
    return _digest(image) if isinstance(image, bytes) else _of_picture(image)


def data_of(text: str, fetch: Fetch) -> bytes | None:
    """The bytes of the image that a text stands for: an address, a data URI, base64; else None."""
    if text.startswith(("http://", "https://")):
        return fetch(text)
    if text.startswith("data:"):
        text = text.partition(",")[2]
    if len(text) < SHORTEST:
        return None
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if data.startswith(_STARTS) else None


def _attributes(value: object) -> Mapping[str, Any]:
    dump = getattr(value, "model_dump", None)
    if callable(dump):
        dumped: Mapping[str, Any] = dump()
        return dumped
    return vars(value) if hasattr(value, "__dict__") else {}


@lru_cache(maxsize=64)
def _digest(data: bytes) -> str:
    """A fingerprint of the pixels where the bytes can be decoded, else of the bytes."""
    from PIL import Image

    try:
        with Image.open(io.BytesIO(data)) as picture:
            return _of_picture(picture)
    except OSError:
        return hashlib.sha256(data).hexdigest()


def _of_picture(picture: Any) -> str:
    width, height = picture.size
    pixels = picture.convert("RGB").tobytes()
    return hashlib.sha256(b"%d %d " % (width, height) + pixels).hexdigest()
