"""Lumenfall's refusals: OpenAI's shape with codes in capitals."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.answer import Wording
from imagine_harness.mocks.call import Call


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """`error` with message, type, code and the parameter concerned; the first reason only."""
    first = wordings[0]
    return {
        "error": {
            "message": first.message,
            "type": first.kind or "invalid_request_error",
            "code": first.code or "INVALID_REQUEST",
            "param": first.parameter,
        }
    }
