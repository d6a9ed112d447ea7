"""Whether a refusal is the documented one: its status, its envelope, the field's name in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from imagine_harness.contracts.provider import ErrorCase
from imagine_harness.harness.answers.shapes import wrong
from imagine_harness.harness.results.results import Side
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.server_client import Front, Reply

_NAMING = ("{parameter", "{Parameter", "{name}", "{message}")
"""What a wording's template holds where the offending field is named."""


SHORT = 2
"""Letters of a name that may stand in any other word."""


def as_documented(
    front: Front, reply: Reply, case: ErrorCase, sides: Callable[[], Sequence[Side]] = tuple
) -> None:
    """Hold a refusal against the wording on record.

    Raises:
        Broken: its status, its envelope or its code is another one.
    """

    def broken(told: str, expected: object = None, got: object = None) -> Broken:
        return Broken(
            told,
            seen=[reply.seen],
            states=case.statement,
            sides=sides(),
            expected=expected,
            got=got,
        )

    front.met.add(f"{front.provider.name}.{case.when}")
    if reply.status != case.status:
        told = f"refused with {reply.status}, expected {case.status}"
        raise broken(told, case.status, reply.status)
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
    return any(_stands(each.rpartition(".")[2].lower(), said) for each in parameters)


def _stands(name: str, said: str) -> bool:
    """Whether a name is said; a short one stands in other words, too, and must be one of its own.

    A longer one may be part of a word, as in a code such as `invalidWidth`.
    """
    if len(name) > SHORT:
        return name in said
    return re.search(rf"(?<![a-z0-9_]){re.escape(name)}(?![a-z0-9_])", said) is not None
