"""Rules about several parameters: where they point, and the shapes that no contract has."""

from __future__ import annotations

from typing import Any
from unittest.mock import Mock

import pytest
from jsonschema import Draft202012Validator

from imagine_harness.contracts.model import Parameter, nothing_seen
from imagine_harness.contracts.rules.combined import Excludes, OneOf, Together


def number(*path: str) -> Parameter:
    return Parameter(".".join(path), path, {"type": "integer"}, False, Mock())


LEFT, TOP, WIDTH, HEIGHT = (number(name) for name in ("left", "top", "width", "height"))
FROM, TO = number("crop", "from", "x"), number("crop", "to", "x")


def test_of_several_that_are_missing_the_first_is_pointed_at() -> None:
    rule = Together(Mock(), (LEFT, TOP, WIDTH))

    [found] = rule.check({"left": 1}, nothing_seen)

    assert found.pointer == "/top"
    assert found.got == ["left"]


@pytest.mark.parametrize(
    ("body", "allowed"),
    [
        ({}, True),
        ({"crop": {"from": {"x": 1}, "to": {"x": 2}}}, True),
        ({"crop": {"from": {"x": 1}}}, False),
        ({"crop": {"to": {"x": 1}}}, False),
    ],
)
def test_what_goes_together_may_stand_in_different_objects_of_one(
    body: dict[str, Any], allowed: bool
) -> None:
    rule = Together(Mock(), (FROM, TO))

    assert (list(rule.check(body, nothing_seen)) == []) == allowed
    assert Draft202012Validator(rule.as_schema()).is_valid(body) == allowed


@pytest.mark.parametrize(
    ("body", "dropped"),
    [
        ({"left": 1, "width": 2, "height": 3}, {"/left"}),
        ({"left": 1, "top": 2, "width": 3}, {"/width"}),
        ({"left": 1, "width": 3}, {"/width"}),
    ],
)
def test_of_what_excludes_each_other_most_is_kept(body: dict[str, Any], dropped: set[str]) -> None:
    rule = Excludes(Mock(), ((LEFT, TOP), (WIDTH, HEIGHT)))

    [found] = rule.check(body, nothing_seen)

    assert {change.path for change in found.fix} == dropped


def test_what_one_of_several_groups_lacks_is_added() -> None:
    rule = OneOf(Mock(), ((LEFT, TOP), (WIDTH, HEIGHT)))

    [found] = rule.check({"top": 1, "width": 2}, nothing_seen)

    assert [change.path for change in found.fix] == ["/left"]
    assert found.pointer == "/left"
