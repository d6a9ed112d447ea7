"""What each rule type says of a body, on the operations of an invented provider."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagine_harness.contracts.fields import ABSENT, elements
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import Change, Violation, nothing_seen
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.types import RULE_TYPES
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.generation.bodies import Generator
from tests.laws import drawn, examples, hold

Body = dict[str, Any]
Applied = Callable[[Any, Iterable[Change]], Any]

ACME = Path(__file__).parents[3] / "fixtures" / "contracts" / "acme"
CASES: list[Body] = json.loads((ACME / "violations.json").read_text(encoding="utf-8"))
"""Bodies of the invented provider, and exactly what must be said of them, written by hand."""

ID = "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"
DRAW = {"model": "sketch-1", "prompt": "a tree"}
FRAME = {"model": "sketch-1", "whole": True}
FINISH = {"model": "sketch-1"}


@pytest.fixture
def validator(acme: Recorded) -> Callable[[str], Validator]:
    """The validator of an operation of the invented provider, under the default readings."""
    readings = {reading.id: reading.default for reading in acme.readings.values()}
    return lambda name: Validator(acme.contracts[0].operations[name], readings)


def told(violation: Violation) -> Body:
    """What a case states of a violation."""
    return {
        "rule": violation.rule.split(".", 2)[2],
        "pointer": violation.pointer,
        "message": violation.message,
        "expected": violation.expected,
        "got": None if violation.got is ABSENT else violation.got,
        "fix": [step.as_json() for step in violation.fix],
    }


def as_text(violations: list[Body]) -> str:
    """Comparable text, in which `true`, `1` and `1.0` differ."""
    return json.dumps(violations, indent=1)


def broken(validator: Validator, body: object) -> list[tuple[str, str]]:
    return [(each["rule"], each["pointer"]) for each in map(told, validator.violations(body))]


def test_a_body_breaks_exactly_what_is_stated(validator: Callable[[str], Validator]) -> None:
    def law(case: Body) -> None:
        found = [told(each) for each in validator(case["operation"]).violations(case["body"])]

        assert as_text(found) == as_text(case["violations"])

    hold(law, ((f"{c['operation']}: {c['title']}", (c,)) for c in CASES))


def test_what_a_rule_compiles_to_refuses_exactly_what_is_stated_of_it(acme: Recorded) -> None:
    operations = acme.contracts[0].operations
    schemas = {
        name: {
            rule.statement.id.split(".", 2)[2]: Draft202012Validator(rule.as_schema())
            for rule in operation.rules
        }
        for name, operation in operations.items()
    }

    def law(case: Body) -> None:
        for prefix, root in elements(case["body"], operations[case["operation"]].subject):
            stated = [v["rule"] for v in case["violations"] if v["pointer"].startswith(prefix)]
            known = schemas[case["operation"]].items()

            assert {name for name, each in known if not each.is_valid(root)} == set(stated)

    hold(law, ((f"{c['operation']}: {c['title']}", (c,)) for c in CASES))


def test_every_rule_type_that_a_body_can_break_alone_is_stated(acme: Recorded) -> None:
    kinds = {
        rule.statement.id.split(".", 2)[2]: rule.kind
        for operation in acme.contracts[0].operations.values()
        for rule in operation.rules
    }
    stated = {kinds[each["rule"]] for case in CASES for each in case["violations"]}

    assert set(kinds.values()) - stated == {"nearest", "precedence", "properties", "unique"}


def test_the_invented_provider_has_every_rule_type_and_in_each_a_group_of_several(
    acme: Recorded,
) -> None:
    rules = [rule for each in acme.contracts[0].operations.values() for rule in each.rules]
    grouped = {type(rule) for rule in rules if hasattr(rule, "groups")}
    several = {
        type(rule) for rule in rules for group in getattr(rule, "groups", ()) if len(group) > 1
    }

    assert {type(rule) for rule in rules} == set(RULE_TYPES.values())
    assert several == grouped


def test_every_wrong_item_is_a_violation_of_its_own(
    validator: Callable[[str], Validator],
) -> None:
    found = broken(validator("draw"), DRAW | {"colours": [1, "red", None]})

    assert found == [("colours.items", "/colours/0"), ("colours.items", "/colours/2")]


def test_a_wrong_value_inside_an_object_breaks_its_properties(
    validator: Callable[[str], Validator],
) -> None:
    found = broken(validator("draw"), DRAW | {"anchor": {"x": -1, "y": 1}})

    assert found == [("anchor.properties", "/anchor")]


@pytest.mark.parametrize(
    ("body", "shown"), [([], "[]"), ("text", '"text"'), (None, "null"), (7, "7"), (True, "true")]
)
def test_a_body_that_is_no_object_breaks_its_type_alone(
    validator: Callable[[str], Validator], body: object, shown: str
) -> None:
    (found,) = validator("draw").violations(body)

    assert (found.rule, found.pointer, found.message, found.fix) == (
        "acme.draw.body.type",
        "",
        f"body must be an object, got {shown}",
        (),
    )


def test_a_pointer_escapes_what_stands_in_keys(validator: Callable[[str], Validator]) -> None:
    (found,) = validator("draw").violations(DRAW | {"a/b~c": 1})

    assert (found.pointer, found.fix) == ("/a~1b~0c", (Change("remove", "/a~1b~0c"),))


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        pytest.param({"width": True, "height": 1024}, {"width.type"}, id="a_boolean_is_in_no_row"),
        pytest.param({"width": "1024", "height": 1024}, {"width.type"}, id="a_text_is_in_no_row"),
        pytest.param(
            {"width": 1024, "preset": "small"},
            {"size-together", "size-or-preset"},
            id="half_a_group_counts_for_excludes",
        ),
        pytest.param(
            {"width": None, "height": None}, {"width.type", "height.type"}, id="null_is_given"
        ),
    ],
)
def test_a_rule_across_parameters_leaves_types_to_others(
    validator: Callable[[str], Validator], extra: Body, expected: set[str]
) -> None:
    assert {rule for rule, _ in broken(validator("frame"), FRAME | extra)} == expected


def test_a_condition_on_true_does_not_hold_for_1(validator: Callable[[str], Validator]) -> None:
    found = broken(validator("finish"), FINISH | {"keep": 60, "store": 1})

    assert {rule for rule, _ in found} == {"store.type", "keep-when-stored"}


@pytest.mark.parametrize("body", [{}, None, "text", {"id": "x"}])
def test_a_body_without_elements_breaks_no_rule_and_is_not_accepted(
    validator: Callable[[str], Validator], body: object
) -> None:
    assert (broken(validator("batch"), body), validator("batch").accepts(body)) == ([], False)


def test_a_value_that_was_seen_is_not_unique(validator: Callable[[str], Validator]) -> None:
    asked: list[tuple[str, object]] = []

    def seen(rule: str, value: object) -> bool:
        asked.append((rule, value))
        return len(asked) > 1

    element = {"model": "sketch-1", "id": ID}
    (found,) = validator("batch").violations([element, element], seen)

    assert asked == [("acme.batch.id-unique", ID)] * 2
    assert (found.rule, found.pointer, found.message, found.fix) == (
        "acme.batch.id-unique",
        "/1/id",
        f"id must be unique, {ID} was used before",
        (),
    )


@pytest.mark.parametrize(
    ("operation", "body", "levels"),
    [
        pytest.param("draw", DRAW | {"count": 5}, ["error"], id="documented"),
        pytest.param("draw", DRAW | {"colour": 1}, ["warning"], id="observed_with_a_reading"),
        pytest.param("frame", {"model": "sketch-1"}, ["warning"], id="documented_with_a_reading"),
        pytest.param(
            "finish", FINISH | {"keep": 60, "store": False}, ["warning"], id="accepted_unused"
        ),
    ],
)
def test_a_violation_refuses_only_where_its_rule_is_enforced(
    validator: Callable[[str], Validator], operation: str, body: Body, levels: list[str]
) -> None:
    found = validator(operation).violations(body)

    assert [str(violation.level) for violation in found] == levels
    assert validator(operation).accepts(body) == ("error" not in levels)


@pytest.mark.parametrize(
    ("operation", "body"),
    [("draw", DRAW | {"colour": 1}), ("frame", {"model": "sketch-1"})],
)
def test_a_reading_turns_a_warning_into_a_refusal(
    acme: Recorded, operation: str, body: Body
) -> None:
    strict = {each.id: each.strict or each.default for each in acme.readings.values()}
    validator = Validator(acme.contracts[0].operations[operation], strict)

    assert [str(violation.level) for violation in validator.violations(body)] == ["error"]


@examples(3, 500)
def test_an_invented_rule_has_the_four_faces_too(
    acme: Recorded, applied: Applied, examples: int
) -> None:
    kept = {"nearest", "precedence", "unique"}
    rules = [
        (generator, rule)
        for generator in map(Generator, acme.contracts[0].operations.values())
        for rule in generator.operation.rules
        if rule.kind not in kept
    ]

    schemas = {id(rule): Draft202012Validator(rule.as_schema()) for _, rule in rules}

    def law(generator: Generator, rule: Rule, good: Body, bad: Body) -> None:
        schema = schemas[id(rule)]

        assert generator.broken(good) == set()
        assert generator.broken(bad) == {rule.statement.id}
        assert [schema.is_valid(good), schema.is_valid(bad)] == [True, False]

        for violation in rule.check(bad, nothing_seen):
            if violation.fix:
                left = rule.check(applied(bad, violation.fix), nothing_seen)

                assert violation.pointer not in {each.pointer for each in left}

    both = [st.tuples(each.obeying(rule), each.breaking(rule)) for each, rule in rules]
    cases = (
        (rule.statement.id, (generator, rule, *two))
        for (generator, rule), made in zip(rules, drawn(both, examples), strict=True)
        for two in made
    )
    hold(law, cases)


def test_of_one_rule_so_many_violations_are_found_and_of_every_rule_some(
    validator: Callable[[str], Validator],
) -> None:
    body = {"model": 1, **{f"key{number}": 1 for number in range(5_000)}}

    found = validator("draw").violations_of(body, most=7)

    rules = Counter(each.rule for each in found)
    assert max(rules.values()) == 7
    assert {rule.rpartition(".")[2] for rule in rules} >= {"undeclared", "required"}


def test_a_long_unknown_name_is_cut_and_the_object_is_pointed_at(
    validator: Callable[[str], Validator],
) -> None:
    (found,) = validator("draw").violations(DRAW | {"x\n" * 100_000: 1})

    assert (found.pointer, found.fix) == ("", ())
    assert found.message.isprintable()
    assert len(found.message) < 2_000
