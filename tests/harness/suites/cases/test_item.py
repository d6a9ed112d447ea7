"""One thing to try: what it is called, how much it matters, which are meant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.contracts.model import Certainty, ContractError, Level, Statement
from imagine_harness.harness.suites.cases.item import Item, chosen, level_of

STATEMENT: Statement = load.recorded("fal").contracts[0].operations["generate"].rules[0].statement


def item(name: str, states: Statement | None = None) -> Item[Any]:
    return Item(name, "it is tried", lambda subject, root: None, states=states)


ITEMS = [
    item("server.accepts[generate.n.minimum]"),
    item("server.accepts[generate.n.maximum]"),
    item("server.refuses[generate.n.maximum]"),
    item("client.conforms"),
]


@pytest.mark.parametrize(
    ("name", "promise"),
    [("server.keeps[task.size]", "server.keeps"), ("client.conforms", "client.conforms")],
)
def test_the_promise_is_the_id_without_the_case(name: str, promise: str) -> None:
    assert item(name).promise == promise


@pytest.mark.parametrize(
    ("certainty", "level"),
    [
        (Certainty.DOCUMENTED, Level.ERROR),
        (Certainty.OBSERVED, Level.WARNING),
        (Certainty.INFERRED, Level.WARNING),
    ],
)
def test_what_is_not_documented_is_a_warning(certainty: Certainty, level: Level) -> None:
    assert level_of(replace(STATEMENT, certainty=certainty)) is level


def test_the_good_manners_of_the_trade_are_no_matter_of_documents() -> None:
    assert level_of(None) is Level.ERROR


@pytest.mark.parametrize(
    ("wanted", "places"),
    [
        ((), [0, 1, 2, 3]),
        ("client.conforms", [3]),
        ("server.accepts", [0, 1]),
        ("server.accepts[generate.n.maximum]", [1]),
        ("server.accepts[*.maximum]", [1]),
        ("server.*", [0, 1, 2]),
        (["client.conforms", "server.refuses"], [2, 3]),
    ],
)
def test_items_are_meant_by_an_id_a_promise_or_a_pattern(
    wanted: str | list[str], places: list[int]
) -> None:
    assert chosen(ITEMS, wanted, "fal") == [ITEMS[place] for place in places]


@pytest.mark.parametrize("wanted", ["server.sings", "server.accepts[none]", "server"])
def test_what_means_nothing_is_told_with_what_is_known(wanted: str) -> None:
    with pytest.raises(ContractError, match=r"known: server\.accepts, server\.refuses"):
        chosen(ITEMS, ["client.conforms", wanted], "fal")
