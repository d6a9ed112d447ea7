"""Constraints on single parameters, where there is much to look at."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest

from imagine_harness.contracts.fields import patched
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import nothing_seen
from imagine_harness.contracts.rules import values
from imagine_harness.contracts.rules.single import Constraint


class Counted:
    """A validator that counts how often it is asked."""

    def __init__(self, real: Any) -> None:
        self.real, self.asked = real, 0

    def is_valid(self, value: object) -> bool:
        self.asked += 1
        return bool(self.real.is_valid(value))


@pytest.mark.parametrize(
    ("wrong", "found", "at_most"),
    [
        ({49_999}, 1, 500),
        ({0, 30_000}, 2, 1_000),
        (set(range(50_000)), 11, 20),
        (set(), 0, 1),
    ],
)
def test_items_are_looked_at_one_by_one_only_where_some_are_wrong(
    wrong: set[int], found: int, at_most: int, acme: Recorded
) -> None:
    rule = next(
        rule
        for rule in acme.contracts[0].operations["draw"].rules
        if rule.kind == "items" and values.types(rule.parameters[0].schema["items"]) == ("string",)
    )
    assert isinstance(rule, Constraint)
    good = values.sample(rule.parameter.schema["items"])
    body = patched({}, {rule.parameter.path: [0 if n in wrong else good for n in range(50_000)]})
    counted = Counted(rule._engine)
    rule.__dict__["_engine"] = counted

    try:
        told = list(islice(rule.check(body, nothing_seen), 11))
    finally:
        rule.__dict__["_engine"] = counted.real

    assert len(told) == found
    assert counted.asked <= at_most
