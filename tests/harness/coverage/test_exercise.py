"""What one body tries of every rule."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.exercises import Exercise
from imagine_harness.harness.coverage.exercise import exercises
from imagine_harness.harness.generation.plainest import illegal
from tests.laws import hold

UUID = "a770f077-f413-47de-9dac-be0b26a35da6"


def tried(acme: Recorded, operation: str, root: Any) -> dict[str, str]:
    """What a root tries, by the rule's own name, in words; what is obeyed anywhere is left out."""
    operations = acme.contracts[0].operations
    found = exercises(operations[operation], {"model": "sketch-1", **root})
    start = f"acme.{operation}."
    return {name.removeprefix(start): " ".join(each) for name, each in found.items()}


def draw(**more: Any) -> dict[str, Any]:
    return {"prompt": "a heron", "safety": {"mode": "fast"}, **more}


@pytest.mark.parametrize(
    ("root", "rule", "expected"),
    [
        (draw(count=1), "count.minimum", "obeyed lower"),
        (draw(count=1), "count.maximum", "obeyed"),
        (draw(count=4), "count.maximum", "obeyed upper"),
        (draw(count=5), "count.maximum", "broken"),
        (draw(count=5), "count.minimum", "obeyed"),
        (draw(count="4"), "count.maximum", None),
        (draw(count=True), "count.minimum", None),
        (draw(count="4"), "count.type", "broken"),
        (draw(), "count.maximum", None),
        (draw(prompt="ab"), "prompt.minLength", "obeyed lower"),
        (draw(prompt="x" * 12), "prompt.maxLength", "obeyed upper"),
        (draw(scale=0.5), "scale.minimum", "obeyed lower"),
        (draw(scale=2), "scale.maximum", "obeyed upper"),
        (draw(tier="1k"), "tier.enum", "obeyed lower"),
        (draw(tier="2k"), "tier.enum", "obeyed upper"),
        (draw(tier="4k"), "tier.enum", "broken"),
        (draw(), "model.enum", "obeyed"),
        (draw(level=True), "level.enum", "broken"),
        (draw(colours=["red"]), "colours.minItems", "obeyed lower"),
        (draw(colours=["red"] * 3), "colours.maxItems", "obeyed upper"),
        (draw(colours=["red"]), "colours.items", "obeyed"),
        (draw(colours=[]), "colours.items", None),
        (draw(anchor={"x": 0, "y": 1}), "anchor.required", "obeyed"),
        (draw(), "prompt.required", "obeyed"),
        ({"safety": {"mode": "fast"}}, "prompt.required", "broken"),
        (draw(), "undeclared", "obeyed"),
        (draw(extra=1), "undeclared", "broken"),
    ],
)
def test_a_body_tries_rules_about_one_parameter(
    acme: Recorded, root: Any, rule: str, expected: str | None
) -> None:
    assert tried(acme, "draw", root).get(rule) == expected


@pytest.mark.parametrize(
    ("operation", "root", "rule", "expected"),
    [
        ("frame", {"whole": True}, "size-listed", None),
        ("frame", {"whole": True, "width": 1024, "height": 1024}, "size-listed", "obeyed lower"),
        ("frame", {"whole": True, "width": 1280, "height": 720}, "size-listed", "obeyed"),
        ("frame", {"whole": True, "width": 720, "height": 1280}, "size-listed", "obeyed upper"),
        ("frame", {"whole": True, "width": 1, "height": 1}, "size-listed", "broken"),
        ("frame", {"whole": True, "width": 1, "height": 1}, "size-together", "obeyed"),
        ("frame", {"whole": True, "width": 1}, "size-together", "broken"),
        ("frame", {"whole": True}, "size-together", None),
        ("frame", {"whole": True, "preset": "small"}, "size-or-preset", "obeyed"),
        ("frame", {"whole": True}, "corner-given", "obeyed"),
        ("frame", {}, "corner-given", "broken"),
        ("remix", {"prompt": "x"}, "picture-given", None),
        ("remix", {"prompt": "x", "mode": "edit"}, "picture-given", "broken"),
        ("remix", {"prompt": "x", "ratio": "1:1"}, "auto-with-picture", None),
        ("remix", {"prompt": "x", "ratio": "auto"}, "auto-with-picture", "broken"),
        ("finish", {"keep": 1}, "keep-when-stored", "obeyed"),
        ("finish", {"keep": 1, "store": False}, "keep-when-stored", "broken"),
        ("finish", {}, "style-unsupported", "obeyed"),
        ("finish", {"finish": "gloss"}, "finish.enum", "obeyed upper"),
        ("compose", {"mode": "cut", "left": 1}, "area-given", "broken"),
        ("compose", {"mode": "cut", "mask": "a"}, "area-given", "obeyed"),
        ("compose", {"mode": "plain"}, "area-given", None),
        ("compose", {"mode": "cut", "mask": "a", "finish": "brass"}, "chrome-on-cuts", "obeyed"),
        ("compose", {"mode": "cut", "mask": "a", "finish": "silk"}, "chrome-on-cuts", None),
        ("compose", {"mode": "plain", "finish": "silk"}, "gloss-on-masks", "broken"),
        ("relay", {"prompt": "x", "ratio": "1:1", "tier": "1K"}, "size-first", None),
        ("relay", {"prompt": "x", "size": "1x1", "tier": "1K"}, "size-first", "obeyed"),
        ("wrap", {}, "image-given", None),
        ("wrap", {"input": {"image": "a"}}, "image-given", "obeyed"),
        ("wrap", {}, "undeclared", None),
        ("wrap", {"input": {"image": "a"}}, "undeclared", "obeyed"),
        ("render", {}, "steps-for-low-effort", None),
        ("render", {"input": {"steps": 1}}, "steps-for-low-effort", "obeyed"),
        ("render", {"input": {"effort": "high"}}, "steps-for-low-effort", None),
        ("batch", {"id": UUID, "count": 4}, "count.maximum", "obeyed upper"),
        ("batch", {"id": UUID}, "id-unique", "obeyed"),
    ],
)
def test_a_body_tries_rules_across_parameters(
    acme: Recorded, operation: str, root: Any, rule: str, expected: str | None
) -> None:
    assert tried(acme, operation, root).get(rule) == expected


def test_of_several_broken_rules_none_is_broken_alone(acme: Recorded) -> None:
    found = tried(acme, "draw", draw(count=9, tier="4k"))

    assert not {"count.maximum", "tier.enum"} & found.keys()
    assert found["count.minimum"] == "obeyed"


def test_a_rule_with_memory_is_broken_by_what_was_seen(acme: Recorded) -> None:
    batch = acme.contracts[0].operations["batch"]

    found = exercises(batch, {"model": "sketch-1", "id": UUID}, lambda _rule, value: value == UUID)

    assert found["acme.batch.id-unique"] == (Exercise.BROKEN,)


def test_whatever_was_decoded_tries_something_or_nothing(acme: Recorded) -> None:
    roots: list[Any] = [None, 3, "x", [], [[]], {"prompt": {"deep": []}}]
    for root in roots:
        for operation in acme.contracts[0].operations.values():
            assert isinstance(exercises(operation, root), dict)


def test_a_body_that_is_drawn_to_break_one_rule_breaks_it_alone(acme: Recorded) -> None:
    def law(operation: Operation, rule: Rule) -> None:
        found = exercises(operation, illegal(operation, rule))

        broken = [name for name, how in found.items() if Exercise.BROKEN in how]
        assert broken == [rule.statement.id]
        assert Exercise.BROKEN in rule.possible

    cases = [
        (rule.statement.id, (operation, rule))
        for operation in acme.contracts[0].operations.values()
        for rule in operation.rules
        if rule.breakable
    ]
    assert len(cases) > 100
    hold(law, cases)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("acme.draw.count.minimum", "obeyed lower broken"),
        ("acme.draw.count.maximum", "obeyed upper broken"),
        ("acme.draw.tier.enum", "obeyed lower upper broken"),
        ("acme.draw.loop.type", "obeyed broken"),
        ("acme.draw.model.enum", "obeyed broken"),
        ("acme.frame.size-listed", "obeyed lower upper broken"),
    ],
)
def test_a_rule_can_be_tried_where_it_has_limits(acme: Recorded, rule: str, expected: str) -> None:
    (found,) = (each for each in acme.contracts[0].rules() if each.statement.id == rule)

    assert " ".join(found.possible) == expected
