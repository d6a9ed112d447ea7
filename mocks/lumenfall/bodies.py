"""Lumenfall's answers to image calls: OpenAI's shape, and what the call cost where that is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagine_harness.mocks.answer import Accepted, Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.account import pay
from imagine_harness.mocks.lumenfall.estimate import estimate, is_dry
from imagine_harness.mocks.lumenfall.headers import of_route
from imagine_harness.mocks.lumenfall.prices import Cost, cost_of
from imagine_harness.mocks.lumenfall.routing import UpstreamRoute, routed

Shown = tuple[str, str]
"""One image in the carrier that was asked for, and the prompt that it was made from."""


def pictures(call: Call) -> Answer:
    """The images of a generation or an edit; of a dry run what they would cost."""
    done = call.accepted[0]
    if is_dry(call):
        return estimate(call, done)
    prompt = done.root["prompt"]
    route = routed(call, done.plan.operation, done.root)
    return answer(call, done, [(image.value, prompt) for image in done.images], route)


def answer(
    call: Call,
    done: Accepted,
    images: Sequence[Shown],
    route: UpstreamRoute,
    attempts: Sequence[dict[str, Any]] = (),
) -> Answer:
    """The answer that holds some images, once they are paid for.

    `attempts` tell of the providers that failed before the one that made them.
    """
    cost = cost_of(done)
    pay(call, cost)
    key = "url" if done.promise and done.promise.carrier == "url" else "b64_json"
    data = [{key: value, "revised_prompt": prompt} for value, prompt in images]
    body: dict[str, Any] = {"created": int(call.now()), "data": data}
    if call.reading("metadata") == "present":
        body["metadata"] = {**_metadata(call, route, cost), "attempts": list(attempts)}
    return Answer(body, headers=of_route(route))


def _metadata(call: Call, route: UpstreamRoute, cost: Cost) -> dict[str, Any]:
    return {
        "model": route.model,
        "executed_model": f"{route.provider}/{route.model}",
        "provider": route.provider,
        "provider_name": route.provider_name,
        "cost": cost.dollars,
        "cost_currency": call.figure("currency"),
    }
