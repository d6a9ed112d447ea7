"""Facts that can be of nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.facts import ParameterFact, RuleFact, SizeFact
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.plausibility import plausible
from tests.growth import leaps


def test_facts_that_can_be_are_left_as_they_are(whole: Callable[[str], Facts]) -> None:
    for provider in ("cloudflare", "fal", "lumenfall", "runware", "uniall"):
        facts = whole(provider)

        assert plausible(facts) is facts


@pytest.mark.parametrize(
    "schema",
    [
        {"maximum": "4"},
        {"maximum": float("inf")},
        {"minimum": -(10**25)},
        {"minimum": True},
        {"maxItems": -1},
        {"maxLength": 1.5},
        {"enum": []},
        {"items": {"maximum": None}},
    ],
)
def test_a_limit_that_is_none_is_an_open_point_and_unknown(
    schema: dict[str, Any], whole: Callable[[str], Facts]
) -> None:
    facts = whole("fal")
    first = replace(facts.parameters[0], schema={"type": "string", **schema})

    made = plausible(replace(facts, parameters=(first, *facts.parameters[1:])))

    assert made.parameters[0].schema in ({"type": "string"}, {"type": "string", "items": {}})
    assert made.parameters[0].whole is False
    assert len(made.open_points) == 1
    assert made.open_points[0].text.startswith("prompt: ")


def test_a_default_beyond_all_numbers_is_none(whole: Callable[[str], Facts]) -> None:
    facts = whole("fal")
    first = replace(facts.parameters[0], default=float("inf"))

    made = plausible(replace(facts, parameters=(first, *facts.parameters[1:])))

    assert made.parameters[0].default is ABSENT
    assert len(made.open_points) == 1


def test_sizes_of_no_pixels_and_rules_about_nothing_are_open_points(
    whole: Callable[[str], Facts],
) -> None:
    facts = whole("fal")
    rules = [
        RuleFact("edit", "excludes", {"groups": groups}, "Edit")
        for groups in ([], ["prompt", "nothing"], ["prompt", "num_images"])
    ]
    sizes = [SizeFact(w, h, "1K (1:1)", "Sizes") for w, h in ((0, 9), (9, 10**7), (9, 9))]

    made = plausible(replace(facts, rules=tuple(rules), sizes=tuple(sizes)))

    assert made.rules == (rules[2],)
    assert made.sizes == (sizes[2],)
    assert len(made.open_points) == 4


def test_many_rules_about_many_parameters_are_looked_at_in_linear_time() -> None:
    def stated(count: int) -> Facts:
        names = [f"a{n}" for n in range(count)]
        rules = [RuleFact("generate", "together", {"fields": [name]}, "") for name in names]
        parameters = tuple(ParameterFact("generate", name, "", {}) for name in names)
        return Facts("", parameters=parameters, rules=tuple(rules))

    assert len(plausible(stated(3)).rules) == 3
    assert not leaps(plausible, stated(200), stated(800))
