"""fal's refusals: a list of located problems where a model refuses, plain text elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mocks.call import Call, Wording


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """`detail` as a list for what a model refuses (it has a code), as text for all else."""
    first = wordings[0]
    if first.code is not None:
        return {"detail": [_located(each) for each in wordings]}
    if first.kind is not None:
        return {"detail": first.message, "error_type": first.kind}
    return {"detail": first.message}


def _located(wording: Wording) -> dict[str, Any]:
    """One problem; `loc` holds strings only, which some clients insist on."""
    broken = wording.violation
    steps = broken.pointer.split("/")[1:] if broken else [wording.parameter or ""]
    located: dict[str, Any] = {
        "type": wording.code,
        "loc": ["body", *filter(None, steps)],
        "msg": wording.message,
    }
    if broken and broken.kind != "required":
        located["input"] = broken.as_json()["got"]
    return located | dict(wording.body)
