"""What the harness itself has to say: RFC 9457 problem details, marked as ours."""

from __future__ import annotations

from starlette.responses import JSONResponse

MARK = "X-Harness-Error"
"""The header by which a client tells our answers from a provider's."""


def problem(status: int, kind: str, detail: str) -> JSONResponse:
    """A problem of a kind (its name in a word or two) with one line of detail."""
    body = {
        "type": "about:blank",
        "title": kind.replace("-", " "),
        "status": status,
        "detail": detail,
    }
    return JSONResponse(body, status, {MARK: kind}, media_type="application/problem+json")
