"""How a program took what went wrong on purpose."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.judging.faults import fault_reactions
from tests import exchanges
from tests.exchanges import changed

PLAIN = changed(exchanges.PLAIN, time=100.0)
BUSY = changed(PLAIN, fault="status=429", status=429)


@pytest.mark.parametrize(
    ("later", "reaction"),
    [
        ([], "gave up"),
        ([{"time": 101.5}], "tried again after 1.5 s, answered 200"),
        (
            [{"time": 101.5, "status": 0, "ending": "client left after 1.0 s"}],
            "tried again after 1.5 s, without an answer, client left after 1.0 s",
        ),
        ([{"operation": "edit"}], "gave up; its next call was fal.edit"),
        (
            [{"body": b"[]", "time": 101.0, "status": 400}, {"time": 103.0}],
            "tried again after 3.0 s, answered 200",
        ),
        ([{"test": "another", "time": 101.0}], "gave up"),
        ([{"operation": "media", "time": 101.0}], "gave up"),
        (
            [{"operation": "media", "time": 101.0}, {"time": 102.0}],
            "tried again after 2.0 s, answered 200",
        ),
    ],
)
def test_what_comes_next_says_how_a_fault_was_taken(
    later: list[dict[str, Any]], reaction: str
) -> None:
    [one] = fault_reactions([BUSY, *[changed(PLAIN, **each) for each in later]])

    assert one.reaction == reaction
    assert one.result().message == f"status=429, answered 429: {reaction}"
    assert one.result().standing == "kept"


@pytest.mark.parametrize(
    ("later", "reaction"),
    [
        ([{"path": "/another.jpg"}], "gave up; its next call was fal.media"),
        ([{"path": "/another.jpg"}, {"time": 102.0}], "tried again after 2.0 s, answered 200"),
        ([{"operation": "generate"}], "gave up; its next call was fal.generate"),
    ],
)
def test_another_picture_is_no_new_try_of_one(later: list[dict[str, Any]], reaction: str) -> None:
    fetch = changed(PLAIN, operation="media", method="GET", path="/one.jpg")
    lost = changed(fetch, fault="gone", status=404)
    [one] = fault_reactions([lost, *[changed(fetch, **each) for each in later]])

    assert one.reaction == reaction


def test_where_nothing_went_wrong_nothing_is_told() -> None:
    assert fault_reactions([PLAIN, PLAIN]) == []
