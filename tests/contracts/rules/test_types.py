"""The one list of rule types: a class and a row in it are all that a new type takes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

import pytest
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from jsonschema import Draft202012Validator

from imagine_harness.contracts.fields import Patch, Schema, get, nested, pointer
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.loading.load import Recorded
from imagine_harness.contracts.model import (
    Change,
    ContractError,
    Parameter,
    Seen,
    Statement,
    Violation,
)
from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.rules import types
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.conditions import absent_patch, given_patch
from imagine_harness.contracts.rules.context import Entry, RuleContext
from imagine_harness.contracts.rules.exercises import Exercise
from imagine_harness.contracts.rules.keys import NAMES, keyed
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
from tests.laws import drawn

ACME = Path(__file__).parents[3] / "fixtures" / "contracts" / "acme"

MODEL = """
model    = "switch-1"
recorded = 2026-11-21

[documents.page]
url  = "https://acme.example/switches"
read = 2026-11-21

[operation.switch]
method  = "POST"
path    = "/v1/switch"
content = ["application/json"]
source  = "page#Switches"

[operation.switch.parameters]
left  = { type = "boolean" }
right = { type = "boolean" }
third = { type = "boolean" }

[[operation.switch.rule]]
id     = "one-at-most"
type   = "rivals"
fields = ["left", "right"]
source = "page#Switches"
"""


@dataclass(frozen=True, repr=False)
class Rivals(Rule):
    """At most one of the parameters is true."""

    statement: Statement
    members: tuple[Parameter, ...]
    kind: str = "rivals"

    needs = keyed(fields=NAMES)
    fewest = 2
    wider_is_looser = False

    @classmethod
    def parse(cls, statement: Statement, entry: Entry, context: RuleContext) -> Self:
        return cls(statement, context.fields(entry))

    @property
    def parameters(self) -> tuple[Parameter, ...]:
        return self.members

    def check(self, body: object, seen: Seen) -> Iterator[Violation]:
        there = [p for p in self.members if get(body, p.path) is True]
        if len(there) > 1:
            yield self.violation(
                pointer(there[1].path),
                f"{there[1].name} is true beside {there[0].name}",
                names=[p.name for p in there],
                expected=False,
                got=True,
                fix=[Change("remove", pointer(p.path)) for p in there[1:]],
            )

    def positive(self) -> SearchStrategy[Patch]:
        one = st.sampled_from(self.members).flatmap(lambda p: given_patch((p,)))
        return one.map(lambda patch: {**absent_patch((self.members,)), **patch})

    def negative(self) -> SearchStrategy[Patch]:
        return st.just({p.path: True for p in self.members})

    def as_schema(self) -> Schema:
        rest = [tuple(p for p in self.members if p is not each) for each in self.members]
        at_most_one = [{"allOf": [self._not_true(p) for p in others]} for others in rest]
        return {"anyOf": at_most_one}

    @staticmethod
    def _not_true(parameter: Parameter) -> Schema:
        return nested(parameter.path, {"not": {"const": True}})

    def named(self, parameter: Parameter) -> tuple[object, ...]:
        return (True,) if parameter in self.members else ()


def body(**switches: bool) -> dict[str, Any]:
    return {"model": "switch-1", **switches}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of contracts with one model, whose rule is of a type that nobody knows."""
    monkeypatch.setattr(load, "ROOT", tmp_path)
    (tmp_path / "acme").mkdir()
    shutil.copy(ACME / "provider.toml", tmp_path / "acme")
    (tmp_path / "acme" / "switch.toml").write_text(MODEL, encoding="utf-8")
    load.provider.cache_clear()
    load.recorded.cache_clear()
    yield tmp_path
    load.provider.cache_clear()
    load.recorded.cache_clear()


@pytest.fixture
def contract(root: Path, monkeypatch: pytest.MonkeyPatch) -> Contract:
    """The model, once the type has its row."""
    more = {**types.RULE_TYPES, "rivals": Rivals}
    monkeypatch.setattr(types, "RULE_TYPES", MappingProxyType(more))
    (found,) = load.recorded("acme").contracts
    return found


@pytest.fixture
def generator(contract: Contract) -> Generator:
    return Generator(contract.operations["switch"])


@pytest.fixture
def rule(contract: Contract) -> Rule:
    (found,) = (each for each in contract.rules() if isinstance(each, Rivals))
    return found


def test_a_type_without_a_row_is_refused_with_those_that_have_one(root: Path) -> None:
    with pytest.raises(ContractError, match=r"'rivals' is none of table, together, .*constraint"):
        load.recorded("acme")


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("", "a rule of type rivals needs the key 'fields'"),
        ("fields = []", r"operation.switch.rule.0.fields: \[\] "),
        ('fields = ["left"]\ngroups = ["left"]', "a rule of type rivals has no key 'groups', it "),
        ('fields = ["left", "wright"]', "no parameter 'wright', known: .*; did you mean 'right'"),
    ],
)
def test_the_keys_of_a_new_type_are_checked(
    contract: Contract, root: Path, entry: str, said: str
) -> None:
    text = MODEL.replace('fields = ["left", "right"]', entry)
    (root / "acme" / "switch.toml").write_text(text, encoding="utf-8")
    load.recorded.cache_clear()

    with pytest.raises(ContractError, match=said):
        load.recorded("acme")


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


def test_so_many_parameters_a_rule_needs_and_so_more_of_them_change_what_it_allows() -> None:
    told = {
        name: (made.fewest, made.wider_is_looser, made.demanding)
        for name, made in types.in_entries().items()
        if (made.fewest, made.wider_is_looser, made.demanding) != (None, None, False)
    }

    assert told == {
        "excludes": (2, False, False),
        "one_of": (1, True, True),
        "precedence": (2, None, False),
        "requires_when": (1, True, True),
        "together": (2, False, False),
    }


def test_what_keywords_and_lists_of_sizes_state_is_not_compared_as_a_rule() -> None:
    compared = {name: made.compared for name, made in types.RULE_TYPES.items()}

    assert {name for name, each in compared.items() if not each} == {
        "constraint",
        "required",
        "table",
    }


def test_a_key_means_the_same_in_every_type() -> None:
    meant: dict[str, Schema] = {}
    for made in types.in_entries().values():
        for key, schema in {**(made.needs or {}), **made.takes}.items():
            assert meant.setdefault(key, schema) == schema, (made, key)

    assert "fields" in meant


def test_what_only_a_parameters_line_states_is_of_no_entry(acme: Recorded) -> None:
    statement = next(acme.contracts[0].rules()).statement

    assert set(types.RULE_TYPES) - set(types.in_entries()) == {"required"}
    with pytest.raises(NotImplementedError, match="no entry states a rule of type required"):
        types.rule_type("required").parse(
            statement, {"type": "required"}, RuleContext("here", {}, ())
        )
