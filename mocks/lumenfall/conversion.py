"""From the picture that a provider made to the one that the gateway's own page promises.

The page lists exact pixels and formats, the providers behind it list shapes and scales of their
own: what differs is cut to the promised shape around its middle, scaled and encoded anew. A
picture that is already as promised keeps its bytes.
"""

from __future__ import annotations

import asyncio
import base64
from io import BytesIO

from imagine_harness.contracts.expected import ExpectedAnswer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.images.draw import encoded
from imagine_harness.mocks.images.look import look
from imagine_harness.mocks.images.picture import EXTENSIONS, MEDIA_TYPES
from imagine_harness.mocks.services.media import Medium

_WITHOUT_ALPHA = ("jpeg", "gif")


def converted(data: bytes, promised: ExpectedAnswer) -> bytes:
    """The bytes of a picture as it was promised.

    Raises:
        BrokenImage: they are no picture that can be read.
    """
    seen = look(data)
    size = (promised.width, promised.height)
    same = (seen.format, seen.width, seen.height) == (promised.format, *size)
    if same and promised.quality is None:
        return data
    from PIL import Image, ImageOps

    with Image.open(BytesIO(data)) as image:
        keeps = image.has_transparency_data and promised.format not in _WITHOUT_ALPHA
        canvas = image.convert("RGBA" if keeps else "RGB")
    if canvas.size != size:
        canvas = ImageOps.fit(canvas, size)
    quality = promised.quality
    return encoded(canvas, promised.format, None if quality is None else min(max(quality, 1), 100))


async def in_carrier(call: Call, data: bytes, promised: ExpectedAnswer) -> str:
    """A provider's picture in the carrier that was asked for: hosted here, or as base64.

    Raises:
        BrokenImage: it is no picture that can be read.
    """
    name, kind = call.state.uuid(), MEDIA_TYPES[promised.format]  # in order, whoever ends first
    made = await asyncio.to_thread(converted, data, promised)
    if promised.carrier != "url":
        return base64.b64encode(made).decode()
    expires = call.context.gallery.expiry(promised.lifetime)
    medium = Medium(call.test, expires, promised.width, promised.height, kind, data=made)
    call.services.media.add(name, medium)
    return call.context.gallery.address(call.origin, name, EXTENSIONS[promised.format])
