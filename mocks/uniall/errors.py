"""UniAll's refusals, inferred: its task routes answer flat, the others in OpenAI's shape."""

from __future__ import annotations

from collections.abc import Sequence

from imagine_harness.mocks.answer import Wording
from imagine_harness.mocks.call import Call

TASK_ROUTES = "/v1/images/tasks"
"""What the paths of the task routes begin with."""


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """The first reason; a refused credential has the shape of the synchronous routes anywhere.

    In that shape the message ends with the id of the request.
    """
    first = wordings[0]
    if call.path.startswith(TASK_ROUTES) and not first.when.startswith("credential"):
        return {"code": str(first.code or ""), "message": first.message, "data": None}
    request_id = call.state.uuid().replace("-", "")
    return {
        "error": {
            "message": f"{first.message} (request id: {request_id})",
            "type": first.kind or "invalid_request_error",
            "param": first.body.get("param", first.parameter),
            "code": str(first.code or ""),
        }
    }
