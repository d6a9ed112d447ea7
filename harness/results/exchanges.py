"""Exchanges in results: as JSON and back, in words, and values as every report can hold them."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from typing import Any

from imagine_harness.contracts.exchange import (
    Exchange,
    Message,
    Provenance,
    Response,
    encode_headers,
    request_to,
)
from imagine_harness.contracts.fields import ABSENT, brief_text
from imagine_harness.contracts.secrets.credentials import CREDENTIALS

MOST_SHOWN = 20_000
"""Bytes of a body that a result keeps when it is handed on or written; the rest is cut."""


MOST_LEVELS = 100
"""Levels of objects and lists that a result keeps of a value."""


def answered(status: int, ending: str | None = None) -> str:
    """How an exchange ended, in words: with which status, and who left before the answer was whole.

    The status is 0 where nothing of an answer was sent.
    """
    how = f"answered {status}" if status else "without an answer"
    return f"{how}, {ending}" if ending else how


def describe_exchange(exchange: Exchange) -> str:
    """An exchange on one line: its whole address, and how it ended."""
    how = answered(exchange.response.status, exchange.ending)
    return f"{exchange.request.method} {exchange.provenance.url}, {how}"


def exchange_as_json(exchange: Exchange) -> dict[str, Any]:
    """A redacted exchange as JSON, its bodies cut; bytes that are no text are written as base64."""
    request, response = exchange.request, exchange.response
    return {
        "method": request.method,
        "url": json_value(exchange.provenance.url),
        "headers": json_value(request.text_headers),
        "body": _text(request.body),
        "status": response.status,
        "answer": _text(response.body),
        "variable": exchange.provenance.variable,
        "answer_headers": json_value(response.text_headers),
        "body_length": _length(request),
        "answer_length": _length(response),
        "ending": exchange.ending or "",
    }


def exchange_of_json(told: Mapping[str, Any]) -> Exchange:
    """The exchange that `exchange_as_json` made JSON of."""
    request = request_to(told["url"], told["method"], told["headers"], _bytes(told["body"]))
    answer = encode_headers(told["answer_headers"]), _bytes(told["answer"])
    request.length = told["body_length"]
    return Exchange(
        request,
        Response(told["status"], *answer, length=told["answer_length"]),
        ending=told["ending"] or None,
        provenance=Provenance(told["url"], variable=told["variable"]),
    )


def json_value(value: Any, levels: int = MOST_LEVELS) -> Any:
    """A value as JSON can say it and every file can hold it; what is none becomes short text.

    No credential that came by stands in it, and what is nested deeper than so many levels is left
    out: no writer of a report has to climb down there.
    """
    if isinstance(value, str):
        return CREDENTIALS.hide(value).encode("utf-8", "replace").decode()
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    if isinstance(value, Mapping | list | tuple | set | frozenset) and not levels:
        return f"<nested more than {MOST_LEVELS} levels deep>"
    if isinstance(value, Mapping):
        return {json_value(str(key)): json_value(below, levels - 1) for key, below in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [json_value(each, levels - 1) for each in value]
    if value is ABSENT:
        return None
    return json_value(
        f"<{len(value)} bytes>" if isinstance(value, bytes) else brief_text(repr(value), 200)
    )


def _text(data: bytes) -> Any:
    cut = data[:MOST_SHOWN]
    for ending in _endings(cut, len(data)):
        try:
            return ending.decode()
        except UnicodeDecodeError:
            continue
    return {"base64": base64.b64encode(cut).decode()}


def _endings(cut: bytes, length: int) -> Iterator[bytes]:
    """A body, and where it was cut also without the letter that the cut may have gone through."""
    yield cut
    if length > len(cut):
        yield from (cut[:-1], cut[:-2], cut[:-3])


def _length(message: Message) -> int:
    length = len(message.body)
    return message.length or (length if length > MOST_SHOWN else 0)


def _bytes(told: Any) -> bytes:
    return base64.b64decode(told["base64"]) if isinstance(told, dict) else str(told).encode()
