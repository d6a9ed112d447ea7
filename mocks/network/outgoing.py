"""Requests of our own: each says that it is one, and no answer is read without an end."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Mapping
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any

from imagine_harness.mocks.network.own_traffic import ADMIN, OURS

if TYPE_CHECKING:
    import httpx

LARGEST_ANSWER = 128_000_000
"""Bytes of an answer that are read: a dozen pictures as base64."""

_SHORT = 65_536
"""Bytes of an answer that nobody needs, which are taken all the same: who sends them is not cut
off in the middle."""

_SOON = 1.0
"""Real seconds within which such an answer has to be there."""

_OF_THE_TRANSFER = ("content-encoding", "content-length", "transfer-encoding")


class NoAnswer(Exception):
    """No answer that could be read came; the message says what came instead."""


@cache
def trusted() -> ssl.SSLContext:
    """The public authorities; reading them takes longer than a delivery does."""
    return ssl.create_default_context()


def is_control(url: str) -> bool:
    """Whether an address that can be read leads to the controls of some mocks, prefix or none."""
    import httpx

    return ADMIN in httpx.URL(url).path


async def status_of(
    method: str, url: str, body: bytes, headers: Mapping[str, str], seconds: float
) -> int:
    """Send something, and read no more of the answer than its head: its status.

    Raises:
        NoAnswer: it could not be sent, or no status came back within so many real seconds.
    """
    import httpx

    try:
        async with httpx.AsyncClient(
            timeout=None, follow_redirects=False, trust_env=False, verify=trusted()
        ) as client:
            request = client.build_request(method, url, content=body, headers={**headers, **OURS})
            async with asyncio.timeout(seconds):
                answer = await client.send(request, stream=True)
            await _finished(answer)
    except TimeoutError as error:
        raise NoAnswer(f"no answer within {seconds:g} s") from error
    except (httpx.HTTPError, httpx.InvalidURL, OSError, OverflowError) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error
    return answer.status_code


async def _finished(answer: httpx.Response) -> None:
    import httpx

    length = 0
    with suppress(TimeoutError, OSError, httpx.HTTPError):
        async with asyncio.timeout(_SOON):
            async for part in answer.aiter_raw():
                length += len(part)
                if length > _SHORT:
                    break
    await answer.aclose()


async def whole(client: httpx.AsyncClient, method: str, url: str, **sent: Any) -> httpx.Response:
    """An answer with its body.

    Raises:
        NoAnswer: it is longer than any that is read.
        httpx.HTTPError: none came.
    """
    import httpx

    parts, length = [], 0
    async with client.stream(method, url, **sent) as answer:
        async for part in answer.aiter_bytes():
            parts.append(part)
            length += len(part)
            if length > LARGEST_ANSWER:
                raise NoAnswer(f"its answer is longer than {LARGEST_ANSWER} bytes")
    kept = [pair for pair in answer.headers.multi_items() if pair[0] not in _OF_THE_TRANSFER]
    return httpx.Response(answer.status_code, headers=kept, content=b"".join(parts))
