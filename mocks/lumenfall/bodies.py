"""Lumenfall's answers to image calls: OpenAI's shape, and what the call cost where that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Accepted, Answer, Call, Wording
from mocks.lumenfall.account import pay
from mocks.lumenfall.estimate import estimate, is_dry
from mocks.lumenfall.prices import Cost, cost_of
from mocks.lumenfall.routing import routed


def pictures(call: Call, accepted: Sequence[Accepted], _refused: Sequence[Wording]) -> Answer:
    """The images of a generation or an edit; of a dry run what they would cost."""
    done = accepted[0]
    if is_dry(call):
        return estimate(call, done)
    cost = cost_of(done)
    pay(call, cost)
    key = "url" if done.promise and done.promise.carrier == "url" else "b64_json"
    prompt = done.root["prompt"]
    data = [{key: image.value, "revised_prompt": prompt} for image in done.images]
    body: dict[str, Any] = {"created": int(call.now()), "data": data}
    if call.reading("metadata") == "present":
        body["metadata"] = _metadata(call, done, cost)
    return Answer(body)


def _metadata(call: Call, done: Accepted, cost: Cost) -> dict[str, Any]:
    route = routed(call, done.plan.operation, done.root)
    return {
        "model": route.model,
        "executed_model": f"{route.provider}/{route.model}",
        "provider": route.provider,
        "provider_name": route.provider_name,
        "cost": cost.dollars,
        "cost_currency": call.mock.figure("currency"),
        "attempts": [],
    }
