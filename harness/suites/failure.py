"""How a broken promise is told: what was expected, what came, and the exchanges that show it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from imagine_harness.contracts import secrets
from imagine_harness.contracts.fields import shown
from imagine_harness.contracts.model import Statement
from imagine_harness.contracts.untrusted.decoding import Undecodable, decoded
from imagine_harness.harness.results.results import Seen, Side
from imagine_harness.harness.suites.arguments import UPLOAD
from imagine_harness.harness.suites.subjects.interaction import Trial

MOST_REQUESTS = 5
"""Requests of a call that a report shows."""


class Broken(AssertionError):
    """A promise was not kept.

    Attributes:
        message: one line: what was expected and what came.
        told: further lines: what was asked for.
        seen: the exchanges that show it.
        states: the fact that is at stake, where the item has none of its own.
        sides: two things to be shown side by side, or none.
        expected, got: the values that differ, None where there are no two.
        python: how to see it again in Python, "" for the last exchange alone.
    """

    def __init__(
        self,
        message: str,
        trial: Trial | None = None,
        *,
        seen: Sequence[Seen] = (),
        states: Statement | None = None,
        sides: Sequence[Side] = (),
        expected: object = None,
        got: object = None,
    ) -> None:
        self.message = secrets.spelled(message)
        super().__init__(self.message)
        self.told = _told(trial) if trial else []
        self.seen = tuple(trial.seen() if trial else seen)
        self.states = states
        self.sides = tuple(sides)
        self.expected, self.got = expected, got
        self.python = trial.case.as_python() if trial else ""

    def __str__(self) -> str:
        shown_ones = self.seen[:MOST_REQUESTS]
        lines = [f"  request   {each.method} {each.url}, {each.status}" for each in shown_ones]
        if len(self.seen) > MOST_REQUESTS:
            lines.append(f"  and {len(self.seen) - MOST_REQUESTS} more requests")
        return "\n".join([self.message, *self.told, *lines])


def _told(trial: Trial) -> list[str]:
    given = {
        key: f"<{len(UPLOAD)} bytes>" if value == UPLOAD else value
        for key, value in trial.case.arguments.items()
    }
    return [f"  asked     {trial.case.operation} {shown(secrets.value(given), 300)}"]


def said_by(error: BaseException) -> str:
    """An exception on one line."""
    return shown(secrets.spelled(f"{type(error).__name__}: {error}"), 160)


def all_of(error: BaseException) -> str:
    """All that an exception and those behind it say."""
    told = f"{error} {error!r} {vars(error)}"
    behind = error.__cause__ or error.__context__
    return f"{told} {all_of(behind)}" if behind else told


def message_of(trial: Trial) -> str:
    """The longest text in the last refusal: what the provider says to people."""
    refused = [each for each in trial.entries if each.status >= 400]
    try:
        found = list(texts(decoded(refused[-1].answer))) if refused else []
    except Undecodable:
        return ""
    return max(found, key=len, default="")


def texts(value: Any) -> Iterator[str]:
    """Every text in a decoded answer."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from texts(below)
