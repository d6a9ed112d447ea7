"""Cloudflare's answers: one image, in the envelope of the way that a call took."""

from __future__ import annotations

from typing import Any

from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Accepted, Answer
from imagine_harness.mocks.call import Call

UNIFIED = {"keySource": "Unified"}
"""Who pays: Cloudflare's own account with the model's provider."""


def picture(call: Call) -> Answer | Refusal:
    """The answer to a run, in the page's envelope or in that of the v4 API."""
    done = call.accepted[0]
    if _fails(call, done):
        return Refusal(("model-failed",), status=500)
    body = {**_completed(call, done), "gatewayMetadata": UNIFIED}
    if call.reading("success-envelope") == "v4":
        return Answer({"result": body, "success": True, "errors": [], "messages": []})
    return Answer(body)


def through_run_api(call: Call) -> Answer | Refusal:
    """The answer to a run on the gateway's host, the model named in the body."""
    done = call.accepted[0]
    if _fails(call, done):
        return Refusal(("model-failed",), status=500)
    model: str = done.root["model"]
    return Answer({**_completed(call, done), "provider": model.partition("/")[0], "model": model})


def through_workers_ai(call: Call) -> Answer | Refusal:
    """The answer to a run on the gateway's host, the model named in the path."""
    done = call.accepted[0]
    if _fails(call, done):
        return Refusal(("model-failed",), status=500)
    told = UNIFIED if call.reading("gateway-metadata") == "unified" else {}
    return Answer({**_completed(call, done), "gatewayMetadata": told})


def _fails(call: Call, done: Accepted) -> bool:
    """Whether a run fails because an answer has room for one image only."""
    return len(done.images) > 1 and call.reading("n-above-one") == "failed"


def _completed(call: Call, done: Accepted) -> dict[str, Any]:
    image = done.images[0].value
    if done.promise and done.promise.carrier != "url" and call.reading("base64-form") == "raw":
        image = image.partition(",")[2]
    return {"state": "Completed", "result": {"image": image}}
