"""Bodies one after another: legal in their order, or the last of them a repetition."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.contracts.rules.base import Rule
from imagine_harness.harness.generation.bodies import generator
from imagine_harness.harness.generation.sequences import broken, repeating, sequences
from tests.laws import drawn, examples, hold

JUDGED = [
    operation
    for name in load.names()
    for operation in load.recorded(name).operations
    if operation.judged
]
TASK = load.recorded("runware").contracts[0].operations["task"]
UNIQUE = "runware.task.taskUUID.unique"

few = settings(max_examples=20)


def rule(name: str) -> Rule:
    (found,) = [each for each in TASK.rules if each.statement.id == name]
    return found


def ids(bodies: list[Any]) -> list[str]:
    return [body["taskUUID"] for body in bodies]


@examples(3, 200)
def test_every_body_of_a_sequence_is_legal_when_it_is_sent(examples: int) -> None:
    def law(operation: Operation, bodies: list[Any]) -> None:
        assert broken(operation, bodies) == [set()] * len(bodies)

    several = drawn([sequences(generator(operation)) for operation in JUDGED], examples)
    found = zip(JUDGED, several, strict=True)
    hold(law, ((o.name, (o, bodies)) for o, made in found for bodies in made))


@few
@given(bodies=sequences(generator(TASK), 5))
def test_no_two_bodies_of_a_sequence_have_the_same_id(bodies: list[Any]) -> None:
    assert 1 <= len(bodies) <= 5
    assert len(set(ids(bodies))) == len(bodies)


def test_sequences_of_every_length_are_drawn() -> None:
    lengths = set()

    @settings(few, max_examples=30)
    @given(bodies=sequences(generator(TASK), 3))
    def collect(bodies: list[Any]) -> None:
        lengths.add(len(bodies))

    collect()

    assert lengths == {1, 2, 3}


@few
@given(bodies=repeating(generator(TASK), rule(UNIQUE), 4))
def test_the_last_body_alone_repeats_and_breaks_nothing_else(bodies: list[Any]) -> None:
    assert 2 <= len(bodies) <= 4
    assert broken(TASK, bodies) == [set()] * (len(bodies) - 1) + [{UNIQUE}]
    assert ids(bodies)[-1] in ids(bodies)[:-1]


def test_what_was_sent_once_is_remembered_and_what_was_not_is_not() -> None:
    one = generator(TASK).plainest_body({}, None)
    other = {**one, "taskUUID": "9b3f0c52-77a1-4d0e-8c39-5b1f2a6d4e70"}

    assert broken(TASK, [one, other, one, other]) == [set(), set(), {UNIQUE}, {UNIQUE}]


def test_a_rule_without_memory_is_repeated_by_nothing() -> None:
    with pytest.raises(ValueError, match=r"runware\.task\.size-together is of type together"):
        repeating(generator(TASK), rule("runware.task.size-together"))
