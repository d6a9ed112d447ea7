"""Laws that hold for hundreds of small cases: tried in one test, which names those that fail."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any


def failing(check: Callable[..., object], cases: Iterable[tuple[Any, ...]]) -> list[str]:
    """What a check raises for each case that it fails for, after how the case begins."""
    tried = list(cases)
    assert tried, "there is nothing to try"
    found = []
    for case in tried:
        try:
            check(*case)
        except Exception as error:
            found.append(f"{case!r:.100}: {type(error).__name__}: {error}")
    return found
