"""What a control is asked for, read with care, and how it answers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

import orjson
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse

from imagine_harness.contracts import lookup
from imagine_harness.contracts.exchange import Exchange
from imagine_harness.contracts.untrusted.decoding import MOST_VALUES, Undecodable, decoded
from imagine_harness.mocks.answering.pace import aside, turn
from imagine_harness.mocks.control.controls import Controls
from imagine_harness.mocks.network.problem import problem
from imagine_harness.mocks.services import journal
from imagine_harness.mocks.services.faults import Fault, FaultError, from_words, parsed

T = TypeVar("T")

Endpoint = Callable[[Controls, Request], Awaitable[object]]
"""What a control does; what it gives is answered as JSON, unless it is an answer already."""

ControlRoute = tuple[str, str, Endpoint]
"""The path of a control below the others' root, its method, and what it does."""

OK = {"status": "ok"}
"""What is answered where there is nothing to tell."""


class BadRequest(Exception):
    """A control was asked for in a way that means nothing; the message says what would be right."""


class NotFound(Exception):
    """A control was asked about a name that nothing has.

    Args:
        kind: of what there is none of that name.
        detail: what it was, and what is known.
    """

    def __init__(self, kind: str, detail: str) -> None:
        super().__init__(detail)
        self.kind = kind


def as_json(body: object, status: int = 200) -> Response:
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


async def action(request: Request, *known: str) -> tuple[str, dict[str, Any]]:
    """Which action a request names, and all that it sends.

    Raises:
        BadRequest: it names none of the known ones.
    """
    given = await read_object(request)
    named = given.get("action")
    if not isinstance(named, str) or named not in known:
        expected = f"one of {', '.join(known)}" if len(known) > 1 else known[0]
        raise BadRequest(f"action must be {expected}, got {named!r}")
    return named, given


def known_or_refused(
    value: T | None, kind: str, name: str, known: Iterable[str] | None = None
) -> T:
    """What has a name.

    Raises:
        NotFound: nothing has it.
    """
    if value is not None:
        return value
    raise NotFound(
        kind, f"no {kind} {name!r}" if known is None else lookup.unknown(kind, name, known, "")
    )


def forget(service: str) -> Endpoint:
    """An endpoint that resets one of the services, in one test or with none named everywhere."""

    async def reset(controls: Controls, request: Request) -> object:
        getattr(controls.services, service).reset(request.query_params.get("test"))
        return OK

    return reset


def answering(endpoint: Endpoint, controls: Controls) -> Callable[[Request], Awaitable[Response]]:
    """An endpoint over HTTP; its bad requests are answered with one clear line."""

    async def answer(request: Request) -> Response:
        try:
            made = await endpoint(controls, request)
        except BadRequest as error:
            return problem(400, "bad-request", str(error))
        except NotFound as error:
            return problem(404, f"unknown-{error.kind}", str(error))
        except ClientDisconnect:
            return Response(status_code=400)  # nobody is there to read it
        return made if isinstance(made, Response) else as_json(made)

    return answer
