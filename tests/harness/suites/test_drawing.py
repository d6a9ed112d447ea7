"""What an item is tried with."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.strategies import SearchStrategy

from imagine_harness.contracts.examples import PICTURE
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import nothing_seen
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.suites import drawing
from imagine_harness.harness.suites.subjects.encoding import can_carry


def operation(name: str) -> Operation:
    provider, _, own = name.partition(".")
    return load.recorded(provider).contracts[0].operations[own]


FAL, FORM, RELAY = (
    operation("fal.generate"),
    operation("lumenfall.edit"),
    operation("uniall.generate"),
)


def several(strategy: SearchStrategy[Any], count: int = 30) -> list[Any]:
    found = []

    @settings(
        max_examples=count,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(each: Any) -> None:
        found.append(each)

    draw()
    return found


def broken(called: Operation, root: Any) -> set[str]:
    return {each.rule for rule in called.rules for each in rule.check(root, nothing_seen)}


@pytest.mark.parametrize("called", [FAL, FORM, RELAY], ids=lambda called: called.name)
def test_legal_roots_break_nothing(called: Operation) -> None:
    assert all(broken(called, root) == set() for root in several(drawing.legal(called)))


def test_legal_roots_about_a_parameter_give_it_often_at_its_limits() -> None:
    given = [root["num_images"] for root in several(drawing.legal(FAL, "num_images"))]

    assert {1, 4} <= set(given) <= {1, 2, 3, 4}


def test_a_parameter_that_takes_any_text_says_what_decides_the_answer() -> None:
    roots = several(drawing.legal(RELAY, "response_format"))

    assert {"url", "b64_json"} <= {root["response_format"] for root in roots}
    assert all(broken(RELAY, root) == set() for root in roots)


def test_roots_near_a_rule_obey_it_and_those_that_break_it_break_nothing_else() -> None:
    rule = next(each for each in FAL.rules if each.statement.id.endswith("num_images.maximum"))

    assert all(broken(FAL, root) == set() for root in several(drawing.near(FAL, rule)))
    assert all(
        broken(FAL, root) == {rule.statement.id} for root in several(drawing.breaking(FAL, rule))
    )


@pytest.mark.parametrize("called", [FAL, FORM, RELAY], ids=lambda called: called.name)
def test_the_plainest_root_is_legal_and_can_be_said(called: Operation) -> None:
    root = drawing.plainest_root(called)

    assert broken(called, root) == set()
    assert can_carry(called, root)


def test_the_plainest_root_has_its_images_where_every_upstream_takes_them() -> None:
    root = drawing.plainest_root(FORM)

    assert root["image"] == PICTURE
    assert "images" not in root
