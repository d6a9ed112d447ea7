"""When to come again, as `Retry-After` says it: in so many seconds, or at a date."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, formatdate, parsedate_to_datetime

from imagine_harness.contracts.untrusted.decoding import number

RetryAfter = float | timedelta | datetime
"""Seconds; or a date, so far from now or fixed."""

FORMS = "seconds, date:SECONDS or a time such as 2026-10-21T07:28:00Z"
"""How one is written."""

_DATED = "date:"
_LAST = 253_402_300_799
"""The last second that a date can name."""


def read(value: object) -> RetryAfter:
    """What a text or a number says.

    Raises:
        ValueError: it is none of `FORMS`.
    """
    text = str(value).strip()
    if text.startswith(_DATED):
        return timedelta(seconds=_seconds(text.removeprefix(_DATED)))
    try:
        return _seconds(text)
    except ValueError:
        return _date(text)


def _seconds(text: str) -> float:
    made = number(text)
    if made is None or not 0 <= made <= _LAST:
        raise ValueError(text)
    return made


def _date(text: str) -> datetime:
    try:
        made = datetime.fromisoformat(text)
    except ValueError:
        made = parsedate_to_datetime(text)
    try:
        return made.replace(tzinfo=made.tzinfo or UTC).astimezone(UTC)
    except OverflowError:
        raise ValueError(text) from None


def as_text(value: RetryAfter) -> str:
    """The same as `read` takes it."""
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, timedelta):
        return f"{_DATED}{_seconds_text(value.total_seconds())}"
    return _seconds_text(value)


def header(value: RetryAfter, now: float) -> bytes:
    """The same as the header has it; a date in whole seconds, and never too early."""
    if isinstance(value, datetime):
        return format_datetime(value, usegmt=True).encode()
    if isinstance(value, timedelta):
        when = min(math.ceil(now + value.total_seconds()), _LAST)
        return formatdate(when, usegmt=True).encode()
    return _seconds_text(value).encode()


def _seconds_text(seconds: float) -> str:
    return str(int(seconds)) if seconds.is_integer() else repr(seconds)
