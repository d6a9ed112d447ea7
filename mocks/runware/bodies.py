"""What a task of Runware's is answered with: elements of `data`, and elements of `errors`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.mocks.answer import Accepted, Image
from imagine_harness.mocks.call import Call

KEYS = {"url": "imageURL", "base64": "imageBase64Data", "data-uri": "imageDataURI"}
"""The key that holds an image, by its carrier."""

Element = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """What one task is answered with.

    Attributes:
        data, errors: its elements of the answer.
        status: the HTTP status that it would have alone.
        refusal: why it was refused, in the harness's words.
    """

    data: Sequence[Element] = ()
    errors: Sequence[Element] = ()
    status: int = 200
    refusal: str | None = None


def head(root: Element) -> Element:
    """What every element repeats of its task; a task without a UUID is answered without one."""
    return {key: root[key] for key in ("taskType", "taskUUID") if key in root}


def elements(call: Call, done: Accepted, images: Sequence[Image]) -> list[Element]:
    """One element for each image of a task."""
    return [{**head(done.root), **_image(call, done, image)} for image in images]


def _image(call: Call, done: Accepted, image: Image) -> Element:
    effective, promised = done.plan.operation.effective, done.promise
    element: Element = {
        "imageUUID": image.name,
        KEYS[promised.carrier if promised else "url"]: image.value,
        "seed": image.picture.seed,
    }
    if effective(done.root, "safety.mode") not in ("none", ABSENT):
        element["NSFWContent"] = False
    asked = effective(done.root, "includeCost") is True
    if promised and (asked or call.reading("cost-unasked") == "always"):
        element["cost"] = promised.cost
    return element
