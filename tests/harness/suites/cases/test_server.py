"""The promises of servers: every planted bug breaks its own, no mock breaks any."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from imagine_harness.contracts.catalog import chosen, readings
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.results.results import PromiseVerdict
from imagine_harness.harness.suites.attempt import result_of
from imagine_harness.harness.suites.cases.item import Item
from imagine_harness.harness.suites.cases.server import items
from imagine_harness.harness.suites.promises import lifecycles
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.subjects.server import Server
from imagine_harness.mocks.server import serving
from tests.harness.suites.draws import first_broken
from tests.harness.suites.planted import Bug, Stand, bugs, planted

BUGS = bugs("servers")
MOCKED = load.mocked()
ELSEWHERE = {"server.schemathesis"}
"""Promises whose bugs are planted in their own tests."""

IN_FULL = {("fal", "generate"), ("uniall", "task")}
"""Operations that are tried in every run: the cheapest, one of them with tasks. The others are in
the campaign."""

FAST = 50.0
"""The speed of the mocks' clock: a task ends within hundredths of a second."""

Served = Callable[..., Server]

SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(2, 11))]
"""What every planted bug is tried with: one seed in every run, ten in the campaign."""


@cache
def items_of(provider: str) -> dict[str, tuple[Operation, Item[Server]]]:
    recorded = load.recorded(provider)
    found = items(recorded, held_to(provider))
    return {item.id: (operation, item) for operation, item in found}


@cache
def held_to(provider: str) -> dict[str, str]:
    return dict(chosen(readings([load.recorded(provider)]), {}, strict=False))


@cache
def correct(provider: str) -> Any:
    return planted(None, "timed", speed=FAST, providers=(provider,))


@pytest.fixture(scope="module")
def stand() -> Iterator[tuple[Stand, str]]:
    made = Stand()
    with serving(made) as url:
        yield made, url


@pytest.fixture
def served(stand: tuple[Stand, str]) -> Served:
    """A provider's mock, as a server in the operation of one item; changed where a bug says so."""
    where, url = stand

    def made(provider: str, item: str, bug: Bug | None = None) -> Server:
        recorded = load.recorded(provider)
        where.app = correct(provider)
        if bug is not None:
            where.app = planted(bug, "timed", speed=FAST, providers=(provider,))
        base = f"{url}/{provider}{recorded.provider.bases[0].path}"
        return Server(base, items_of(provider)[item][0], recorded, held_to(provider))

    return made


def cases() -> list[Any]:
    return [
        pytest.param(provider, name, id=f"{provider} {name}")
        for provider in MOCKED
        for name, (operation, item) in items_of(provider).items()
        if (provider, operation.id) in IN_FULL and item.promise not in ELSEWHERE
    ]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug["id"])
def test_a_planted_bug_breaks_the_promise_that_must_catch_it(
    served: Served, bug: Bug, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, item = items_of(bug["on"])[bug["promise"]]
    if "deadline" in bug:
        monkeypatch.setattr(lifecycles, "PATIENCE", float(bug["deadline"]))

    examples = 1 if item.once else 5 * item.times
    assert first_broken(item, served(bug["on"], item.id, bug), examples, seeded=seed)


@pytest.mark.parametrize(("provider", "name"), cases())
def test_a_mock_keeps_every_promise(served: Served, provider: str, name: str) -> None:
    item = items_of(provider)[name][1]

    assert first_broken(item, served(provider, name), examples=1) is None


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1, 11))
@pytest.mark.parametrize("provider", MOCKED)
def test_every_mock_keeps_every_promise_with_many_bodies_too(
    served: Served, provider: str, seed: int
) -> None:
    results = [
        result_of(item, served(provider, name), examples=5, seeded=seed)
        for name, (_, item) in items_of(provider).items()
        if item.promise not in ELSEWHERE
    ]

    assert [each for each in results if each.verdict is PromiseVerdict.BROKEN] == []


def test_every_promise_has_a_subject_that_fails_it() -> None:
    caught = {bug["promise"].partition("[")[0] for bug in BUGS}
    promised = {each.id for each in PROMISES.values() if each.subject == "server"}

    assert caught == promised - ELSEWHERE


def test_every_mock_has_a_bug() -> None:
    assert {bug["on"] for bug in BUGS} == set(MOCKED)


@pytest.mark.parametrize("provider", MOCKED)
def test_no_two_items_share_an_id(provider: str) -> None:
    found = list(items(load.recorded(provider), held_to(provider)))

    assert len({item.id for _, item in found}) == len(found)


def test_a_planted_bug_is_in_no_other_copy_of_the_mocks(served: Served) -> None:
    bug = next(each for each in BUGS if each["id"] == "output-wrapped")
    _, item = items_of(bug["on"])[bug["promise"]]
    served(bug["on"], item.id, bug)

    assert first_broken(item, served(bug["on"], item.id), examples=1) is None


def test_a_bug_that_is_in_no_file_any_more_is_told() -> None:
    stale = {**BUGS[0], "old": "this is in no file"}

    with pytest.raises(AssertionError, match="found 0 times"):
        planted(stale, providers=("fal",))
