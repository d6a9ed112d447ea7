"""The promises of gateways: every planted bug breaks its own, the reference gateway breaks none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any

import pytest

from imagine_harness.contracts.catalog import chosen, readings
from imagine_harness.contracts.loading import load
from imagine_harness.contracts.operation import Operation
from imagine_harness.harness.results.results import PromiseVerdict
from imagine_harness.harness.suites.attempt import result_of
from imagine_harness.harness.suites.cases.gateway import items
from imagine_harness.harness.suites.cases.item import Item
from imagine_harness.harness.suites.promises import errors
from imagine_harness.harness.suites.registry import PROMISES
from imagine_harness.harness.suites.subjects.gateway import Gateway, GatewayServer, UpstreamAddress
from imagine_harness.harness.suites.subjects.testbed import Testbed
from imagine_harness.mocks.server import serving
from imagine_harness.mocks.services.tasks import Mode
from imagine_harness.mocks.settings import Settings
from tests.harness.suites.draws import first_broken
from tests.harness.suites.planted import Bug, Stand, bugs, planted

BUGS = bugs("gateways")
FRONT = load.recorded("lumenfall")
BEHIND = {name: load.recorded(name) for name in ("fal", "xai")}
MODELS = {name: f"{name}/{FRONT.contracts[0].models[0]}" for name in BEHIND}
HELD_TO = chosen(readings([FRONT, *BEHIND.values()]), {}, strict=False)

Built = Callable[..., Gateway]

SEEDS = [1, *(pytest.param(seed, marks=pytest.mark.campaign) for seed in range(2, 11))]
"""What every planted bug is tried with: one seed in every run, ten in the campaign."""


@cache
def all_items() -> dict[str, tuple[Operation, Item[Gateway]]]:
    """What a gateway is tried in, but for what it must keep as any server."""
    found = items(FRONT, HELD_TO, BEHIND)
    return {
        item.id: (operation, item)
        for operation, item in found
        if item.promise.startswith("gateway.")
    }


@dataclass
class Street:
    """A place for a gateway, and the mocks behind it, each with its address."""

    stand: Stand
    url: str
    testbed: Testbed
    address: str

    def built(self, bug: Bug | None) -> Any:
        """The reference gateway's application, connected to the mocks."""
        told = [UpstreamAddress.served(each, self.address) for each in BEHIND.values()]
        return planted(
            bug,
            providers=(FRONT.provider.name,),
            route={each.name: each.base_url for each in told},
            route_keys={each.name: each.api_key for each in told},
        )

    @cached_property
    def correct(self) -> Any:
        """The reference gateway as it is."""
        return self.built(None)


@pytest.fixture(scope="module")
def street() -> Iterator[Street]:
    stand = Stand()
    testbed = Testbed(Settings(seed=1, tasks=Mode.IMMEDIATE, providers=tuple(BEHIND)))
    with testbed.served() as address, serving(stand) as url:
        yield Street(stand, url, testbed, address)


@pytest.fixture
def built(street: Street) -> Built:
    """The reference gateway in the operation of one item, changed where a bug says so."""

    def made(item: str, bug: Bug | None = None) -> Gateway:
        street.testbed.restore()
        street.testbed.read({name: HELD_TO[name] for name in street.testbed.app.readings})
        street.stand.app = street.correct if bug is None else street.built(bug)
        base = f"{street.url}/{FRONT.provider.name}{FRONT.provider.bases[0].path}"
        front = GatewayServer(base, all_items()[item][0], FRONT, HELD_TO)
        return Gateway(front, street.testbed, BEHIND, MODELS)

    return made


def cases() -> list[str]:
    """What the gateway is tried in in every run: generations through one upstream."""
    return [name for name in all_items() if "[generate.fal" in name]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug["id"])
def test_a_planted_bug_breaks_the_promise_that_must_catch_it(
    built: Built, bug: Bug, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, item = all_items()[bug["promise"]]
    if "deadline" in bug:
        monkeypatch.setattr(errors, "DEADLINE", float(bug["deadline"]))

    examples = 5 * item.times
    assert first_broken(item, built(item.id, bug), examples, seeded=seed)


@pytest.mark.parametrize("name", cases())
def test_the_reference_gateway_keeps_every_promise(built: Built, name: str) -> None:
    assert first_broken(all_items()[name][1], built(name), examples=1) is None


@pytest.mark.campaign
@pytest.mark.parametrize("seed", range(1, 11))
def test_the_reference_gateway_keeps_every_promise_with_many_bodies_too(
    built: Built, seed: int
) -> None:
    results = [
        result_of(item, built(name), examples=5, seeded=seed)
        for name, (_, item) in all_items().items()
    ]

    assert [each for each in results if each.verdict is PromiseVerdict.BROKEN] == []


def test_every_promise_has_a_subject_that_fails_it() -> None:
    caught = {bug["promise"].partition("[")[0] for bug in BUGS}
    promised = {each.id for each in PROMISES.values() if each.subject == "gateway"}

    assert caught == promised


def test_no_two_items_share_an_id() -> None:
    found = list(items(FRONT, HELD_TO, BEHIND))

    assert len({item.id for _, item in found}) == len(found)


def test_a_gateway_is_tried_as_any_server_too() -> None:
    kinds = {item.promise for _, item in items(FRONT, HELD_TO, BEHIND)}

    assert {"server.accepts", "server.refuses", "gateway.conforms", "gateway.splits"} <= kinds


def test_what_goes_over_from_one_upstream_to_another_needs_two() -> None:
    alone = items(FRONT, HELD_TO, {"fal": BEHIND["fal"]})

    assert "gateway.fails-over" not in {item.promise for _, item in alone}
