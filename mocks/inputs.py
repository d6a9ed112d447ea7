"""Input images: what a request's references lead to, without fetching anything from outside."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator

from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.paths import stem_at
from imagine_harness.contracts.rules.values import types
from imagine_harness.contracts.sizes import Pixels
from imagine_harness.mocks.call import Call, Refusal
from imagine_harness.mocks.images.look import BrokenImage, Looked, from_base64, look
from imagine_harness.mocks.plan import Plan
from imagine_harness.mocks.services.media import Medium
from imagine_harness.mocks.wording import naming

LARGEST_IMAGE = 32_000_000
"""Bytes of one decoded input image."""

MOST_REFERENCES = 64
"""References of one request that are looked at; further ones count as given."""

_URL = re.compile(r"https?://", re.IGNORECASE)
_IMAGE_URL = re.compile(r"https?://|data:image/", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def references(operation: Operation, root: object) -> Iterator[tuple[str, str]]:
    """(parameter, reference) of every input image, in the order of the contract.

    A reference stands alone, in a list, or as `url` or `image_url` of an object.
    """
    if operation.outcome is None:
        return
    for name in operation.outcome.inputs:
        value = operation.parameters[name].value(root)
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, str) and _takes_text(operation.parameters[name]):
                yield name, each
            elif isinstance(each, dict):
                url = each.get("url", each.get("image_url"))
                if isinstance(url, str) and _IMAGE_URL.match(url):
                    yield name, url


def _takes_text(parameter: Parameter) -> bool:
    """Whether the page knows texts as references here, alone or in a list."""
    return "string" in (*types(parameter.schema), *types(parameter.schema.get("items", {})))


async def looked_at(call: Call, plan: Plan, root: object) -> list[Pixels | None] | Refusal:
    """The pixels of each input image, None for one that only counts as given.

    A refusal where image data is broken or has a format that the page does not list.
    """
    sizes: list[Pixels | None] = []
    for name, reference in references(plan.operation, root):
        if len(sizes) >= MOST_REFERENCES:
            sizes.append(None)
            continue
        seen = await _looked(call, plan, name, reference)
        if isinstance(seen, Refusal):
            return seen
        sizes.append(seen)
    return sizes


async def _looked(call: Call, plan: Plan, name: str, reference: str) -> Pixels | Refusal | None:
    if is_link(reference):
        medium = own(call, reference)
        if medium is None:
            return None
        if not medium.width:
            values = {**naming(name), "message": "the file is no picture", "got": "no picture"}
            return Refusal(("image-broken",), values)
        seen = Looked(medium.content_type.removeprefix("image/"), medium.width, medium.height)
    else:
        try:
            _, seen = await asyncio.to_thread(looked_into, reference)
        except BrokenImage as error:
            values = {**naming(name), "message": str(error), "got": "unreadable data"}
            return Refusal(("image-broken",), values)
    formats = plan.operation.outcome.input_formats if plan.operation.outcome else ()
    if formats and seen.format not in formats:
        values = {**naming(name), "got": seen.format, "allowed": ", ".join(formats)}
        return Refusal(("image-format",), {**values, "message": f"{seen.format} is not supported"})
    return seen.width, seen.height


def is_link(reference: str) -> bool:
    """Whether a reference leads to a medium, by its address or its UUID, and does not hold one."""
    return bool(_URL.match(reference) or _UUID.fullmatch(reference))


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


def looked_into(reference: str) -> tuple[bytes, Looked]:
    """The bytes that a data URI or base64 holds, and what picture they are.

    Raises:
        BrokenImage: they are none.
    """
    data = data_of(reference)
    return data, look(data)


def own(call: Call, reference: str) -> Medium | None:
    """The medium of ours that a link leads to; a foreign one is not fetched and counts as given."""
    return call.mock.shared.media.get(stem_at(reference))
