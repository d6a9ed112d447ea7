"""Exchanges of the mocks as a report shows them."""

from __future__ import annotations

from contracts.openapi import ORIGIN
from harness.handles.entries import Entry
from harness.results import Seen


def seen(entry: Entry, variable: str) -> Seen:
    """One exchange, at the address where mocks are served by hand, so that it can be repeated.

    `variable` is the environment variable that holds the hidden credential.
    """
    query = f"?{entry.query}" if entry.query else ""
    return Seen(
        method=entry.method,
        url=f"{ORIGIN}/{entry.provider}{entry.path}{query}",
        headers=entry.headers,
        body=entry.body,
        status=entry.status,
        answer=entry.answer,
        variable=variable,
    )
