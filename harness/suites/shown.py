"""Exchanges of the mocks as a report shows them."""

from __future__ import annotations

from contracts.openapi import ORIGIN
from harness.handles.entries import Entry
from harness.judging import shown
from harness.results import Seen


def seen(entry: Entry, variable: str) -> Seen:
    """One exchange, at the address where mocks are served by hand, so that it can be repeated.

    Secrets are hidden; `variable` is the environment variable that holds the credential.
    """
    query = f"?{entry.query}" if entry.query else ""
    kind = entry.headers.get("content-type", "")
    answer_kind = entry.exchange.answer_type.decode("latin-1")
    return Seen(
        method=entry.method,
        url=shown.url(f"{ORIGIN}/{entry.provider}{entry.path}{query}"),
        headers=entry.headers,
        body=shown.body(entry.body, kind) if entry.body else b"",
        status=entry.status,
        answer=shown.body(entry.answer, answer_kind) if entry.answer else b"",
        variable=variable,
    )
