"""What the harness itself has to say: RFC 9457 problem details, marked as ours."""

from __future__ import annotations

import json
import re

from starlette.responses import JSONResponse

MARK = "X-Harness-Error"
"""The header by which a client tells our answers from a provider's."""

TYPE = "application/problem+json"
"""The content type of a problem."""


def problem(status: int, kind: str, detail: str) -> JSONResponse:
    """A problem of a kind (its name in a word or two) with one line of detail."""
    body = _body(status, kind, detail)
    return JSONResponse(body, status, {MARK: kind}, media_type=TYPE)


def problem_bytes(status: int, kind: str, detail: str) -> bytes:
    """A problem as a whole answer of HTTP, after which the connection ends.

    The detail is its reason phrase, too: of a refused tunnel, most clients show nothing else.
    """
    body = json.dumps(_body(status, kind, detail)).encode()
    shown = re.sub(r"[^ -~]", "?", detail)
    head = (
        f"HTTP/1.1 {status} {shown}\r\n"
        f"Content-Type: {TYPE}\r\nContent-Length: {len(body)}\r\n"
        f"{MARK}: {kind}\r\nConnection: close\r\n\r\n"
    )
    return head.encode("ascii") + body


def _body(status: int, kind: str, detail: str) -> dict[str, str | int]:
    title = kind.replace("-", " ")
    return {"type": "about:blank", "title": title, "status": status, "detail": detail}
