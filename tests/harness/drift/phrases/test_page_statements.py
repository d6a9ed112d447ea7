"""What sentences state across parameters, at every provider."""

from __future__ import annotations

import pytest

from imagine_harness.harness.drift.facts import ParameterFact
from imagine_harness.harness.drift.phrases.page_statements import PageStatements
from imagine_harness.harness.drift.phrases.statements import read
from tests.harness.drift.phrases.described import ROWS, facts, parameters

WHAT = "What it is."


@pytest.mark.parametrize("provider", ROWS)
def test_a_value_for_edits_is_allowed_with_an_input_image_or_never(provider: str) -> None:
    found = facts(provider, [("shape", "string", "Its shape, `one`, `two`, image editing `auto`.")])

    rules = [rule for rule in found.rules if rule.entry.get("field") == "shape"]
    assert rules
    assert {(rule.type, *rule.entry["values"]) for rule in rules} == {("allowed_when", "auto")}
    assert "edit" not in {rule.operation for rule in rules}
    assert parameters(found)["shape"].schema["enum"] == ["one", "two", "auto"]


@pytest.mark.parametrize("provider", ROWS)
def test_a_switch_states_the_default_of_what_stands_beside_it(provider: str) -> None:
    switch = ("check", "boolean", "Whether to look. When enabled, defaults to `fast` mode.")

    found = facts(provider, [switch, ("mode", "string", WHAT)])

    assert parameters(found)["mode"].default_when == (("check", True, "fast"),)
    assert found.open_points == ()


@pytest.mark.parametrize("provider", ROWS)
def test_a_rule_of_parameters_that_are_not_there_is_told(provider: str) -> None:
    found = facts(provider, [("it", "string", "Required when `ghost` is given.")])

    assert not any("ghost" in str(rule.entry) for rule in found.rules)
    assert any("ghost" in point.text for point in found.open_points)


def test_limits_of_another_parameter_are_its_own_or_told() -> None:
    statements = PageStatements()
    statements.keywords = [("n", {"maximum": 4}, "A"), ("n", {"maximum": 5}, "B")]

    (fact,), rules = statements.resolve([ParameterFact("task", "n", "A", {"type": "integer"})])

    assert fact.schema == {"type": "integer", "maximum": 4}
    assert [(point.section, point.text) for point in statements.points] == [
        ("B", "n: {'maximum': 5}")
    ]
    assert rules == []


@pytest.mark.parametrize(
    ("text", "schema", "default"),
    [
        ("At most 5.", {"type": "integer", "maximum": 4}, None),
        ("At most 5. No more than 6.", {"type": "integer"}, None),
        ("Must be one of `a`, `b`.", {"enum": ["a", "b", "c"]}, None),
        ("Must be one of `a`, `b`.", {"type": "object"}, None),
        ("Defaults to `b`.", {"type": "string"}, "a"),
        ("We recommend at most 5.", {"type": "integer"}, None),
        ("At most 5 if it is late.", {"type": "integer"}, None),
        ("At most five hundred.", {"type": "integer"}, None),
        ("Two or more words.", {"type": "string"}, None),
        ("At most 1920.", {"type": "string", "format": "size"}, None),
        ("At most 10 MB.", {"type": "array"}, None),
        ("At most 10 MB.", {"type": "integer"}, None),
        ("Takes the model's default of 30 steps.", {"type": "string"}, None),
        ("Allowed values: low, high.", {"type": "string"}, None),
    ],
)
def test_what_is_said_otherwise_or_not_always_is_left(
    text: str, schema: dict[str, object], default: str | None
) -> None:
    found = read(text, "it", schema, default=default)

    assert len(found.left) == 1
    assert found.left[0] in text
    assert found.schema(schema).get("maximum") in (
        schema.get("maximum"),
        5 if ". No" in text else None,
    )
