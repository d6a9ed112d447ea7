"""xAI's answers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Accepted, Answer, Call, Image, Wording
from mocks.images import MEDIA_TYPES


def pictures(call: Call, accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    """The images of a generation or an edit, and what they cost; there is no `created`."""
    done = accepted[0]
    promised, outcome = done.promise, done.plan.operation.outcome
    body: dict[str, Any] = {"data": [_item(call, done, image) for image in done.images]}
    if promised and outcome and outcome.price and promised.cost is not None:
        ticks = promised.cost * promised.count * outcome.price.units
        body["usage"] = {"cost_in_usd_ticks": round(ticks)}
    return Answer(body)


def _item(call: Call, done: Accepted, image: Image) -> dict[str, str]:
    item = {"mime_type": MEDIA_TYPES[image.picture.format], "revised_prompt": ""}
    if done.promise and done.promise.carrier == "url":
        return {"url": image.value, **item}
    if call.reading("base64-prefix") == "data-uri":
        return {"b64_json": f"data:{item['mime_type']};base64,{image.value}", **item}
    return {"b64_json": image.value, **item}
