"""What Lumenfall's answers carry beside their bodies."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.answer import Answer
from imagine_harness.mocks.call import Call
from imagine_harness.mocks.lumenfall.routing import UpstreamRoute, routed

PROVIDER = b"x-lumenfall-provider"


def headers(call: Call, answer: Answer) -> Sequence[tuple[bytes, bytes]]:
    """An id of every request; of an image call that was answered also who did so."""
    made = [(b"x-lumenfall-request-id", f"req_{call.state.uuid().replace('-', '')}".encode())]
    told = any(name == PROVIDER for name, _ in answer.headers)
    if not told and call.verdict.refusal is None and call.plans and call.plans[0].operation.models:
        made += of_route(routed(call, call.plans[0].operation, call.body))
    return made


def of_route(route: UpstreamRoute) -> list[tuple[bytes, bytes]]:
    """The headers that say who answered."""
    return [(PROVIDER, route.provider.encode()), (b"x-lumenfall-model", route.model.encode())]
