"""The law of the four faces, for every rule of every contract on record, one rule at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import Any

import pytest
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from imagine_harness.contracts.expected import ExpectedAnswer, expected_answer
from imagine_harness.contracts.fields import ABSENT, Patch, patched
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import Change, Document, nothing_seen
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.contracts.rules.conversions import Nearest, Precedence
from imagine_harness.contracts.rules.keywords import KEYWORDS
from imagine_harness.contracts.rules.single import Constraint
from imagine_harness.contracts.rules.types import RULE_TYPES
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.generation.bodies import Generator, generator
from tests.laws import drawn, examples, hold

Readings = dict[str, str]
Documents = Mapping[str, Document]
Applied = Callable[[Any, Iterable[Change]], Any]

NEVER_BROKEN = {"precedence", "nearest"}
WITH_MEMORY = {"unique"}
MENDED = {
    "allowed_when",
    "closed",
    "excludes",
    "ignored_when",
    "maxItems",
    "maxLength",
    "maximum",
    "minimum",
    "one_of",
    "required",
    "requires_when",
    "table",
    "together",
}
"""Kinds whose violations always come with a fix."""


class Case:
    """One rule in its surroundings; shown by its id, since the rest is long."""

    def __init__(
        self, rule: Rule, documents: Documents, generator: Generator, validator: Validator
    ) -> None:
        self.id = rule.statement.id
        self.rule = rule
        self.documents = documents
        self.generator = generator
        self.operation = generator.operation
        self.validator = validator
        """All rules of the operation, together."""

    @cached_property
    def alone(self) -> Draft202012Validator:
        """What the rule compiles to."""
        return Draft202012Validator(self.rule.as_schema())

    def __repr__(self) -> str:
        return self.id

    def violated(self, root: object) -> set[str]:
        """The ids of all rules that a root breaks."""
        return {violation.rule for violation in self.validator.violations_of(root)}

    def promised(self, root: object) -> ExpectedAnswer:
        """What the answer must be where this rule is in force."""
        readings = dict(self.validator.readings)
        if self.rule.statement.reading and self.rule.statement.choice:
            readings[self.rule.statement.reading] = self.rule.statement.choice
        return expected_answer(self.operation, root, readings)


def recorded_cases() -> Iterable[Case]:
    for provider in load.names():
        recorded = load.recorded(provider)
        readings = {reading.id: reading.default for reading in recorded.readings.values()}
        shared = recorded.provider.documents
        parts = [
            (contract.operations, {**shared, **contract.documents})
            for contract in recorded.contracts
        ]
        for operations, documents in (*parts, (recorded.platform, shared)):
            for operation in operations.values():
                drawing, validator = generator(operation), Validator(operation, readings)
                for rule in operation.rules:
                    yield Case(rule, documents, drawing, validator)


CASES = tuple(recorded_cases())


def of_kinds(kinds: set[str]) -> list[Any]:
    """The cases of rules of some kinds, as parameters of a test that are called by their ids."""
    return [pytest.param(case, id=case.id) for case in CASES if case.rule.kind in kinds]


def by_operation(without: set[str]) -> list[Any]:
    """The cases of each operation, as parameters of a test, but for rules of some kinds."""
    found: dict[str, list[Case]] = {}
    for case in CASES:
        if case.rule.kind not in without:
            found.setdefault(case.operation.name, []).append(case)
    return [pytest.param(cases, id=name) for name, cases in found.items()]


def obeying(cases: Iterable[Case], examples: int) -> list[list[Any]]:
    return drawn([case.generator.obeying(case.rule) for case in cases], examples)


def breaking(cases: Iterable[Case], examples: int) -> list[list[Any]]:
    return drawn([case.generator.breaking(case.rule) for case in cases], examples)


@examples(2, 200)
@pytest.mark.parametrize("cases", by_operation(without=set()))
def test_a_body_drawn_to_obey_a_rule_breaks_nothing(cases: list[Case], examples: int) -> None:
    def law(case: Case, root: Any) -> None:
        assert case.validator.violations_of(root) == []
        assert case.validator.is_clean(root)
        assert case.alone.is_valid(root)

    bodies = zip(cases, obeying(cases, examples), strict=True)
    hold(law, ((case.id, (case, root)) for case, roots in bodies for root in roots))


@examples(2, 200)
@pytest.mark.parametrize("cases", by_operation(without=NEVER_BROKEN | WITH_MEMORY))
def test_a_body_drawn_to_break_a_rule_breaks_it_alone_and_can_be_mended(
    cases: list[Case], examples: int, applied: Applied
) -> None:
    def law(case: Case, root: Any) -> None:
        assert case.violated(root) == {case.id}
        assert not case.validator.is_clean(root)
        assert not case.alone.is_valid(root)

        for violation in case.rule.check(root, nothing_seen):
            assert violation.fix or case.rule.kind not in MENDED
            if violation.fix:
                mended = applied(root, violation.fix)
                left = {each.pointer for each in case.rule.check(mended, nothing_seen)}

                assert violation.pointer not in left

    bodies = zip(cases, breaking(cases, examples), strict=True)
    hold(law, ((case.id, (case, root)) for case, roots in bodies for root in roots))


@examples(2, 200)
@pytest.mark.parametrize("case", of_kinds(WITH_MEMORY))
def test_a_value_that_must_be_unique_is_refused_the_second_time(case: Case, examples: int) -> None:
    for root in obeying([case], examples)[0]:
        known: set[object] = set()

        def seen(rule: str, value: object, known: set[object] = known) -> bool:
            before = (rule, value) in known
            known.add((rule, value))
            return before

        first = {violation.rule for violation in case.validator.violations_of(root, seen)}
        second = {violation.rule for violation in case.validator.violations_of(root, seen)}

        assert [first, second] == [set(), {case.id}]


@examples(15, 1_000)
@pytest.mark.parametrize("case", of_kinds({"precedence"}))
def test_what_loses_changes_nothing_beside_what_wins(case: Case, examples: int) -> None:
    rule = case.rule
    assert isinstance(rule, Precedence)
    losers: Patch = {p.path: ABSENT for group in rule.groups[1:] for p in group}
    for body, both in drawn([st.tuples(case.generator.bodies(), rule.negative())], examples)[0]:
        asked = patched(body, both)

        assert case.promised(asked) == case.promised(patched(asked, losers))


def winners_over(case: Case) -> Patch:
    """The patch that removes what would win over the rule's parameter."""
    winners: Patch = {}
    for rule in case.operation.rules:
        if isinstance(rule, Precedence):
            for place, group in enumerate(rule.groups):
                if case.rule.parameters[0] in group:
                    above = [p for before in rule.groups[:place] for p in before]
                    winners = {**winners, **{p.path: ABSENT for p in above}}
    return winners


NUMBERS = st.one_of(
    st.integers(1, 999_999).map(str),
    st.tuples(st.integers(1, 9_999), st.integers(1, 9)).map(lambda n: f"{n[0]}.{n[1]}"),
    st.integers(1, 9).map(lambda n: f"0.{n}"),
)
ACCEPTED = {
    "ratio": st.one_of(st.just("auto"), st.tuples(NUMBERS, NUMBERS).map(":".join)),
    "tier": st.one_of(st.just("auto"), NUMBERS, NUMBERS.map("{}K".format)),
}


@examples(25, 2_000)
@pytest.mark.parametrize("case", of_kinds({"nearest"}))
def test_any_accepted_value_is_served_as_some_listed_one(case: Case, examples: int) -> None:
    rule = case.rule
    assert isinstance(rule, Nearest)
    accepted = ACCEPTED[rule.parameter.schema["format"]]
    for drawn_body, value in drawn([st.tuples(case.generator.bodies(), accepted)], examples)[0]:
        body = patched(drawn_body, winners_over(case))
        sent = patched(body, {rule.parameter.path: value})
        listed = [patched(body, {rule.parameter.path: each}) for each in rule.listed]

        assert case.violated(sent) == set()
        assert case.promised(sent) in [case.promised(each) for each in listed]


@examples(2, 200)
@pytest.mark.parametrize("case", of_kinds({"nearest"}))
def test_a_listed_value_is_served_as_itself(case: Case, examples: int) -> None:
    rule = case.rule
    assert isinstance(rule, Nearest)
    for drawn_body in drawn([case.generator.bodies()], examples)[0]:
        body = patched(drawn_body, winners_over(case))
        for value in [each for each in rule.listed if each != "auto"]:
            made = case.promised(patched(body, {rule.parameter.path: value}))

            if ":" in value:
                width, height = map(float, value.split(":"))
                assert made.width / made.height == pytest.approx(width / height, rel=0.01)
            else:
                side = 1024 * float(value.rstrip("kK"))
                assert (made.width * made.height) ** 0.5 == pytest.approx(side, rel=0.01)


def test_the_source_of_every_rule_is_a_section_of_a_recorded_document() -> None:
    for case in CASES:
        source = case.rule.statement.source

        assert case.documents[source.document.id] == source.document, case
        assert source.section != "", case


def test_the_id_of_every_rule_begins_with_its_operation() -> None:
    assert [c.id for c in CASES if not c.id.startswith(f"{c.operation.name}.")] == []


@pytest.mark.parametrize("provider", load.names())
def test_no_two_rules_of_a_provider_share_an_id(provider: str) -> None:
    counted = Counter(
        (case.id, case.operation.models) for case in CASES if case.operation.provider == provider
    )

    assert {rule for rule, times in counted.items() if times > 1} == set()


def test_the_kind_of_every_rule_is_a_rule_type_or_a_keyword() -> None:
    for case in CASES:
        by_keyword = isinstance(case.rule, Constraint)

        assert case.rule.kind in (KEYWORDS if by_keyword else RULE_TYPES), case


def test_every_rule_type_is_used_by_some_contract_on_record() -> None:
    used = {name for name, made in RULE_TYPES.items() for case in CASES if type(case.rule) is made}

    assert used == set(RULE_TYPES)


def test_every_keyword_is_used_by_some_contract_on_record() -> None:
    used = {case.rule.kind for case in CASES if isinstance(case.rule, Constraint)}

    assert used == set(KEYWORDS)
