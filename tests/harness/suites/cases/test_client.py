"""The promises of clients: every planted bug breaks its own, no reference client breaks any."""

from __future__ import annotations

import tomllib
from collections import Counter
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from imagine_harness.contracts.loading import load
from imagine_harness.harness.suites.cases.client import items
from imagine_harness.harness.suites.failure import Broken
from imagine_harness.harness.suites.promises import errors
from tests.harness.suites.draws import first_broken

if TYPE_CHECKING:
    from tests.harness.suites.conftest import Reference

pytestmark = pytest.mark.filterwarnings("ignore::ResourceWarning")
"""A client that asks for ever is stopped wherever it is, in a request, too."""

BUGS: list[dict[str, str]] = tomllib.loads(
    (Path(__file__).parents[4] / "fixtures" / "bugs" / "clients.toml").read_text(encoding="utf-8")
)["bug"]

CLIENTS = [
    ("cloudflare", "cloudflare.generate"),
    ("cloudflare", "cloudflare.generate-by-path"),
    ("fal", "fal.generate"),
    ("fal", "fal.edit"),
    ("fal_queue", "fal.generate"),
    ("fal_queue", "fal.edit"),
    ("lumenfall", "lumenfall.generate"),
    ("lumenfall", "lumenfall.edit"),
    ("runware", "runware.task"),
    ("runware_async", "runware.task"),
    ("uniall", "uniall.task"),
    ("uniall", "uniall.generate"),
    ("uniall", "uniall.edit"),
    ("xai", "xai.generate"),
    ("xai", "xai.edit"),
    ("xai_deferred", "xai.generate"),
    ("xai_deferred", "xai.edit"),
]
"""The reference clients, and what each can be asked for."""

OPERATIONS = list(dict.fromkeys(operation for _, operation in CLIENTS))

POLLING = {"fal_queue", "runware_async", "uniall", "xai_deferred"}
"""The clients that wait for tasks."""

IN_FULL = {("fal", "fal.generate"), ("uniall", "uniall.task")}
"""Clients that are tried with all that can go wrong; the others in the campaign."""

SEVERAL = {("fal", "fal.edit"), ("lumenfall", "lumenfall.edit"), ("runware", "runware.task")}
"""Clients that are tried with every argument and every alteration, beside those above."""

CAUGHT = {bug["promise"] for bug in BUGS}
"""The items that catch a bug."""

SEEDS = range(1, 11)


@cache
def items_of(operation: str) -> dict[str, Any]:
    provider, _, own = operation.partition(".")
    recorded = load.recorded(provider)
    found = items(recorded.contracts[0].operations[own], recorded.provider)
    return {item.id: item for item in found}


def is_tried_by_default(client: str, operation: str, item: Any) -> bool:
    if item.promise == "client.polls":
        return client in POLLING and not operation.endswith(".edit")
    if item.promise == "client.surfaces":
        return (client, operation) in IN_FULL and item.id in CAUGHT
    if (client, operation) in IN_FULL or item.id in ("client.conforms", "client.returns[default]"):
        return True
    return (client, operation) in SEVERAL and not item.once


def cases() -> list[Any]:
    return [
        pytest.param(client, operation, name, id=f"{client} {operation} {name}")
        for client, operation in CLIENTS
        for name, item in items_of(operation).items()
        if is_tried_by_default(client, operation, item)
    ]


def caught(reference: Reference, bug: dict[str, str], seed: int) -> Broken | None:
    """How a client with a bug breaks the promise that must catch it."""
    item = items_of(bug["on"])[bug["promise"]]
    client = reference(bug["on"], bug, client=bug.get("client", ""), seed=seed)
    client.testbed.read(item.readings)

    try:
        return first_broken(item, client, examples=20, seeded=seed)
    except pytest.skip.Exception as skipped:
        pytest.fail(f"{bug['id']} was not tried: {skipped}")


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug["id"])
def test_a_planted_bug_breaks_the_promise_that_must_catch_it(
    reference: Reference, bug: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "deadline" in bug:
        monkeypatch.setattr(errors, "DEADLINE", float(bug["deadline"]))

    assert caught(reference, bug, seed=1)


@pytest.mark.parametrize(("client", "operation", "name"), cases())
def test_a_correct_client_keeps_every_promise(
    reference: Reference, client: str, operation: str, name: str
) -> None:
    subject = reference(operation, client=client)
    item = items_of(operation)[name]
    subject.testbed.read(item.readings)

    assert first_broken(item, subject, examples=1) is None


@pytest.mark.campaign
@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug["id"])
def test_a_planted_bug_is_caught_whatever_the_seed(
    reference: Reference, bug: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if "deadline" in bug:
        monkeypatch.setattr(errors, "DEADLINE", float(bug["deadline"]))

    assert [seed for seed in SEEDS if not caught(reference, bug, seed)] == []


@pytest.mark.campaign
@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("client", "operation"), CLIENTS)
def test_a_correct_client_is_never_accused_whatever_the_seed(
    reference: Reference, client: str, operation: str, seed: int
) -> None:
    accused = []
    for name, item in items_of(operation).items():
        subject = reference(operation, client=client, seed=seed)
        subject.testbed.read(item.readings)
        with suppress(pytest.skip.Exception):
            broken = first_broken(item, subject, examples=5, seeded=seed)
            accused += [f"{name}: {broken}"] if broken else []

    assert accused == []


def test_a_client_may_leave_out_what_the_provider_puts_in_its_place(reference: Reference) -> None:
    lean = {
        "file": "fal.py",
        "old": "json=arguments)",
        "new": "json={k: v for k, v in arguments.items() if (k, v) != ('resolution', '1k')})",
    }
    name = "client.forwards[resolution]"

    assert first_broken(items_of("fal.generate")[name], reference("fal.generate", lean), 5) is None


def test_every_kind_of_promise_catches_a_bug() -> None:
    kinds = {name.partition("[")[0] for operation in OPERATIONS for name in items_of(operation)}
    caught = {bug["promise"].partition("[")[0] for bug in BUGS}

    assert caught == kinds


def test_no_two_bugs_share_an_id() -> None:
    counted = Counter(bug["id"] for bug in BUGS)

    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("operation", OPERATIONS)
def test_no_two_items_share_an_id(operation: str) -> None:
    provider, _, own = operation.partition(".")
    recorded = load.recorded(provider)
    found = list(items(recorded.contracts[0].operations[own], recorded.provider))

    assert len({item.id: item for item in found}) == len(found)
