"""One provider behind the gateway is asked, and its pictures are fetched from wherever they are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import orjson

from imagine_harness.contracts.judge.input_images import BrokenImage
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.mocks.answering.input_images import data_of
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.failures import Failure, Kind, of_answer
from imagine_harness.mocks.lumenfall.translate import Order
from imagine_harness.mocks.network.outgoing import NoAnswer, is_control, whole
from imagine_harness.mocks.network.upstreams import Upstream
from imagine_harness.mocks.protocols.fault_effects import ConnectionReset

if TYPE_CHECKING:
    import httpx

MOST_AT_ONCE = 4
"""Exchanges of one call that are on their way at the same time."""

_CARRYING = ("b64_json", "url")
"""Keys of an answer's image that hold it."""


@dataclass(frozen=True, slots=True)
class Made:
    """One picture from a provider, and the prompt that it says to have made it from."""

    data: bytes
    revised_prompt: str


async def order_images(call: Call, upstream: Upstream, order: Order) -> list[Made] | Failure:
    """The pictures of an order, in order: all of them, or why there are not."""
    async with upstream.client() as client:
        line = _UpstreamSession(call, upstream, client)
        parts = await asyncio.gather(
            *(line.part(order.operation, count, body) for count, body in order.parts)
        )
    pictures: list[Made] = []
    for part in parts:
        if isinstance(part, Failure):
            return part
        pictures += part
    return pictures


class _UpstreamSession:
    """The line to one provider for the length of a call; what fails on it is its end."""

    def __init__(self, call: Call, upstream: Upstream, client: httpx.AsyncClient) -> None:
        self._call = call
        self._upstream = upstream
        self._client = client
        self._turns = asyncio.Semaphore(MOST_AT_ONCE)
        self._seconds: float = call.figure("upstream-seconds")
        self._failure: Failure | None = None

    async def part(
        self, operation: Operation, count: int, body: dict[str, Any]
    ) -> list[Made] | Failure:
        """The pictures of one request."""
        answer = await self._exchange(
            operation.method,
            self._upstream.url(operation.path),
            content=orjson.dumps(body),
            headers={**self._upstream.credential, "content-type": "application/json"},
        )
        if isinstance(answer, Failure):
            return answer
        try:
            told = decoded(answer.content)
        except Undecodable:
            return _failed("its answer is no JSON", answer)
        listed = _images_of(operation, self._upstream, told)
        if len(listed) < count:
            return _failed(f"it made {len(listed)} images instead of {count}", answer)
        flags = self._call.figure("policy-flags")
        if any(each.get(flag) is False for each in listed for flag in flags):
            return Failure(Kind.POLICY, "moderation took an image away", answer.status_code)
        fetched = await asyncio.gather(*(self._data(each) for each in listed[:count]))
        whole = told.get("revised_prompt")
        pictures: list[Made] = []
        for item, data in zip(listed, fetched, strict=False):
            if isinstance(data, Failure):
                return data
            revised = item.get("revised_prompt") or whole
            pictures.append(Made(data, revised if isinstance(revised, str) else ""))
        return pictures

    async def _exchange(self, method: str, url: str, **sent: Any) -> httpx.Response | Failure:
        async with self._turns:
            if self._failure is not None:
                return self._failure
            found = await self._answer(method, url, sent)
            if isinstance(found, Failure):
                self._failure = found
            return found

    async def _answer(
        self, method: str, url: str, sent: dict[str, Any]
    ) -> httpx.Response | Failure:
        import httpx

        try:
            async with asyncio.timeout(self._seconds):
                answer = await whole(self._client, method, url, **sent)
        except TimeoutError:
            return Failure(Kind.FAILED, f"no whole answer within {self._seconds:g} s")
        except NoAnswer as error:
            return Failure(Kind.FAILED, str(error))
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ConnectionReset) as error:
            return Failure(Kind.FAILED, f"the connection failed: {type(error).__name__}")
        if answer.status_code != httpx.codes.OK:
            return of_answer(self._call, self._upstream, answer)
        return answer

    async def _data(self, item: dict[str, Any]) -> bytes | Failure:
        """The bytes of one picture: from the answer itself, or from the provider's own address."""
        reference = next(item[key] for key in _CARRYING if _is_text(item.get(key)))
        if not reference.lower().startswith(("http://", "https://")):
            try:
                return data_of(reference)
            except BrokenImage as error:
                return Failure(Kind.FAILED, f"its picture cannot be decoded: {error}")
        if not self._upstream.owns(reference):
            return Failure(Kind.FAILED, "its picture is at an address of somebody else")
        if is_control(reference):
            return Failure(Kind.FAILED, "its picture is at an address of controls")
        answer = await self._exchange("GET", reference)
        return answer if isinstance(answer, Failure) else answer.content


def _images_of(operation: Operation, upstream: Upstream, told: Any) -> Sequence[dict[str, Any]]:
    """The images of an answer, where its documented shape has them."""
    shape = operation.answer(upstream.readings)
    known = shape.schema.get("properties", {}) if shape else {}
    for name, schema in known.items():
        items = schema.get("items", {}).get("properties", {})
        found = told.get(name) if isinstance(told, dict) else None
        if any(key in items for key in _CARRYING) and isinstance(found, list):
            return [each for each in found if _carries(each)]
    return ()


def _carries(item: Any) -> bool:
    return isinstance(item, dict) and any(_is_text(item.get(key)) for key in _CARRYING)


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _failed(told: str, answer: httpx.Response) -> Failure:
    return Failure(Kind.FAILED, told, answer.status_code)
