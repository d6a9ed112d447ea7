"""Suites, reports, the command line and the pytest plugin."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

__all__ = ["check_client"]


def check_client(operation: str, **options: Any) -> Callable[[Any], Callable[..., None]]:
    """Turn a function that makes one call of a client into tests of what a client must keep.

    The function takes a case (`base_url`, `urls`, `api_key`, `arguments`) and returns the images,
    as bytes, addresses, data URIs, pictures, or whatever the provider answered. `options` are
    those of `harness.suites.declare.client`.
    """
    from harness.suites.declare import client

    return client(operation, **options)
