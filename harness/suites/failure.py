"""How a broken promise is reported: what was expected, what came, the exchanges that show it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from imagine_harness.contracts import secrets
from imagine_harness.contracts.model import Statement
from imagine_harness.harness.answers.images import texts
from imagine_harness.harness.results.results import Side
from imagine_harness.harness.suites.subjects.interaction import Interaction, answer_of

_FOR_PROGRAMS = re.compile(r"https?://\S+|[0-9a-fA-F-]{16,}")
"""An address, or an id in hexadecimal digits."""

MOST_REQUESTS = 5
"""Requests of a call that a report shows."""


class Broken(AssertionError):
    """A promise was not kept.

    Attributes:
        message: one line: what was expected and what came.
        details: further lines: what was asked for.
        exchanges: those that show it.
        states: the fact that is at stake, where the item has none of its own.
        sides: two things to compare side by side, or none.
        expected, got: the values that differ, None where there are no two.
        python: how to see it again in Python, "" for the last exchange alone.
    """

    def __init__(
        self,
        message: str,
        *interactions: Interaction,
        details: Sequence[str] = (),
        states: Statement | None = None,
        sides: Sequence[Side] = (),
        expected: object = None,
        got: object = None,
    ) -> None:
        self.message = secrets.spelled(message)
        super().__init__(self.message)
        cases = [each.case for each in interactions if each.case is not None]
        self.details = [*(f"  asked     {each}" for each in cases), *details]
        self.exchanges = tuple(each for one in interactions for each in one.exchanges)
        self.states = states
        self.sides = tuple(sides)
        self.expected, self.got = expected, got
        self.python = cases[-1].as_python() if cases else ""

    def __str__(self) -> str:
        first = self.exchanges[:MOST_REQUESTS]
        lines = [
            f"  request   {each.request.method} {each.provenance.url}, {each.response.status}"
            for each in first
        ]
        if len(self.exchanges) > MOST_REQUESTS:
            lines.append(f"  and {len(self.exchanges) - MOST_REQUESTS} more requests")
        return "\n".join([self.message, *self.details, *lines])


def all_texts_of(error: BaseException) -> str:
    """All that an exception holds, and those behind it that its traceback shows."""
    own = f"{error} {error!r} {vars(error)}"
    behind = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return f"{own} {all_texts_of(behind)}" if behind else own


def message_of(interaction: Interaction) -> str:
    """The longest text in the last refusal upstream: the provider's words for people.

    A link to a page and the id of a task are for programs.
    """
    refused = [each for each in interaction.upstream if each.response.status >= 400]
    found = list(texts(answer_of(refused[-1]))) if refused else []
    return max((each for each in found if not _FOR_PROGRAMS.fullmatch(each)), key=len, default="")
