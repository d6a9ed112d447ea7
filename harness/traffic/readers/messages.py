"""Exchanges of what readers find: of addresses, headers as texts, and bodies with their gaps."""

from __future__ import annotations

from collections.abc import Mapping

from imagine_harness.contracts.exchange import (
    Exchange,
    Provenance,
    Request,
    Response,
    Verdict,
    encode_headers,
    request_to,
)
from imagine_harness.harness.traffic.readers.bodies import Body


def exchange(
    request: Request, response: Response, provenance: Provenance, *, time: float = 0.0
) -> Exchange:
    """An exchange that nobody has judged: whom it calls is not known yet.

    Args:
        request: what was sent.
        response: what was answered.
        provenance: where it was recorded.
        time: seconds since the epoch, 0 where it is not known.
    """
    verdict = Verdict(is_judged=False)
    return Exchange(request, response, verdict, time=time, provenance=provenance)


def request(method: str, url: str, headers: Mapping[str, str], body: Body) -> Request:
    """A request of which the whole address is known; recorders undo a content encoding.

    Args:
        method: in capitals.
        url: as it was called.
        headers: by lower-case name.
        body: as far as it was recorded.
    """
    made = request_to(url, method, headers, body.data or b"")
    made.is_decoded, made.gap = True, body.gap
    return made


def response(status: int, headers: Mapping[str, str], body: Body) -> Response:
    """An answer; its status is 0 where none came."""
    return Response(status, encode_headers(headers), body.data or b"", gap=body.gap)
