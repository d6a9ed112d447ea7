"""Stored media: uploaded under a UUID that later tasks may refer to, and deleted again."""

from __future__ import annotations

import asyncio
import mimetypes

from imagine_harness.contracts.judge.input_images import BrokenImage, is_link
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.paths import stem_at
from imagine_harness.contracts.refusals import naming
from imagine_harness.mocks.answer import Accepted
from imagine_harness.mocks.answering.input_images import data_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.images.look import look
from imagine_harness.mocks.images.picture import EXTENSIONS, Picture
from imagine_harness.mocks.runware.bodies import Told, head
from imagine_harness.mocks.runware.errors import refused
from imagine_harness.mocks.services.media import Medium

BYTES = "application/octet-stream"
"""What is stored that is no picture and does not say what it is."""


async def image_upload(call: Call, done: Accepted) -> Told:
    """Store an image; anything else is refused."""
    stored = await _stored(call, "image", done.root.get("image"), pictures_only=True)
    if isinstance(stored, Refusal):
        return refused(call, done, stored)
    name, url = stored
    return Told([{**head(done.root), "imageUUID": name, "imageURL": url}])


async def media_storage(call: Call, done: Accepted) -> Told:
    """Store a medium of any kind, or delete one."""
    if done.root.get("operation") == "delete":
        return _deleted(call, done)
    stored = await _stored(call, "media", done.root.get("media"), pictures_only=False)
    if isinstance(stored, Refusal):
        return refused(call, done, stored)
    name, url = stored
    return Told([{**head(done.root), "mediaUUID": name, "mediaURL": url}])


def _deleted(call: Call, done: Accepted) -> Told:
    media, name = call.services.media, stem_at(str(done.root.get("media")))
    found = media.get(name)
    if found is None or found.test != call.test:
        return refused(call, done, Refusal(("media-unknown",), status=404))
    media.take(name)
    return Told([{**head(done.root), "mediaUUID": name}])


async def _stored(
    call: Call, parameter: str, reference: object, *, pictures_only: bool
) -> tuple[str, str] | Refusal:
    """The UUID and the address under which a medium is stored now."""
    if not isinstance(reference, str):
        return _broken(parameter, "expected a text")
    try:
        if is_link(reference):
            medium = _linked(call, reference)
        else:
            medium = await _sent(call, reference, pictures_only=pictures_only)
    except BrokenImage as error:
        return _broken(parameter, str(error))
    name = call.state.uuid()
    call.services.media.add(name, medium)
    return name, call.context.gallery.address(call.origin, name, _extension(medium))


def _broken(parameter: str, told: str) -> Refusal:
    return Refusal(("image-broken",), {**naming(parameter), "message": told})


def _linked(call: Call, reference: str) -> Medium:
    """A medium of ours once more; what a foreign address leads to is made up, never fetched."""
    known = call.services.media.get(stem_at(reference))
    if known is not None:
        return Medium(
            call.test,
            _ends(call),
            known.width,
            known.height,
            known.content_type,
            known.picture,
            known.data,
        )
    if not reference.lower().startswith("http"):
        raise BrokenImage("nothing is stored under that UUID")
    width, height = call.figure("foreign-pixels")
    picture = Picture(
        call.context.name, "upload", reference, width, height, call.state.seed(), "jpeg"
    )
    return Medium(call.test, _ends(call), width, height, "image/jpeg", picture)


async def _sent(call: Call, reference: str, *, pictures_only: bool) -> Medium:
    data = await asyncio.to_thread(data_of, reference)
    try:
        seen = await asyncio.to_thread(look, data)
    except BrokenImage:
        if pictures_only:
            raise
        return Medium(call.test, _ends(call), 0, 0, _kind(reference), data=data)
    kind = f"image/{seen.format}"
    return Medium(call.test, _ends(call), seen.width, seen.height, kind, data=data)


def _kind(reference: str) -> str:
    head_of_it, comma, _ = reference.partition(",")
    kind = head_of_it[len("data:") :].partition(";")[0].lower() if comma else ""
    return kind if mimetypes.guess_extension(kind) else BYTES


def _ends(call: Call) -> float:
    return call.now() + float(call.figure("upload-seconds"))


def _extension(medium: Medium) -> str:
    kind = medium.content_type.removeprefix("image/")
    guessed = mimetypes.guess_extension(medium.content_type) or ".bin"
    return EXTENSIONS.get(kind, guessed.removeprefix("."))
