"""Exchanges as reports and HAR files show them: whole, but without secrets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import TypeVar

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import (
    Exchange,
    Message,
    Request,
    Response,
    encode_headers,
)
from imagine_harness.contracts.loading.load import names, provider
from imagine_harness.contracts.openapi.document import ORIGIN
from imagine_harness.contracts.secrets.credentials import CREDENTIALS, HIDDEN
from imagine_harness.harness.results.exchanges import answered

M = TypeVar("M", Request, Response)

LONGEST = 262_144
"""Bytes of a body that a report shows whole."""


def notice(exchanges: Iterable[Exchange]) -> None:
    """Remember the credentials of exchanges, so that they are hidden wherever else they stand."""
    for each in exchanges:
        CREDENTIALS.notice_recorded(each.request.text_headers, each.provenance.url)
        CREDENTIALS.notice_recorded(each.response.text_headers)


def url(address: str) -> str:
    """An address without its user and password, and without the secrets of its query."""
    return secrets.address(address).replace(f"//{HIDDEN}@", "//")


def place(exchange: Exchange) -> str:
    """An exchange on one line: what was asked, how it was answered, and where it was recorded."""
    known = exchange.provenance
    where = f" ({known.where})" if known.where else ""
    how = answered(exchange.response.status, exchange.ending)
    return f"{exchange.request.method} {url(known.url)}, {how}{where}"


def describe(exchange: Exchange) -> str:
    """An exchange of the mocks on one line: what was asked, its number, how it was answered."""
    request, how = exchange.request, answered(exchange.response.status, exchange.ending)
    path = secrets.prose(request.path)
    return f"{request.method} /{exchange.provider}{path}, request {exchange.id}, {how}"


def name_of(exchange: Exchange) -> str:
    """What a request called, as far as it is known: operation, provider, or nobody."""
    if exchange.operation is not None:
        return f"{exchange.provider}.{exchange.operation}"
    return exchange.provider or "nobody"


def redact(exchange: Exchange, key: str = "") -> Exchange:
    """An exchange as reports show it: without secrets, and of very long bodies the beginning.

    It has an address, so that it can be repeated: where it was recorded at none, that of mocks
    which are served by hand.

    Args:
        exchange: stays as it is.
        key: a credential that it holds, known by itself.
    """
    name, known = exchange.provider, exchange.provenance
    variable = provider(name).credential.variable if name in names() else ""
    request, verdict = _redacted(exchange.request, key), exchange.verdict
    path, query = secrets.prose(request.path), secrets.query(request.query)
    return replace(
        exchange,
        request=replace(request, path=path, query=query),
        response=_redacted(exchange.response, key),
        verdict=replace(verdict, violations=[*map(secrets.violation, verdict.violations)]),
        provenance=replace(
            known,
            url=url(known.url or local_address(exchange)),
            variable=known.variable or variable,
        ),
    )


def local_address(exchange: Exchange) -> str:
    """Where the mocks are asked the same when they are served by hand."""
    place = f"/{exchange.provider}" if exchange.provider else ""
    query = f"?{exchange.request.query}" if exchange.request.query else ""
    return f"{ORIGIN}{place}{exchange.request.path}{query}"


def _redacted(message: M, key: str) -> M:
    headers, body = secrets.headers(message.text_headers), _body(message)
    body = body.replace(key.encode(), HIDDEN.encode()) if key else body
    return replace(message, headers=encode_headers(headers), body=body)


def _body(message: Message) -> bytes:
    """A body without its secrets; of a very long one the beginning."""
    data = message.whole_body
    if not data or len(data) <= LONGEST:
        return secrets.body(data or b"", message.content_type)
    return secrets.start(data, 1_024) + "…".encode()
