"""xAI's refusals: `code` and `error`, in one of the shapes that were seen."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.answer import Wording
from imagine_harness.mocks.call import Call


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """The first reason; what else its body has (the price of a moderated request) beside it."""
    first = wordings[0]
    if first.status == 422 and call.reading("type-errors") == "plain-text":
        return first.message
    told = {"error": first.message, **first.body}
    if call.reading("error-body") == "error-alone":
        return told
    if call.reading("error-codes") == "kebab-case":
        return {"code": (first.kind or "internal_error").replace("_", "-"), **told}
    return {"code": first.code or "Client specified an invalid argument", **told}
