"""Which provider an image call is handed on to."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.operation import Operation
from mocks.call import Call


@dataclass(frozen=True, slots=True)
class Route:
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
    prefixes = call.mock.provider.prefixes
    return prefixes.values if prefixes else ()


def routed(call: Call, operation: Operation, root: object) -> Route:
    """Where a call goes: to the provider that the prefix of its model names, else to the first."""
    slugs = pool(call)
    named = operation.parameters["model"].value(root) if operation.model else None
    prefix, slash, bare = str(named or operation.models[0]).partition("/")
    if not slash:
        prefix, bare = slugs[0], prefix
    called = dict(zip(slugs, call.mock.figure("provider-names"), strict=True))
    return Route(prefix, called.get(prefix, prefix), bare)
