"""What xAI's answers hold: images, what moderation left of them, what they cost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from imagine_harness.mocks.answer import Accepted, Image
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.images.picture import MEDIA_TYPES
from imagine_harness.mocks.xai import storage


async def moderated_images(
    call: Call, done: Accepted, images: Sequence[Image], moderated: str | None
) -> Sequence[Image]:
    """What moderation leaves of the images: all, none, or placeholders in their places."""
    if moderated is None or done.promise is None:
        return images
    return [
        await _placeholder(call, done.promise.carrier, image)
        for image in images
        if moderated == "placeholder"
    ]


async def _placeholder(call: Call, carrier: str, image: Image) -> Image:
    picture = replace(image.picture, prompt="", seed=0)
    if carrier != "url":
        return Image(image.name, await call.context.gallery.encoded(picture, carrier), picture)
    call.context.gallery.keep(call.test, image.name, picture, None)
    return Image(image.name, image.value, picture)


def body(
    call: Call,
    done: Accepted,
    images: Sequence[Image],
    places: Sequence[storage.StorageLocation],
    made: float,
    moderated: str | None,
) -> dict[str, Any]:
    """The images with what they cost; there is no `created`.

    `made` is the time at which they were, in seconds since the epoch.
    """
    promised, outcome = done.promise, done.plan.operation.outcome
    data = [_item(call, done, image) for image in images]
    for item, image, place in zip(data, images, places, strict=False):
        item["file_output"] = storage.kept(call, done, image, place, made)
    if moderated == "placeholder":
        data = [{**item, "respect_moderation": False} for item in data]
    told: dict[str, Any] = {"data": data}
    if promised and outcome and outcome.price and promised.cost is not None:
        ticks = promised.cost * promised.count * outcome.price.units
        told["usage"] = {"cost_in_usd_ticks": round(ticks)}
    return told


def _item(call: Call, done: Accepted, image: Image) -> dict[str, Any]:
    item = {"mime_type": MEDIA_TYPES[image.picture.format], "revised_prompt": ""}
    if done.promise and done.promise.carrier == "url":
        return {"url": image.value, **item}
    if call.reading("base64-prefix") == "data-uri":
        return {"b64_json": f"data:{item['mime_type']};base64,{image.value}", **item}
    return {"b64_json": image.value, **item}
