"""Looking names up."""

from __future__ import annotations

import pytest

from imagine_harness.contracts.lookup import look_up, unknown


def test_a_name_that_is_known_is_found() -> None:
    assert look_up("fruit", "apple", ("apple", "pear"), ValueError) == "apple"
    assert look_up("fruit", "apple", {"apple": 1}, ValueError) == "apple"


def test_a_name_that_is_not_known_raises_what_the_caller_wants() -> None:
    with pytest.raises(KeyError) as raised:
        look_up("fruit", "plum", ["apple", "pear"], KeyError, where="basket: ", state="is ripe")

    assert raised.value.args == ("basket: no fruit 'plum' is ripe, known: apple, pear",)


@pytest.mark.parametrize(
    ("name", "known", "state", "right"),
    [
        ("plum", ["pear"], "is recorded", "no fruit 'plum' is recorded, known: pear"),
        ("plum", ["pear"], "", "no fruit 'plum', known: pear"),
        ("plum", [], "", "no fruit 'plum', known: none"),
        ("plum", ["pear", "fig", "pear"], "", "no fruit 'plum', known: pear, fig"),
        ("peer", ["fig", "pear"], "", "no fruit 'peer', known: fig, pear; did you mean 'pear'?"),
    ],
)
def test_what_is_known_is_listed_and_what_is_near_is_named(
    name: str, known: list[str], state: str, right: str
) -> None:
    assert unknown("fruit", name, known, state) == right
