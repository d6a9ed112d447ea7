"""What Cloudflare's answers carry beside their bodies, once a call has come to the gateway."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.cloudflare.errors import at_edge


def headers(call: Call, _answer: Answer) -> Sequence[tuple[bytes, bytes]]:
    """Ids of the call and of its log entry; no step but the first, and nothing from a cache."""
    if not call.plans or (call.verdict.refusal is not None and at_edge(call.verdict.refusal)):
        return ()
    return (
        (b"cf-ai-req-id", call.state.uuid().encode()),
        (b"cf-aig-log-id", call.state.uuid().encode()),
        (b"cf-aig-event-id", call.state.uuid().encode()),
        (b"cf-aig-step", b"0"),
        (b"cf-aig-cache-status", b"MISS"),
    )
