"""Which provider an image call is handed on to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from imagine_harness.contracts.operation import Operation
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.network.upstreams import Upstream


@dataclass(frozen=True, slots=True)
class UpstreamRoute:
    """Where a call goes.

    Attributes:
        provider: the slug of the provider behind the gateway.
        provider_name: what that provider calls itself.
        model: the model without a prefix.
    """

    provider: str
    provider_name: str
    model: str


def pool(call: Call) -> tuple[str, ...]:
    """The slugs of the providers behind the gateway, in the order in which they are tried."""
    prefixes = call.context.provider.prefixes
    return prefixes.values if prefixes else ()


def connected(call: Call) -> Mapping[str, Upstream]:
    """Those of the pool that calls are handed on to; none for a gateway that makes its own."""
    upstreams = call.services.upstreams
    return {slug: upstreams[slug] for slug in pool(call) if slug in upstreams}


def routes(call: Call, operation: Operation, root: object) -> list[UpstreamRoute]:
    """Where a call may go, in order: to the provider that the prefix of its model names alone.

    Without a prefix, to each of the pool; of a gateway that routes, to each that is connected.
    """
    named = operation.parameters["model"].value(root) if operation.model else None
    prefix, slash, bare = str(named or operation.models[0]).partition("/")
    slugs = [prefix] if slash else list(connected(call) or pool(call))
    bare = bare if slash else prefix
    called = dict(zip(pool(call), call.figure("provider-names"), strict=True))
    return [UpstreamRoute(slug, called.get(slug, slug), bare) for slug in slugs]


def routed(call: Call, operation: Operation, root: object) -> UpstreamRoute:
    """Where a call goes while nothing fails."""
    return routes(call, operation, root)[0]
