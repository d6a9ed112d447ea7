"""Exchanges of the mocks as a report shows them."""

from __future__ import annotations

from imagine_harness.contracts import secrets
from imagine_harness.contracts.loading.load import recorded
from imagine_harness.contracts.openapi.document import ORIGIN
from imagine_harness.harness.pytest.entries import Entry
from imagine_harness.harness.results.results import Seen
from imagine_harness.harness.traffic.redaction import url


def seen(entry: Entry) -> Seen:
    """One exchange, at the address where mocks are served by hand, so that it can be repeated.

    Secrets are hidden.
    """
    query = f"?{entry.query}" if entry.query else ""
    kind = entry.headers.get("content-type", "")
    return Seen(
        method=entry.method,
        url=url(f"{ORIGIN}/{entry.provider}{entry.path}{query}"),
        headers=entry.headers,
        body=secrets.body(entry.body, kind),
        status=entry.status,
        answer=secrets.body(entry.answer, entry.exchange.response.content_type),
        variable=recorded(entry.provider).provider.credential.variable,
        ending=entry.ending or "",
    )
