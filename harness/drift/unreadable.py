"""Why a page could not be read."""

from __future__ import annotations

from collections.abc import Sized

MOST_FACTS = 2_000
"""Facts of one kind beyond which a page is not about one model."""


class Unreadable(Exception):
    """A page could not be read: the message is one line that says what came instead of a page."""


def check_count(found: Sized, noun: str) -> None:
    """Refuse more facts of one kind than any page states.

    Raises:
        Unreadable: there are more.
    """
    if len(found) > MOST_FACTS:
        raise Unreadable(f"{len(found)} {noun}, expected a page of at most {MOST_FACTS}")
