"""fal's refusals: a list of located problems where a model refuses, plain text elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from imagine_harness.mocks.answer import Wording
from imagine_harness.mocks.call import Call


def refuse(call: Call, wordings: Sequence[Wording]) -> object:
    """`detail` as a list for what a model refuses (it has a code), as text for all else.

    A refusal with keys of its own is the queue's, which says a word for the state instead.
    """
    first = wordings[0]
    if first.code is not None:
        return {"detail": [_located(each) for each in wordings]}
    if first.kind is not None:
        return {"detail": first.message, "error_type": first.kind}
    if first.body:
        return dict(first.body)
    return {"detail": first.message}


def kind_of(body: object) -> str | None:
    """What a refusal calls its error: the queue's word for it, or a model's for the first one."""
    if not isinstance(body, dict):
        return None
    if isinstance(body.get("error_type"), str):
        return str(body["error_type"])
    detail = body.get("detail")
    return str(detail[0]["type"]) if isinstance(detail, list) else None


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
