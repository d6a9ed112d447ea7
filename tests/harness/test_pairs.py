"""Every rule has minimal pairs: the broken body breaks it alone, the legal one stands beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts import load
from contracts.rules import BEHAVIOUR
from harness.generate import Generator
from harness.pairs import differences, pairs


def rules() -> Iterator[Any]:
    for provider in load.names():
        for operation in load.recorded(provider).operations:
            generator = Generator(operation)
            for rule in operation.rules:
                if rule.kind not in {*BEHAVIOUR, "unique"}:
                    yield pytest.param(generator, rule, id=rule.statement.id)


RULES = list(rules())


@pytest.mark.parametrize(("generator", "rule"), RULES)
@settings(max_examples=4)
@given(data=st.data())
def test_one_breaks_the_rule_alone_and_the_other_differs_in_one_place_or_in_a_size(
    generator: Generator, rule: Any, data: st.DataObject
) -> None:
    pair = data.draw(pairs(generator, rule))

    assert generator.broken(pair.broken) == {rule.statement.id} == {pair.rule}
    assert generator.broken(pair.legal) == set()
    assert len(pair.pointers) == 1 or set(pair.pointers) == {"/width", "/height"}


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ({"n": 1}, {"n": 1}, []),
        ({"n": 1}, {"n": True}, ["/n"]),
        ({"n": 1}, {"n": 1, "m": None}, ["/m"]),
        ({"a": {"b": 1, "c": 2}}, {"a": {"b": 1, "c": 3}}, ["/a/c"]),
        ({"a": {"b": 1}}, {"a": []}, ["/a"]),
        ({"a/b": [1]}, {"a/b": [1, 2]}, ["/a~1b"]),
        ([], {}, [""]),
    ],
)
def test_differences_are_told_where_they_begin(
    one: object, other: object, expected: list[str]
) -> None:
    assert list(differences(one, other)) == expected
