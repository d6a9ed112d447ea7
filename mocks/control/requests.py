"""What a control is asked for, read with care, and how it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from imagine_harness.contracts import lookup
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.untrusted.decoding import MOST_VALUES, Undecodable, decoded
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.pace import aside, turn
from imagine_harness.mocks.problem import problem
from imagine_harness.mocks.services import journal
from imagine_harness.mocks.services.faults import Fault, FaultError, from_words, parsed

Endpoint = Callable[[Request], Awaitable[Response]]

ControlRoute = tuple[str, str, Callable[[Controls, Request], Awaitable[Response]]]
"""The path of a control below the others' root, its method, and what answers."""

OK = {"status": "ok"}
"""What is answered where there is nothing to tell."""


class BadRequest(Exception):
    """A control was asked for in a way that means nothing; the message says what would be right."""


def as_json(body: Any, status: int = 200) -> Response:
    """An answer of JSON."""
    return Response(orjson.dumps(body), status, media_type="application/json")


def stream(exchanges: Sequence[Exchange]) -> Response:
    """An answer of exchanges, which others need not wait for however many there are."""
    return StreamingResponse(_array(exchanges), media_type="application/json")


async def _array(exchanges: Sequence[Exchange]) -> AsyncIterator[bytes]:
    yield b"["
    for number, exchange in enumerate(exchanges):
        size = len(exchange.request.body) + len(exchange.response.body)
        text = await aside(size, _encode, exchange)
        yield b"," + text if number else text
        await turn(number)
    yield b"]"


def _encode(exchange: Exchange) -> bytes:
    return orjson.dumps(journal.as_json(exchange))


async def read_object(request: Request) -> dict[str, Any]:
    """The object that a request sends, an empty one for no body.

    Raises:
        BadRequest: the body is no JSON object.
    """
    data = await request.body()
    if not data:
        return {}
    try:
        body = decoded(data, MOST_VALUES)
    except Undecodable as error:
        raise BadRequest(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise BadRequest("the body must be a JSON object")
    return body


def filters(request: Request, *known: str) -> dict[str, str]:
    """What the query of a request asks to find.

    Raises:
        BadRequest: it has another filter than the known ones.
    """
    query = dict(request.query_params)
    others = set(query) - set(known)
    if others:
        raise BadRequest(f"unknown filter {min(others)!r}, known: {', '.join(known)}")
    return query


def number(value: Any, name: str, most: float) -> float:
    """A number that is not negative and not above the most.

    Raises:
        BadRequest: it is not one.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise BadRequest(
            f"{name} must be a number, not negative and at most {most:g}, got {value!r}"
        )
    return float(value)


def fault_of(given: dict[str, Any]) -> Fault:
    """A fault as one line, or as a name and a value for each of its words."""
    try:
        if "fault" in given:
            beside = sorted(set(given) - {"fault"})
            if beside:
                raise BadRequest(f"{beside[0]} belongs into the text of the fault")
            return parsed(str(given["fault"]))
        place = {key: given.pop(key) for key in ("provider", "operation") if key in given}
        for key, name in place.items():
            if name is not None and not isinstance(name, str):
                raise BadRequest(f"no {key} {name!r}, expected a name")
        return from_words(Fault(parts={}, **place), given, "of the request")
    except FaultError as error:
        raise BadRequest(str(error)) from error


def unknown(kind: str, name: str, known: list[str] | None = None) -> Response:
    """The answer to a name that nothing has."""
    told = f"no {kind} {name!r}" if known is None else lookup.unknown(kind, name, known, "")
    return problem(404, f"unknown-{kind}", told)


def guarded(endpoint: Endpoint) -> Endpoint:
    """An endpoint whose bad requests are answered with one clear line."""

    async def answered(request: Request) -> Response:
        try:
            return await endpoint(request)
        except BadRequest as error:
            return problem(400, "bad-request", str(error))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it

    return answered
