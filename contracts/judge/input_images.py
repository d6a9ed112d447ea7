"""Input images: what a request's references lead to, without fetching anything from outside."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.contracts.judge.routes import Plan
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.refusals import naming
from imagine_harness.contracts.rules.values import types
from imagine_harness.contracts.sizes import Pixels

MOST_REFERENCES = 64
"""References of one request that are looked at; further ones count as given."""

_URL = re.compile(r"https?://", re.IGNORECASE)
_IMAGE_URL = re.compile(r"https?://|data:image/", re.IGNORECASE)
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class BrokenImage(Exception):
    """What was given is no image that can be read; the message says why in a few words.

    Attributes:
        got: what was there instead.
    """

    def __init__(self, why: str, got: str = "unreadable data") -> None:
        super().__init__(why)
        self.got = got


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What bytes are the picture of: the format in lower case, and the size in pixels."""

    format: str
    width: int
    height: int


Look = Callable[[str], ImageFacts | None]
"""(a reference) -> what it leads to or holds, None where that is not looked at.

Raises `BrokenImage` where it is no image.
"""


def uninspected(_reference: str) -> ImageFacts | None:
    """Look at nothing: every reference counts as given."""
    return None


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


def input_pixels(plan: Plan, root: object, look: Look) -> list[Pixels | None] | Refusal:
    """The pixels of each input image, None for one that only counts as given.

    A refusal where image data is broken or has a format that the page does not list.
    """
    pixels: list[Pixels | None] = []
    for name, reference in references(plan.operation, root):
        try:
            image = look(reference) if len(pixels) < MOST_REFERENCES else None
        except BrokenImage as error:
            values = {**naming(name), "message": str(error), "got": error.got}
            return Refusal(("image-broken",), values)
        refused = _unlisted(plan, name, image)
        if refused is not None:
            return refused
        pixels.append(None if image is None else (image.width, image.height))
    return pixels


def _unlisted(plan: Plan, name: str, image: ImageFacts | None) -> Refusal | None:
    """Why an image is not taken for its format, None where it is."""
    outcome = plan.operation.outcome
    formats = outcome.input_formats if outcome else ()
    if image is None or not formats or image.format in formats:
        return None
    values = {**naming(name), "got": image.format, "allowed": ", ".join(formats)}
    return Refusal(("image-format",), {**values, "message": f"{image.format} is not supported"})


def is_link(reference: str) -> bool:
    """Whether a reference leads to a medium, by its address or its UUID, and does not hold one."""
    return bool(_URL.match(reference) or _UUID.fullmatch(reference))
