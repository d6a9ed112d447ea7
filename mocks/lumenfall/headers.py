"""What Lumenfall's answers carry beside their bodies."""

from __future__ import annotations

from collections.abc import Sequence

from mocks.call import Answer, Call
from mocks.lumenfall.routing import routed


def headers(call: Call, _answer: Answer) -> Sequence[tuple[bytes, bytes]]:
    """An id of every request; of an image call that was answered also who did so."""
    made = [(b"x-lumenfall-request-id", f"req_{call.state.uuid().replace('-', '')}".encode())]
    if call.refusal is None and call.plans and call.plans[0].operation.models:
        route = routed(call, call.plans[0].operation, call.body)
        made.append((b"x-lumenfall-provider", route.provider.encode()))
        made.append((b"x-lumenfall-model", route.model.encode()))
    return made
