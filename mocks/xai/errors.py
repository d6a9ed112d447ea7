"""xAI's refusals."""

from __future__ import annotations

from collections.abc import Sequence

from mocks.call import Call, Wording


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """`code` in prose and `error`; only the first reason is told."""
    first = wordings[0]
    return {"code": first.code or "Client specified an invalid argument", "error": first.message}
