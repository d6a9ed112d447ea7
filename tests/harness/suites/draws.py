"""Items tried without shrinking: the first body that breaks a promise is enough for a test."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, given, seed, settings

from imagine_harness.harness.suites.cases.item import Item
from imagine_harness.harness.suites.failure import Broken


class _Found(BaseException):
    """Ends a run at once: Hypothesis would try what it has found once more."""

    def __init__(self, broken: Broken) -> None:
        super().__init__(broken)
        self.broken = broken


def first_broken(item: Item[Any], subject: Any, examples: int, *, seeded: int = 1) -> Broken | None:
    """How a promise is broken by the first of so many bodies that breaks it; None by none."""

    @seed(seeded)
    @settings(
        max_examples=1 if item.once or item.draws is None else examples,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def holds(root: Any) -> None:
        try:
            item.check(subject, root)
        except Broken as broken:
            raise _Found(broken) from None

    try:
        if item.draws is None:
            item.check(subject, None)
        else:
            given(root=item.draws())(holds)()
    except _Found as found:
        return found.broken
    except Broken as broken:
        return broken
    return None
