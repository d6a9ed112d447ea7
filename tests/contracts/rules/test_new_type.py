"""A class and a row in the list of rule types are all that a new type takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.exercises import Exercise
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.coverage.coverage import unexercised
from imagine_harness.harness.coverage.exercise import exercises
from imagine_harness.harness.drift import contract_facts
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.page_facts import Area
from imagine_harness.harness.drift.recording.removal import remove_mentions
from imagine_harness.harness.generation.bodies import Generator
from imagine_harness.harness.generation.pairs import pairs
from imagine_harness.harness.generation.plainest import illegal, legal
from tests.contracts.rules.rivals import Rivals
from tests.laws import drawn


def body(**switches: bool) -> dict[str, Any]:
    return {"model": "switch-1", **switches}


@pytest.fixture
def generator(contract: Contract) -> Generator:
    return Generator(contract.operations["switch"])


@pytest.fixture
def rule(contract: Contract) -> Rule:
    (found,) = (each for each in contract.rules() if isinstance(each, Rivals))
    return found


def test_a_rule_of_a_new_type_is_loaded_and_checked(contract: Contract, rule: Rule) -> None:
    validator = Validator(contract.operations["switch"], {"undeclared-keys": "ignored"})
    good, bad = body(left=True, right=False), body(left=True, right=True, third=True)

    (found,) = validator.violations(bad)

    assert rule.statement.id == "acme.switch.one-at-most"
    assert [p.name for p in rule.parameters] == ["left", "right"]
    assert (found.rule, found.kind, found.pointer) == (rule.statement.id, "rivals", "/right")
    assert (found.message, str(found.source)) == (
        "right is true beside left",
        "https://acme.example/switches#Switches",
    )
    assert validator.violations(good) == []
    assert [validator.is_clean(each) for each in (good, bad)] == [True, False]


def test_a_rule_of_a_new_type_is_drawn_both_ways_and_compiled(
    generator: Generator, rule: Rule
) -> None:
    schema = Draft202012Validator(rule.as_schema())
    obeying, breaking, free = drawn(
        [generator.obeying(rule), generator.breaking(rule), generator.bodies()], 40
    )

    assert {frozenset(generator.broken(each)) for each in (*obeying, *free)} == {frozenset()}
    assert {frozenset(generator.broken(each)) for each in breaking} == {
        frozenset({rule.statement.id})
    }
    assert all(schema.is_valid(each) for each in (*obeying, *free))
    assert not any(schema.is_valid(each) for each in breaking)
    assert any(each.get("left") is True and "right" in each for each in free)


def test_a_rule_of_a_new_type_has_examples_and_minimal_pairs(
    generator: Generator, rule: Rule
) -> None:
    operation = generator.operation
    ((pair, *_),) = drawn([pairs(generator, rule)], 1)

    assert generator.broken(legal(operation, rule)) == set()
    assert generator.broken(illegal(operation, rule)) == {rule.statement.id}
    assert (pair.rule, generator.broken(pair.legal)) == (rule.statement.id, set())


def test_a_rule_of_a_new_type_is_covered(contract: Contract, rule: Rule) -> None:
    operation = contract.operations["switch"]
    name = rule.statement.id
    bodies = [body(third=True), body(left=True), body(left=True, right=True)]

    tried = [exercises(operation, each).get(name) for each in bodies]
    coverage = unexercised([operation], [load.recorded("acme")])

    assert tried == [None, (Exercise.OBEYED,), (Exercise.BROKEN,)]
    assert coverage.lines[name].possible == (Exercise.OBEYED, Exercise.BROKEN)


@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        (["left", "right", "third"], "request-rule-tightened"),
        (["right", "left"], None),
        (["left", "third"], "request-rule-removed"),
        (None, "request-rule-removed"),
    ],
)
def test_a_rule_of_a_new_type_is_compared_with_its_page(
    contract: Contract, fields: list[str] | None, kind: str | None
) -> None:
    before = contract_facts.facts(contract)
    (known,) = before.rules
    now = () if fields is None else (replace(known, entry={"fields": fields}, id=""),)
    page = replace(before, rules=now, reached=frozenset((area, None) for area in Area))

    found = compare(before, page).findings

    assert [each.kind for each in found][:1] == ([] if kind is None else [kind])


@pytest.mark.parametrize(
    ("fields", "left"),
    [(["left", "right", "third"], ["left", "right"]), (["left", "third"], None)],
)
def test_a_rule_of_a_new_type_goes_when_too_few_of_its_parameters_are_left(
    contract: Contract, fields: list[str], left: list[str] | None
) -> None:
    entry: dict[str, Any] = {"rule": [{"type": "rivals", "fields": fields}]}

    remove_mentions(entry, "third")

    assert [each["fields"] for each in entry.get("rule", [])] == ([] if left is None else [left])
