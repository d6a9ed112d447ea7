"""Whether a refusal is the documented one: its status, its envelope, the field's name in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from contracts.provider import ErrorCase
from harness.results import Side
from harness.suites.front import Front, Reply
from harness.suites.shapes import wrong
from harness.suites.told import Broken

_NAMING = ("{parameter", "{Parameter", "{name}", "{message}")
"""What a wording's template holds where the offending field is named."""


def as_documented(
    front: Front, reply: Reply, case: ErrorCase, sides: Callable[[], Sequence[Side]] = tuple
) -> None:
    """Hold a refusal against the wording on record.

    Raises:
        Broken: its status, its envelope or its code is another one.
    """

    def broken(told: str) -> Broken:
        return Broken(told, seen=[reply.seen], states=case.statement, sides=sides())

    front.met.add(f"{front.provider.name}.{case.when}")
    if reply.status != case.status:
        raise broken(f"refused with {reply.status}, expected {case.status}")
    troubles = [wrong(each, reply) for each in front.provider.refusals]
    if troubles and all(troubles):
        raise broken(f"the refusal has another shape: {troubles[0]}")
    code = str(case.code) if case.code is not None and "{" not in str(case.code) else ""
    if code and code not in reply.body.decode("utf-8", "replace"):
        raise broken(f"the refusal has no code {code}")


def names(case: ErrorCase, parameters: Iterable[str], reply: Reply) -> bool:
    """Whether a refusal says which field is wrong, where the wording on record does."""
    template = f"{case.message} {case.code} {case.body}"
    if not any(word in template for word in _NAMING):
        return True
    said = reply.body.decode("utf-8", "replace").lower()
    return any(each.rpartition(".")[2].lower() in said for each in parameters)
