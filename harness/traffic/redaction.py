"""Exchanges as reports and HAR files show them: whole, but without secrets."""

from __future__ import annotations

from collections.abc import Iterable

from imagine_harness.contracts import secrets
from imagine_harness.contracts.exchange import Exchange, Message
from imagine_harness.contracts.loading.load import names, provider
from imagine_harness.contracts.secrets.credentials import CREDENTIALS, HIDDEN
from imagine_harness.harness.results.results import Seen, answered

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


def seen(exchange: Exchange) -> Seen:
    """A recorded exchange as a report shows it."""
    request, response, known = exchange.request, exchange.response, exchange.provider
    return Seen(
        method=request.method,
        url=url(exchange.provenance.url),
        headers=secrets.headers(request.text_headers),
        body=_part(request),
        status=response.status,
        answer=_part(response),
        variable=provider(known).credential.variable if known in names() else "",
        answer_headers=secrets.headers(response.text_headers),
        ending=exchange.ending or "",
    )


def _part(message: Message) -> bytes:
    """A body without its secrets; of a very long one the beginning."""
    data = message.whole_body
    if not data or len(data) <= LONGEST:
        return secrets.body(data or b"", message.content_type)
    return secrets.start(data, 1_024) + "…".encode()
