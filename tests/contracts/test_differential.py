"""Two validators, the rules' own checks and the verdict agree on bodies good, bad and absurd."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from itertools import chain
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn
from jsonschema import Draft202012Validator

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.generation.bodies import generator
from tests.laws import TOGETHER, drawn, examples, hold

UNBROKEN = {"precedence", "nearest", "unique"}
"""Kinds that no single body breaks."""

OPERATIONS = (
    *("cloudflare.generate", "cloudflare.generate-by-path"),
    *("fal.generate", "fal.edit", "lumenfall.generate", "lumenfall.edit", "runware.task"),
    *("openai.generate", "openai.edit"),
    *("uniall.task", "uniall.generate", "uniall.edit", "xai.generate", "xai.edit"),
)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 22),
    st.sampled_from([-(2**63), 2**63, 2**64, 10**30, 0.0, -0.0, 0.5, 1.0, 20.0, 1e300, 2592001]),
    st.sampled_from(["", "1", "auto", "16:9", "1:1\n", "1024x1024", "2K", "https://e.x/\u2028"]),
    st.text(max_size=4),
)
SMALL = st.recursive(
    SCALARS,
    lambda inside: st.one_of(
        st.lists(inside, max_size=3),
        st.dictionaries(st.sampled_from(["url", "image", "mode", "x"]), inside, max_size=3),
    ),
    max_leaves=6,
)


class Judges:
    """All that judges one operation's bodies, built once."""

    def __init__(self, name: str) -> None:
        provider, _, own = name.partition(".")
        recorded = load.recorded(provider)
        operation = recorded.contracts[0].operations[own]
        readings = {reading.id: reading.default for reading in recorded.readings.values()}
        self.generator = generator(operation)
        self.rules = [rule for rule in operation.rules if rule.kind not in UNBROKEN]
        self.many = operation.subject.startswith("/*")
        self.validator = Validator(operation, readings)
        self.reference = Draft202012Validator(self.validator.schema)
        self.fast = jsonschema_rs.Draft202012Validator(self.validator.schema)
        self.strict_reference = Draft202012Validator(self.validator.strict_schema)
        self.strict_fast = jsonschema_rs.Draft202012Validator(self.validator.strict_schema)

    def agree(self, root: object) -> None:
        """Fail where two of the judges disagree about a root."""
        body = [root] if self.many else root
        clean = not self.validator.violations_of(root)
        lenient = [self.reference.is_valid(body), self.fast.is_valid(body)]
        strict = [self.strict_reference.is_valid(body), self.strict_fast.is_valid(body)]

        assert lenient == [self.validator.accepts(body)] * 2
        assert strict == [clean] * 2
        assert self.validator.is_clean(root) == clean


@cache
def judges(name: str) -> Judges:
    return Judges(name)


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container inside `value` with every key or index of it."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    for key in keys:
        yield value, key
        yield from places(value[key])


@st.composite
def roots(draw: DrawFn, name: str) -> Any:
    """A root that obeys, that breaks one rule, that was mutated, or that is anything at all."""
    judged = judges(name)
    kind = draw(st.sampled_from(["good", "broken", "deleted", "replaced", "added", "anything"]))
    if kind == "anything":
        return draw(SMALL)
    if kind == "broken":
        return draw(judged.generator.breaking(draw(st.sampled_from(judged.rules))))
    root = copy.deepcopy(draw(judged.generator.bodies()))
    if kind == "good":
        return root
    container, key = draw(st.sampled_from(list(places(root))))
    if kind == "deleted":
        del container[key]
    elif kind == "replaced":
        container[key] = draw(SMALL)
    else:
        names = sorted(judged.generator.operation.parameters)
        root[draw(st.sampled_from([*names, "undeclared"]))] = draw(SMALL)
    return root


@pytest.mark.parametrize("name", OPERATIONS)
def test_all_judges_agree_on_any_body(name: str) -> None:
    several = drawn([roots(name)] * TOGETHER, 4)
    for root in chain.from_iterable(several):
        judges(name).agree(root)


@pytest.mark.campaign
@pytest.mark.parametrize("name", OPERATIONS)
@settings(
    derandomize=False,
    max_examples=20_000,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_all_judges_agree_on_very_many_bodies(name: str, data: st.DataObject) -> None:
    judges(name).agree(data.draw(roots(name)))


@examples(60, 5_000)
def test_a_whole_body_that_is_anything_is_judged_as_the_schema_says(examples: int) -> None:
    def law(judged: Judges, value: object) -> None:
        verdicts = [judged.reference.is_valid(value), judged.fast.is_valid(value)]

        assert verdicts == [judged.validator.accepts(value)] * 2

    (values,) = drawn([SMALL], examples)
    hold(law, ((n, (judges(n), value)) for n in OPERATIONS for value in values))


def test_every_operation_with_a_body_is_held_against_the_reference() -> None:
    with_body = {
        operation.name
        for provider in load.names()
        for contract in load.recorded(provider).contracts
        for operation in contract.operations.values()
        if operation.content
    }

    assert with_body == set(OPERATIONS)
