"""Undeclared keys: which parameters are known where, and where a violation points."""

from __future__ import annotations

from unittest.mock import Mock

from imagine_harness.contracts.model import Parameter, nothing_seen
from imagine_harness.contracts.rules.closed import Closed
from imagine_harness.contracts.rules.context import RuleContext


def text(*path: str) -> Parameter:
    return Parameter(".".join(path), path, {"type": "string"}, False, Mock())


LISTED = {
    found.name: found
    for found in (text("model"), text("input"), text("input", "style"), text("other", "a", "b"))
}
RULE = Closed.parse(Mock(), {}, RuleContext("here", LISTED, ("input",)))


def test_what_stands_outside_its_object_is_no_business_of_it() -> None:
    body = {"model": "m", "more": 1, "input": {"style": "ink"}, "other": {"c": 1}}

    assert [found.name for found in RULE.parameters] == ["input.style"]
    assert list(RULE.check(body, nothing_seen)) == []


def test_a_key_beside_the_documented_ones_is_pointed_at() -> None:
    [found] = RULE.check({"input": {"style": "ink", "more": 1}}, nothing_seen)

    assert (found.pointer, found.got, found.expected) == ("/input/more", 1, ["style"])


def test_of_a_key_too_long_to_print_the_object_around_it_is_pointed_at() -> None:
    [found] = RULE.check({"input": {"x" * 1_000: 1}}, nothing_seen)

    assert (found.pointer, found.fix) == ("/input", ())
