"""Cloudflare's answers: one image, in the page's envelope or in that of its v4 API."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Accepted, Answer, Call, Refusal, Wording


def picture(
    call: Call, accepted: Sequence[Accepted], _refused: Sequence[Wording]
) -> Answer | Refusal:
    """The answer to a run; there is room for one image, however many were asked for."""
    done = accepted[0]
    if len(done.images) > 1 and call.reading("n-above-one") == "failed":
        return Refusal(("model-failed",), status=500)
    image = done.images[0].value
    if done.promise and done.promise.carrier != "url" and call.reading("base64-form") == "raw":
        image = image.partition(",")[2]
    body: dict[str, Any] = {
        "state": "Completed",
        "result": {"image": image},
        "gatewayMetadata": {"keySource": "Unified"},
    }
    if call.reading("success-envelope") == "v4":
        body = {"result": body, "success": True, "errors": [], "messages": []}
    return Answer(body)
