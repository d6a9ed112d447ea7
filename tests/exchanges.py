"""Exchanges made by hand."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from imagine_harness.contracts.exchange import Exchange, Request, Response, Verdict

JSON = {b"content-type": b"application/json"}

PLAIN = Exchange(
    id="1",
    time=1.0,
    provider="fal",
    operation="generate",
    test="",
    request=Request("POST", "/x", "", JSON, b"{}"),
    response=Response(200, JSON, b'{"a":1}'),
)

REQUEST = {each.name for each in fields(Request)}
VERDICT = {each.name for each in fields(Verdict)}


def changed(exchange: Exchange, **given: Any) -> Exchange:
    """An exchange in which some things are others.

    Args:
        exchange: stays as it is.
        given: attributes of the exchange, of its request and its verdict by their names; of its
            response `status`, and `answer` for the body.
    """
    request = {name: given.pop(name) for name in REQUEST & given.keys()}
    verdict = {name: given.pop(name) for name in VERDICT & given.keys()}
    names = {"status": "status", "answer": "body"}
    response = {names[name]: given.pop(name) for name in names.keys() & given.keys()}
    return replace(
        exchange,
        request=replace(exchange.request, **request),
        response=replace(exchange.response, **response),
        verdict=replace(exchange.verdict, **verdict),
        **given,
    )
