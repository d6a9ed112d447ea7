"""What a gateway's page says of normalisation, and where it says nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import Phase, given, settings

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.promises.normalisation import (
    EquivalentRoots,
    is_unambiguous,
    relations,
    unlisted,
)

GENERATE = load.recorded("lumenfall").contracts[0].operations["generate"]
EDIT = load.recorded("lumenfall").contracts[0].operations["edit"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, True),
        ({"aspect_ratio": "16:9"}, True),
        ({"size": "16:9"}, True),
        ({"size": "auto"}, True),
        ({"aspect_ratio": "1.414:1"}, False),
        ({"aspect_ratio": "100:1"}, True),
        ({"size": "1024x1024"}, True),
        ({"size": "1448x1448"}, True),
        ({"size": "2100x700"}, False),
        ({"size": "1448x1024"}, False),
        ({"resolution": "huge"}, False),
        ({"resolution": "2k"}, True),
        ({"resolution": "4K"}, True),
        ({"resolution": "1.5K"}, False),
    ],
)
def test_a_boundary_on_which_measures_differ_binds_nobody(
    asked: dict[str, str], expected: bool
) -> None:
    assert is_unambiguous(GENERATE, {"prompt": "a", **asked}) == expected


def test_where_no_images_are_made_nothing_is_said_of_their_size() -> None:
    bare = [each for each in load.recorded("lumenfall").operations if each.outcome is None]

    assert [is_unambiguous(each, {}) for each in bare] == [False] * len(bare) != []


def drawn(strategy: Any) -> list[Any]:
    found = []

    @settings(max_examples=5, phases=[Phase.generate], database=None, derandomize=True)
    @given(strategy)
    def draw(each: Any) -> None:
        found.append(each)

    draw()
    return found


@pytest.mark.parametrize("operation", [GENERATE, EDIT], ids=["generate", "edit"])
def test_every_relation_is_between_two_calls_that_differ(operation: Any) -> None:
    known = dict(relations(operation))

    assert set(known) == {"key-order", "size-as-ratio", "losing-aspect_ratio"}
    for strategy in known.values():
        for pair in drawn(strategy):
            assert isinstance(pair, EquivalentRoots)
            assert list(pair.one.items()) != list(pair.other.items()) or len(pair.one) == 1


def test_a_size_that_is_a_ratio_is_one() -> None:
    for pair in drawn(dict(relations(GENERATE))["size-as-ratio"]):
        assert pair.one["size"] == pair.other["aspect_ratio"]
        assert "aspect_ratio" not in pair.one


def test_the_loser_is_all_that_two_calls_differ_in() -> None:
    for pair in drawn(dict(relations(GENERATE))["losing-aspect_ratio"]):
        assert pair.other == {**pair.one, "aspect_ratio": pair.other["aspect_ratio"]}


def test_the_order_of_keys_is_all_that_two_calls_differ_in() -> None:
    for pair in drawn(dict(relations(GENERATE))["key-order"]):
        assert pair.one == pair.other
        assert list(pair.one) == list(reversed(pair.other))


def test_values_that_are_not_listed_are_tried_for_every_rule_about_what_is_nearest() -> None:
    found = {name: drawn(roots) for name, roots, _ in unlisted(GENERATE)}

    assert set(found) == {"nearest-ratio", "nearest-tier"}
    listed = GENERATE.outcome.size.table.ratios if GENERATE.outcome else ()
    assert any(root["aspect_ratio"] not in (*listed, "auto") for root in found["nearest-ratio"])
