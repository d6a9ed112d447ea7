"""Exchanges made by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

from imagine_harness.contracts.exchange import (
    Exchange,
    Provenance,
    Request,
    Response,
    Verdict,
    encode_headers,
    request_to,
)

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

NOT_THERE = "it is not there"

NO_HEADERS: Mapping[str, str] = MappingProxyType({})

PARTS = {
    part: {each.name: each.name for each in fields(kind)}
    for part, kind in (("request", Request), ("verdict", Verdict), ("provenance", Provenance))
} | {
    "response": {
        "status": "status",
        "answer": "body",
        "answer_headers": "headers",
        "answer_gap": "gap",
        "answer_length": "length",
    }
}
"""By part of an exchange the words for what it holds, with the names of these."""


def changed(exchange: Exchange, **given: Any) -> Exchange:
    """An exchange in which some things are others.

    Args:
        exchange: stays as it is.
        given: attributes of the exchange and of its parts by their names, those of its response
            as `status` and `answer`, and with `answer_` before `headers`, `gap`, `length`; headers
            may be texts, and a body may be None where it was not recorded.
    """
    for part, words in PARTS.items():
        own = {words[word]: given.pop(word) for word in words.keys() & given.keys()}
        if all(isinstance(name, str) for name in own.get("headers", (b"",))):
            own["headers"] = encode_headers(own["headers"])
        if "body" in own:
            own = {"gap": NOT_THERE if own["body"] is None else "", **own}
            own["body"] = own["body"] or b""
        exchange = replace(exchange, **{part: replace(getattr(exchange, part), **own)})
    return replace(exchange, **given)


def ours(exchange: Exchange) -> Exchange:
    """An exchange as our own mocks recorded it."""
    url = f"http://127.0.0.1:4010/{exchange.provider}{exchange.request.path}"
    return changed(exchange, url=url, is_ours=True)


def reported(
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes,
    status: int,
    answer: bytes,
    variable: str = "",
    answer_headers: Mapping[str, str] = NO_HEADERS,
    **more: Any,
) -> Exchange:
    """An exchange as a report holds it."""
    made = Exchange(
        request_to(url, method, headers, body),
        Response(status, encode_headers(answer_headers), answer),
        provenance=Provenance(url, variable=variable),
    )
    return changed(made, **more)
