"""How a broken promise is told: what was expected, what came, and the call that shows it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson

from contracts.fields import shown
from harness.suites.trial import UPLOAD, Trial

MOST_REQUESTS = 5
"""Requests of a call that a report shows."""


class Broken(AssertionError):
    """A promise was not kept; the message says what was expected, what came, and how to see it."""

    def __init__(self, message: str, trial: Trial | None = None) -> None:
        super().__init__(message if trial is None else f"{message}\n{_seen(trial)}")


def _seen(trial: Trial) -> str:
    given = {
        key: f"<{len(UPLOAD)} bytes>" if value == UPLOAD else value
        for key, value in trial.case.arguments.items()
    }
    lines = [f"  asked     {trial.case.operation} {shown(given, 300)}"]
    lines += [f"  request   {each}" for each in trial.entries[:MOST_REQUESTS]]
    if len(trial.entries) > MOST_REQUESTS:
        lines.append(f"  and {len(trial.entries) - MOST_REQUESTS} more requests")
    return "\n".join(lines)


def said_by(error: BaseException) -> str:
    """An exception on one line."""
    return shown(f"{type(error).__name__}: {error}", 160)


def all_of(error: BaseException) -> str:
    """All that an exception and those behind it say."""
    told = f"{error} {error!r} {vars(error)}"
    behind = error.__cause__ or error.__context__
    return f"{told} {all_of(behind)}" if behind else told


def message_of(trial: Trial) -> str:
    """The longest text in the last refusal: what the provider says to people."""
    refused = [each for each in trial.entries if each.status >= 400]
    try:
        texts = list(_texts(orjson.loads(refused[-1].answer))) if refused else []
    except orjson.JSONDecodeError:
        return ""
    return max(texts, key=len, default="")


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from _texts(below)
