"""The input images of a call, in the form in which a provider behind the gateway takes them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any

from imagine_harness.contracts.fields import ABSENT, put
from imagine_harness.contracts.judge.input_images import BrokenImage, is_link, references
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.outcome import Outcome
from imagine_harness.contracts.rules.values import types
from imagine_harness.mocks.answer import Accepted
from imagine_harness.mocks.answering.input_images import medium_at, picture_in
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.images.look import data_uri
from imagine_harness.mocks.images.picture import MEDIA_TYPES
from imagine_harness.mocks.lumenfall.routing import UpstreamRoute

PASSTHROUGH = "passthrough"
"""The treatment of a parameter that is handed on as it is."""


async def images_of(call: Call, done: Accepted) -> list[str]:
    """The input images, in order; those that are hosted here come along as data."""
    operation = done.plan.operation
    return [
        await _carried(call, reference)
        for name, reference in references(operation, done.root)
        if operation.parameters[name].treatment != PASSTHROUGH
    ]


async def _carried(call: Call, reference: str) -> str:
    if is_link(reference):
        medium = medium_at(call.services.media, reference)
        if medium is None:
            return reference
        data = await call.services.media.data(medium)
        return data_uri(data, medium.content_type.removeprefix("image/"))
    if reference.partition(";")[0].removeprefix("data:") in MEDIA_TYPES.values():
        return reference
    try:
        data, facts = await asyncio.to_thread(picture_in, reference)
    except BrokenImage:  # one of so many that nobody looked at it before
        return reference
    return data_uri(data, facts.format)


def put_images(
    body: dict[str, Any],
    images: Sequence[str],
    operation: Operation,
    outcome: Outcome,
    route: UpstreamRoute,
) -> str | None:
    """Put the images into the parameter that takes so many of them, or say why there is none."""
    if not images:
        return None
    takes = [operation.parameters[name] for name in outcome.inputs]
    several = [each for each in takes if "array" in types(each.schema)]
    single = [each for each in takes if each not in several]
    if len(images) == 1 and single:
        put(body, single[0].path, _image_value(single[0].schema, images[0]))
        return None
    listed = [each.schema.get("maxItems", len(images)) for each in several]
    most = max(listed, default=len(single[:1]))
    if len(images) > most:
        told = f"supports at most {most} input images for this model, got {len(images)}"
        return f"{route.provider_name} {told}"
    items = several[0].schema.get("items", {})
    put(body, several[0].path, [_image_value(items, image) for image in images])
    return None


def lost(done: Accepted, body: dict[str, Any], operation: Operation, outcome: Outcome) -> bool:
    """Whether the caller gave images, and none of them is in a body."""
    reaches = any(operation.parameters[name].value(body) is not ABSENT for name in outcome.inputs)
    return not reaches and any(references(done.plan.operation, done.root))


def _image_value(schema: Mapping[str, Any], image: str) -> object:
    return {"url": image} if "url" in schema.get("properties", {}) else image
