"""The documented refusals, as responses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.openapi.extensions import attributes, provenance
from imagine_harness.contracts.provider import ErrorCase

JSON = "application/json"

_OF_BODIES = ("body", "content", "image", "model-", "violation")
"""How the descriptions of refusals begin that only a call with a body meets."""


def refusals_by_status(
    recorded: Recorded, readings: Mapping[str, str], *, with_body: bool = True
) -> dict[int, list[ErrorCase]]:
    """The refusals on record by status, of several wordings the one in force."""
    found: dict[int, list[ErrorCase]] = {}
    for when in recorded.provider.errors:
        case = recorded.provider.error([when], readings)
        if case and (with_body or not when.startswith(_OF_BODIES)):
            found.setdefault(case.status, []).append(case)
    return dict(sorted(found.items()))


def refusal(cases: Sequence[ErrorCase]) -> dict[str, object]:
    """A response object: the refusals of one status."""
    return {
        "description": "Refused: " + ", ".join(case.when for case in cases),
        "content": {JSON: {"schema": {"$ref": "#/components/schemas/Refusal"}}},
        "x-cases": [
            {**attributes(case, "when", "code", "kind", "message"), **provenance(case.statement)}
            for case in cases
        ],
    }
