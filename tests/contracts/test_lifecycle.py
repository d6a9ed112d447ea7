"""The life of a task."""

from __future__ import annotations

from dataclasses import replace

import pytest

from imagine_harness.contracts.lifecycle import Life
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation

XAI = load.recorded("xai")
GENERATE = XAI.contracts[0].operations["generate"]


@pytest.fixture
def life() -> Life:
    follows = {"a": ("b",), "b": ("c", "d"), "c": ("b",), "d": ()}
    return replace(XAI.provider.lives[0], follows=follows, succeeded="d")


@pytest.mark.parametrize(
    ("state", "right"), [("a", "abcd"), ("b", "bcd"), ("c", "bcd"), ("d", "d")]
)
def test_every_state_on_a_way_from_one_may_be_seen_after_it(
    state: str, right: str, life: Life
) -> None:
    assert life.reachable(state) == set(right)
    assert life.ends == {"d"}


@pytest.mark.parametrize(
    ("root", "made"),
    [
        ({"prompt": "a", "deferred": True}, True),
        ({"prompt": "a", "deferred": False}, False),
        ({"prompt": "a"}, False),
    ],
)
def test_a_call_makes_a_task_where_it_says_what_it_must(
    root: dict[str, object], made: bool, life: Life
) -> None:
    provider = replace(XAI.provider, lives=(life,))

    assert (provider.life_of(GENERATE, root) is life) is made


def test_a_call_makes_a_task_only_through_the_door_of_its_life(life: Life) -> None:
    queue = replace(life, door="queue", given={})
    other: Operation = XAI.contracts[0].operations["edit"]
    provider = replace(XAI.provider, lives=(replace(queue, submit=("generate",)),))

    assert provider.life_of(GENERATE, {}, "queue") is provider.lives[0]
    assert provider.life_of(GENERATE, {}) is None
    assert provider.life_of(GENERATE, {}, "side") is None
    assert provider.life_of(other, {}, "queue") is None
