"""Input images as a mock looks at them: its own media by address, all others by their data."""

from __future__ import annotations

from imagine_harness.contracts.judge.input_images import BrokenImage, ImageFacts, Look, is_link
from imagine_harness.contracts.paths import stem_at
from imagine_harness.mocks.images.look import from_base64, look
from imagine_harness.mocks.services.media import MediaStore, Medium

LARGEST_IMAGE = 32_000_000
"""Bytes of one decoded input image."""


def data_of(reference: str) -> bytes:
    """The bytes that a data URI (of any type: forms name theirs as they like) or base64 holds.

    Raises:
        BrokenImage: it is neither, or far too long.
    """
    head, comma, rest = reference.partition(",")
    if head.lower().startswith("data:"):
        if not comma or not head.lower().endswith(";base64"):
            raise BrokenImage("the data URI is not base64")
        return from_base64(rest, LARGEST_IMAGE)
    return from_base64(reference, LARGEST_IMAGE)


def picture_in(reference: str) -> tuple[bytes, ImageFacts]:
    """The bytes that a data URI or base64 holds, and what picture they are.

    Raises:
        BrokenImage: they are none.
    """
    data = data_of(reference)
    return data, look(data)


def medium_at(media: MediaStore, link: str) -> Medium | None:
    """The medium of ours that a link leads to; a foreign one is not fetched and counts as given."""
    return media.get(stem_at(link))


def facts_held(reference: str) -> ImageFacts | None:
    """What a reference itself holds; what one leads to counts as given.

    Raises:
        BrokenImage: it holds no picture.
    """
    return None if is_link(reference) else picture_in(reference)[1]


def looking(media: MediaStore) -> Look:
    """How the judge of a mock sees what references lead to."""

    def facts_of(reference: str) -> ImageFacts | None:
        if not is_link(reference):
            return facts_held(reference)
        medium = medium_at(media, reference)
        if medium is None:
            return None
        if not medium.width:
            raise BrokenImage("the file is no picture", "no picture")
        kind = medium.content_type.removeprefix("image/")
        return ImageFacts(kind, medium.width, medium.height)

    return facts_of
