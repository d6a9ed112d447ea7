"""Every rule has minimal pairs: the broken body breaks it alone, the legal one stands beside it."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.generation.pairs import MinimalPair, differences, pairs
from tests.laws import drawn, examples, hold

RULES = {
    operation.name: (operation, rules)
    for name in load.names()
    for operation in load.recorded(name).operations
    if (rules := [rule for rule in operation.rules if rule.breakable])
}
"""The rules of each operation that a body can break."""


@examples(2, 100)
@pytest.mark.parametrize(("operation", "rules"), RULES.values(), ids=RULES)
def test_one_breaks_the_rule_alone_and_the_other_differs_in_one_place_or_in_a_size(
    operation: Operation, rules: list[Rule], examples: int
) -> None:
    drawing = generator(operation)

    def law(rule: Rule, pair: MinimalPair) -> None:
        assert drawing.broken(pair.broken) == {rule.statement.id} == {pair.rule}
        assert drawing.broken(pair.legal) == set()
        assert len(pair.pointers) == 1 or set(pair.pointers) == {"/width", "/height"}

    found = zip(rules, drawn([pairs(drawing, rule) for rule in rules], examples), strict=True)
    cases = ((rule.statement.id, (rule, pair)) for rule, made in found for pair in made)
    hold(law, cases)


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
