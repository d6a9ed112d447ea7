"""Requests that call nothing: what a browser asks beforehand, and looks at what is there.

They are nobody's mistake. Whatever may be a call by a wrong address is none of them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from imagine_harness.contracts.exchange import Headers, Request

PREFLIGHT = "preflight"
"""A browser asks whether a page may call."""

VISIT = "visit"
"""Somebody looks whether anything is there, or for what browsers and robots look everywhere."""

_SAFE = ("GET", "HEAD", "OPTIONS")
_EVERYWHERE = re.compile(r"/(favicon\.ico|robots\.txt|apple-touch-icon[^/]*\.png|\.well-known/.*)")


def is_preflight(method: str, headers: Headers) -> bool:
    """Whether a request is one that browsers send before another."""
    asks = b"origin" in headers and b"access-control-request-method" in headers
    return method == "OPTIONS" and asks


def aside(request: Request, fronts: Collection[str]) -> str | None:
    """What a request that is no recorded call is if it calls nothing, None for one that may call.

    `fronts` are the paths at which clients and hosts of its provider begin.
    """
    if is_preflight(request.method, request.headers):
        return PREFLIGHT
    if request.method not in _SAFE or request.body or request.is_too_large:
        return None
    looks = request.path.rstrip("/") in fronts or any(
        request.path.startswith(front) and _EVERYWHERE.fullmatch(request.path, len(front))
        for front in fronts
    )
    return VISIT if looks else None


def aside_of_nobody(method: str, path: str, headers: Headers, keys: Iterable[bytes]) -> str | None:
    """What a request to no provider is if it calls nothing, None for one that may be a call.

    A page that asks beforehand, and a program that shows a key, came to call: `keys` are the
    headers that hold one.
    """
    has_body = headers.get(b"content-length", b"0") != b"0" or b"transfer-encoding" in headers
    if method not in _SAFE or has_body or is_preflight(method, headers):
        return None
    has_key = any(key in headers for key in keys)
    return None if has_key and path != "/" and not _EVERYWHERE.fullmatch(path) else VISIT
