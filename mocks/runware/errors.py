"""Runware's refusals: an empty `data`, and one element of `errors` for each reason."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Call, Wording


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """Every reason of every task."""
    return {"data": [], "errors": [item(each) for each in wordings]}


def item(wording: Wording) -> dict[str, Any]:
    """One reason, with the task that it concerns where there is one."""
    element: dict[str, Any] = {"code": wording.code or "invalidRequest", "message": wording.message}
    root = wording.root if isinstance(wording.root, dict) else {}
    for key in ("taskType", "taskUUID"):
        if isinstance(root.get(key), str):
            element[key] = root[key]
    return element | dict(wording.body)
