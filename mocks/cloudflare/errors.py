"""Cloudflare's refusals: the edge's in the v4 envelope, the gateway's in one of three."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagine_harness.mocks.answer import Wording
from imagine_harness.mocks.call import Call

GATEWAY = "gateway.ai.cloudflare.com"
"""The host where a gateway is called by its own address."""

_AT_EDGE = ("credential-", "route-", "method-", "media-")
"""How the reasons begin for which a call never comes to a gateway."""


def at_edge(when: str) -> bool:
    """Whether a refusal, described in the harness's words, is made before any gateway."""
    return when.startswith(_AT_EDGE)


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """Every reason in the v4 envelope, the first one in the others."""
    edge = at_edge(wordings[0].when)
    if call.path.startswith(call.context.provider.hosts[GATEWAY] + "/"):
        of_run_api = call.door == "run-api" and not edge
        return _run_api(call, wordings) if of_run_api else _gateway(call, wordings)
    if edge:
        return _edge(call, wordings)
    return _ENVELOPES[call.reading("refusal-envelope")](call, wordings)


def _edge(call: Call, wordings: Sequence[Wording]) -> dict[str, Any]:
    bare = {"success": False, "errors": _errors(wordings)}
    if call.reading("edge-body") == "bare":
        return bare
    return {"result": None, **bare, "messages": []}


def _v4(_call: Call, wordings: Sequence[Wording]) -> dict[str, Any]:
    return {"result": {}, "success": False, "errors": _errors(wordings), "messages": []}


def _errors(wordings: Sequence[Wording]) -> list[dict[str, Any]]:
    return [{"code": _code(each), "message": each.message, **each.body} for each in wordings]


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
    error = {"code": str(_code(first)), "message": first.message}
    return {"state": "Failed", "error": error, **_model(call)}


def _model(call: Call) -> dict[str, str]:
    """The model of a call, where that is known: named in its body or meant by its path."""
    if not call.plans:
        return {}
    operation = call.plans[0].operation
    if operation.model is None:
        return {"model": operation.models[0]}
    named = operation.parameters[operation.model].value(call.body)
    return {"model": named} if isinstance(named, str) else {}


def _code(wording: Wording) -> str | int:
    """The provider's code, and the status where none is on record: a code is always a number."""
    return wording.status if wording.code is None else wording.code


_ENVELOPES = {"v4": _v4, "gateway": _gateway, "run-api": _run_api}
