"""Cloudflare's refusals, in the envelope of the v4 API or in one of two others that were seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Call, Wording


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """Every reason in the v4 envelope, the first one in the others."""
    return _ENVELOPES[call.reading("refusal-envelope")](call, wordings)


def _v4(call: Call, wordings: Sequence[Wording]) -> dict[str, Any]:
    """`result` is null where nothing was run, and an empty object where the model refused."""
    errors = [{"code": _code(each), "message": each.message, **each.body} for each in wordings]
    ran = any(each.violation is not None for each in wordings)
    return {"result": {} if ran else None, "success": False, "errors": errors, "messages": []}


def _gateway(call: Call, wordings: Sequence[Wording]) -> dict[str, Any]:
    first = wordings[0]
    return {
        "success": False,
        "result": [],
        "messages": [],
        "error": [{"code": _code(first), "message": first.message}],
        "name": "AiGatewayError",
        "httpCode": first.status,
        "internalCode": _code(first),
        "message": first.message,
        "description": "User Input Error" if first.violation else first.message,
        "requestId": call.state.uuid(),
    }


def _run_api(call: Call, wordings: Sequence[Wording]) -> dict[str, Any]:
    first = wordings[0]
    return {"state": "Failed", "error": {"code": str(_code(first)), "message": first.message}}


def _code(wording: Wording) -> str | int:
    """The provider's code, and the status where none is on record: a code is always a number."""
    return wording.status if wording.code is None else wording.code


_ENVELOPES = {"v4": _v4, "gateway": _gateway, "run-api": _run_api}
