"""The life of a task."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagine_harness.contracts.lifecycle import TaskLifecycle
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation

XAI = load.recorded("xai")
GENERATE = XAI.contracts[0].operations["generate"]


@pytest.fixture
def life() -> TaskLifecycle:
    follows = {"a": ("b",), "b": ("c", "d"), "c": ("b",), "d": ()}
    return replace(XAI.provider.lifecycles[0], follows=follows, succeeded="d")


@pytest.mark.parametrize(
    ("state", "right"), [("a", "abcd"), ("b", "bcd"), ("c", "bcd"), ("d", "d")]
)
def test_every_state_on_a_way_from_one_may_be_seen_after_it(
    state: str, right: str, life: TaskLifecycle
) -> None:
    assert life.reachable(state) == set(right)
    assert life.terminal_states == {"d"}


@pytest.mark.parametrize(
    ("root", "made"),
    [
        ({"prompt": "a", "deferred": True}, True),
        ({"prompt": "a", "deferred": False}, False),
        ({"prompt": "a"}, False),
    ],
)
def test_a_call_makes_a_task_where_it_says_what_it_must(
    root: dict[str, object], made: bool, life: TaskLifecycle
) -> None:
    assert (GENERATE.lifecycle_of(root, [life]) is life) is made


def test_a_call_makes_a_task_only_through_the_door_of_its_life(life: TaskLifecycle) -> None:
    queue = replace(life, door="queue", given={}, submit=("generate",))
    other: Operation = XAI.contracts[0].operations["edit"]

    assert GENERATE.lifecycle_of({}, [queue], "queue") is queue
    assert GENERATE.lifecycle_of({}, [queue]) is None
    assert GENERATE.lifecycle_of({}, [queue], "side") is None
    assert other.lifecycle_of({}, [queue], "queue") is None


def test_the_first_state_that_an_answer_tells_is_the_task_s(life: TaskLifecycle) -> None:
    flat, listed = replace(life, state_at="status"), replace(life, state_at="data[].status")

    assert flat.state_of({"status": "a"}) == "a"
    assert listed.state_of({"data": [{"status": "b"}, {"status": "c"}]}) == "b"
    assert flat.state_of(None) is None


@pytest.mark.parametrize(
    ("answer", "ids"),
    [
        ({"data": [{"id": "one"}, {"id": "two"}]}, ["one", "two"]),
        ({"data": [{"id": ""}, {"id": 7}, {}]}, []),
        ({"errors": []}, []),
    ],
)
def test_the_ids_of_submitted_tasks_are_texts_that_say_something(
    answer: object, ids: list[str], life: TaskLifecycle
) -> None:
    assert replace(life, id_at="data[].id").ids_of(answer) == ids


def test_states_are_told_by_id_and_one_task_needs_none(life: TaskLifecycle) -> None:
    listed = replace(life, state_at="data[].status", ask_by="id")
    answer = {"data": [{"id": "one", "status": "a"}, {"id": "one", "status": "b"}, {"status": "c"}]}

    assert listed.states_of(answer, ["one", "two"]) == {"one": {"a", "b"}}
    assert listed.states_of({"data": [{"status": "c"}]}, ["one"]) == {"one": {"c"}}
    assert replace(life, state_at="status").states_of({"status": "a"}, ["one"]) == {"one": {"a"}}
    assert listed.states_of({"data": [{"status": "c"}]}, ["one", "two"]) == {}
