"""Suites, reports, the command line and the pytest plugin."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

__all__ = ["check_client", "check_gateway", "check_server"]


def check_client(operation: str, **options: Any) -> Callable[[Any], Callable[..., None]]:
    """Turn a function that makes one call of a client into tests of what a client must keep.

    The function takes a case (`base_url`, `urls`, `api_key`, `arguments`) and returns the images,
    as bytes, addresses, data URIs, pictures, or whatever the provider answered. `options` are
    those of `harness.suites.declare.client`.
    """
    from imagine_harness.harness.suites.declare import client

    return client(operation, **options)


def check_server(provider: str, **options: Any) -> Callable[[Any], Callable[..., None]]:
    """Turn a function that returns a server into tests of what its contract promises.

    The function returns the base URL, as the provider's SDK takes it, or an ASGI application.
    `options` are those of `harness.suites.declare.server`.
    """
    from imagine_harness.harness.suites.declare import server

    return server(provider, **options)


def check_gateway(
    front: str, upstreams: Iterable[str], **options: Any
) -> Callable[[Any], Callable[..., None]]:
    """Turn a function that returns a gateway into tests of what one must keep.

    The function takes the upstreams, by name, each with `base_url`, `urls` and `api_key`, and
    returns the front's base URL or an ASGI application. `options` are those of
    `harness.suites.declare.gateway`.
    """
    from imagine_harness.harness.suites.declare import gateway

    return gateway(front, upstreams, **options)
