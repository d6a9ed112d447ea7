"""From a call of the gateway to the requests of a provider behind it.

What that provider calls things, what it lists and where its limits are is read from its contract.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from imagine_harness.contracts import sizes
from imagine_harness.contracts.expected import shape
from imagine_harness.contracts.fields import ABSENT, patched, put
from imagine_harness.contracts.model import Parameter
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.outcome import Outcome
from imagine_harness.mocks.answer import Accepted
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.failures import Failure, Kind
from imagine_harness.mocks.lumenfall.inputs import PASSTHROUGH, images_of, lost, put_images
from imagine_harness.mocks.lumenfall.routing import UpstreamRoute
from imagine_harness.mocks.network.upstreams import Upstream


@dataclass(frozen=True, slots=True)
class Order:
    """What a provider is asked for.

    Attributes:
        parts: how many images each request asks for, and its body; the order of the images.
    """

    operation: Operation
    parts: Sequence[tuple[int, dict[str, Any]]]


async def translated(
    call: Call, done: Accepted, upstream: Upstream, route: UpstreamRoute
) -> Order | Failure:
    """The requests that an accepted call becomes at an upstream, or why it cannot be asked.

    Its own parameters get their values in its terms; of those that are handed on as they are it
    gets the ones that are meant for it, and all that the gateway does not know.
    """
    found = _target(upstream, done.plan.operation.id, route.model)
    if found is None:
        told = f"{route.provider_name} does not have the model {route.model!r} for this call"
        return Failure(Kind.UNABLE, told)
    operation, outcome, model = found
    body = dict(_handed_on(done, upstream.name))
    body |= dict(_unknown(done, operation))
    if operation.model is not None:
        put(body, operation.parameters[operation.model].path, model)
    prompt = done.plan.operation.parameters["prompt"].value(done.root)
    put(body, operation.parameters[outcome.prompt].path, prompt)
    for parameter, value in _wanted(call, done, operation, outcome):
        put(body, parameter.path, value)
    unable = put_images(body, await images_of(call, done), operation, outcome, route)
    if unable is None and lost(done, body, operation, outcome):
        unable = f"{route.provider_name} takes input images in 'image' alone"
    if unable is not None:
        return Failure(Kind.UNABLE, unable)
    count = done.promise.count if done.promise else 0
    return Order(operation, list(_split(body, count, operation, outcome)))


def _target(upstream: Upstream, id_: str, model: str) -> tuple[Operation, Outcome, str] | None:
    """The operation of an upstream that does the same for the same model, as it calls that."""
    for contract in upstream.recorded.contracts:
        for name in contract.models:
            operation = contract.operations.get(id_)
            if name.rpartition("/")[2] == model and operation and operation.outcome:
                return operation, operation.outcome, name
    return None


def _handed_on(done: Accepted, upstream: str) -> Iterator[tuple[str, object]]:
    for name, parameter in done.plan.operation.parameters.items():
        value = parameter.value(done.root)
        meant = parameter.treatment == PASSTHROUGH and parameter.upstream in (None, upstream)
        if meant and value is not ABSENT and value is not None:
            yield name, value


def _unknown(done: Accepted, operation: Operation) -> Iterator[tuple[str, object]]:
    """What the page says passes straight through: all that the gateway has no name for."""
    known = {each.path[0] for each in done.plan.operation.parameters.values()}
    for name, value in done.root.items():
        if name not in known:
            yield name, value


def _wanted(
    call: Call, done: Accepted, operation: Operation, outcome: Outcome
) -> Iterator[tuple[Parameter, object]]:
    """Shape, scale, format and carrier in the terms of an upstream, where it has one that fits."""
    asked = shape(done.plan.operation, done.root, call.readings)
    size, parameters = outcome.size, operation.parameters
    if size.ratio is not None:
        listed = _enum_of(parameters[size.ratio])
        named = [each for each in listed if sizes.read_ratio(each) is not None]
        if asked.ratio is not None:
            nearest = sizes.nearest_ratio(sizes.ratio_of(asked.ratio), named)
            yield parameters[size.ratio], asked.ratio if asked.ratio in named else nearest
        elif "auto" in listed:
            yield parameters[size.ratio], "auto"
    if size.tier is not None:
        tiers = _enum_of(parameters[size.tier])
        yield parameters[size.tier], sizes.nearest_tier(sizes.side_of(asked.tier), tiers)
    promised, front = done.promise, done.plan.operation.outcome
    if promised is None or front is None:
        return
    if outcome.format is not None and _says(done, front.format):
        yield from _meaning(parameters[outcome.format], outcome.formats, promised.format)
    carrier = outcome.carrier
    if carrier.parameter is not None and _says(done, front.carrier.parameter):
        yield from _meaning(parameters[carrier.parameter], carrier.by_value, promised.carrier)


def _enum_of(parameter: Parameter) -> list[str]:
    return [each for each in parameter.drawn.get("enum", ()) if isinstance(each, str)]


def _says(done: Accepted, name: str | None) -> bool:
    value = done.plan.operation.parameters[name].value(done.root) if name else None
    return value is not ABSENT and value is not None


def _meaning(
    parameter: Parameter, meanings: Mapping[Any, str], wanted: str
) -> Iterator[tuple[Parameter, object]]:
    """The value of a parameter that means what is wanted; nothing where none does."""
    for value, meaning in meanings.items():
        if meaning == wanted:
            yield parameter, value
            return


def _split(
    body: dict[str, Any], count: int, operation: Operation, outcome: Outcome
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Requests of no more images than one may ask for."""
    counting = operation.parameters[outcome.count[0]] if outcome.count else None
    most = int(counting.schema.get("maximum", count)) if counting else 1
    while count > 0:
        part = min(count, most)
        yield part, patched(body, {counting.path: part}) if counting else body
        count -= part
