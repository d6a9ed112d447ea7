"""Whether a refusal is the documented one: its status, its envelope, the field's name in it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence

from imagine_harness.contracts.provider import ErrorCase
from imagine_harness.harness.answers.shapes import misfit_of_body
from imagine_harness.harness.results.results import Side
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.subjects.interaction import Interaction
from imagine_harness.harness.suites.subjects.server import Server

_NAMING = ("{parameter", "{Parameter", "{name}", "{message}")
"""What a wording's template holds where the offending field is named."""

SHORT = 2
"""Letters of a name that may stand in any other word."""


def as_documented(
    server: Server,
    interaction: Interaction,
    case: ErrorCase,
    sides: Callable[[], Sequence[Side]] = tuple,
) -> None:
    """Hold a refusal against the wording on record.

    Raises:
        Broken: its status, its envelope or its code is another one.
    """

    def broken(message: str, expected: object = None, got: object = None) -> Broken:
        stated = case.statement
        return Broken(
            message, interaction, states=stated, sides=sides(), expected=expected, got=got
        )

    server.met.add(f"{server.provider.name}.{case.when}")
    status = interaction.status
    if status != case.status:
        raise broken(f"refused with {status}, expected {case.status}", case.status, status)
    misfits = [misfit_of_body(each, interaction.answer) for each in server.provider.refusals]
    if misfits and all(misfits):
        raise broken(f"the refusal has another shape: {misfits[0]}")
    code = str(case.code) if case.code is not None and "{" not in str(case.code) else ""
    if code and code not in _text(interaction):
        raise broken(f"the refusal has no code {code}")


def _text(interaction: Interaction) -> str:
    return interaction.response.text if interaction.response is not None else ""


def names(case: ErrorCase, parameters: Iterable[str], interaction: Interaction) -> bool:
    """Whether a refusal names the field that is wrong, where the wording on record does."""
    template = f"{case.message} {case.code} {case.body}"
    if not any(word in template for word in _NAMING):
        return True
    text = _text(interaction).lower()
    return any(_is_in(each.rpartition(".")[2].lower(), text) for each in parameters)


def _is_in(name: str, text: str) -> bool:
    """Whether a name stands in a text: a short one as a word, since other words hold it, too.

    A longer one may be part of a word, as in a code such as `invalidWidth`.
    """
    if len(name) > SHORT:
        return name in text
    return re.search(rf"(?<![a-z0-9_]){re.escape(name)}(?![a-z0-9_])", text) is not None
