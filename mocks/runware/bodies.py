"""Runware's answers: one element for each image, and the refusals of the tasks that failed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Accepted, Answer, Call, Image, Wording
from mocks.runware.errors import item

KEYS = {"url": "imageURL", "base64": "imageBase64Data", "data-uri": "imageDataURI"}
"""The key that holds an image, by its carrier."""


def results(call: Call, accepted: Sequence[Accepted], refused: Sequence[Wording]) -> Answer:
    """The elements of every accepted task, in order; those of an asynchronous one come later."""
    body: dict[str, Any] = {"data": [each for done in accepted for each in _task(call, done)]}
    if refused:
        body["errors"] = [item(each) for each in refused]
    return Answer(body)


def _task(call: Call, done: Accepted) -> list[dict[str, Any]]:
    effective = done.plan.operation.effective
    head = {"taskType": done.root["taskType"], "taskUUID": done.root["taskUUID"]}
    if effective(done.root, "deliveryMethod") == "async":
        return [head]
    return [{**head, **_image(call, done, image)} for image in done.images]


def _image(call: Call, done: Accepted, image: Image) -> dict[str, Any]:
    effective, promised = done.plan.operation.effective, done.promise
    element: dict[str, Any] = {
        "imageUUID": image.name,
        KEYS[promised.carrier if promised else "url"]: image.value,
        "seed": image.picture.seed,
    }
    if effective(done.root, "safety.mode") != "none":
        element["NSFWContent"] = False
    asked = effective(done.root, "includeCost") is True
    if promised and (asked or call.reading("cost-unasked") == "always"):
        element["cost"] = promised.cost
    return element
