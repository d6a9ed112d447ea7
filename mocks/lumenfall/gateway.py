"""The gateway itself: image calls are handed on to the providers behind it, one after the other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from imagine_harness.contracts.judge.input_images import BrokenImage
from imagine_harness.contracts.judge.judgement import Refusal
from imagine_harness.mocks.answer import Accepted, Answer, Wording
from imagine_harness.mocks.answering.wording import worded
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall import bodies
from imagine_harness.mocks.lumenfall.asking import Made, order_images
from imagine_harness.mocks.lumenfall.conversion import in_carrier
from imagine_harness.mocks.lumenfall.estimate import is_dry
from imagine_harness.mocks.lumenfall.failures import Failure, Kind
from imagine_harness.mocks.lumenfall.routing import UpstreamRoute, connected, routes
from imagine_harness.mocks.lumenfall.translate import translated

Failed = tuple[UpstreamRoute, Failure]
"""A provider that was tried, and what became of that."""


def defers(call: Call, _done: Accepted) -> bool:
    """Whether no picture is made here: for a dry run, and for a call that is handed on."""
    return is_dry(call) or bool(connected(call))


async def pictures(call: Call) -> Answer | list[Wording]:
    """The images of a generation or an edit: our own, or with upstreams those of the first able.

    Another is asked when one fails, is at its limit or cannot be asked for this; not when it
    refuses the request.
    """
    if is_dry(call) or not connected(call):
        return bodies.pictures(call)
    done = call.accepted[0]
    failed: list[Failed] = []
    for route in routes(call, done.plan.operation, done.root):
        images = await _through(call, done, route)
        if not isinstance(images, Failure):
            return bodies.answer(call, done, images, route, [_attempt(each) for each in failed])
        failed.append((route, images))
        if images.kind.final:
            break
    return _refused(call, failed)


async def _through(
    call: Call, done: Accepted, route: UpstreamRoute
) -> list[bodies.Shown] | Failure:
    upstream = connected(call).get(route.provider)
    if upstream is None:
        return Failure(Kind.FAILED, f"{route.provider_name} is not connected to this gateway")
    order = await translated(call, done, upstream, route)
    if isinstance(order, Failure):
        return order
    found = await order_images(call, upstream, order)
    if isinstance(found, Failure):
        return found
    return await _carried_images(call, done, found)


async def _carried_images(
    call: Call, done: Accepted, found: Sequence[Made]
) -> list[bodies.Shown] | Failure:
    promised, prompt = done.promise, done.root["prompt"]
    if promised is None:
        return []
    try:
        values = await asyncio.gather(*(in_carrier(call, each.data, promised) for each in found))
    except BrokenImage as error:
        return Failure(Kind.FAILED, f"its picture cannot be decoded: {error}")
    return [
        (value, each.revised_prompt or prompt) for value, each in zip(values, found, strict=True)
    ]


def _attempt(failed: Failed) -> dict[str, Any]:
    route, failure = failed
    return {"provider": route.provider, "status": failure.status, "error": failure.told}


def _refused(call: Call, failed: Sequence[Failed]) -> list[Wording]:
    """What the caller is told once no provider is left, in the gateway's own words."""
    asked = [each for each in failed if each[1].kind is not Kind.UNABLE] or failed
    route, last = asked[-1]
    told = {"message": f"{route.provider_name}: {last.told}"}
    kinds = {failure.kind for _, failure in asked}
    status, headers = None, {}
    if last.kind is Kind.REFUSED:
        refusal, status = Refusal(("upstream-refused",), told), last.status
    elif last.kind is Kind.POLICY:
        refusal = Refusal(("upstream-policy",), told)
    elif kinds == {Kind.UNABLE}:
        refusal = Refusal(("upstream-unable",), {"message": last.told})
    elif kinds == {Kind.LIMITED}:
        refusal = Refusal(("upstream-limited",), told)
        headers = {"retry-after": last.retry_after} if last.retry_after else {}
    else:
        refusal = Refusal(("upstreams-exhausted",), told)
    wording = worded(call, refusal)
    return [replace(wording, status=status or wording.status, headers=headers)]
