"""The promises of clients: every planted bug breaks its own, no reference client breaks any."""

from __future__ import annotations

import tomllib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from contracts import load
from harness.suites.client import items
from harness.suites.declare import attempt
from harness.suites.told import Broken

if TYPE_CHECKING:
    from tests.harness.suites.conftest import Reference

BUGS: list[dict[str, str]] = tomllib.loads(
    (Path(__file__).parents[3] / "fixtures" / "bugs" / "clients.toml").read_text(encoding="utf-8")
)["bug"]

OPERATIONS = [
    "cloudflare.generate",
    "cloudflare.generate-by-path",
    "fal.generate",
    "fal.edit",
    "lumenfall.generate",
    "lumenfall.edit",
    "runware.task",
    "uniall.task",
    "uniall.generate",
    "uniall.edit",
    "xai.generate",
    "xai.edit",
]


def items_of(operation: str) -> dict[str, Any]:
    provider, _, own = operation.partition(".")
    recorded = load.recorded(provider)
    found = items(recorded.contracts[0].operations[own], recorded.provider)
    return {item.id: item for item in found}


IN_FULL = {"fal.generate", "uniall.task"}
"""Operations that are tried with whatever can go wrong; the others in the campaign."""

LATER = {"cloudflare.generate-by-path", "lumenfall.generate", "uniall.generate", "xai.generate"}
"""Operations that differ little from others of their provider, and are tried in the campaign."""


def cases(*, every: bool = False) -> list[Any]:
    return [
        pytest.param(operation, item, id=f"{operation} {item}")
        for operation in OPERATIONS
        for item, made in items_of(operation).items()
        if (every or operation in IN_FULL or not (made.once or operation in LATER))
        and (operation == "uniall.task" or not item.startswith("client.polls"))
    ]


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug["id"])
def test_a_planted_bug_breaks_the_promise_that_must_catch_it(
    reference: Reference, bug: dict[str, str]
) -> None:
    subject = reference(bug["on"], bug["promise"], bug)
    item = items_of(bug["on"])[bug["promise"]]
    subject.bench.read(item.readings)

    with pytest.raises(Broken):
        attempt(item, subject, examples=20, shrink=False)


@pytest.mark.parametrize(("operation", "name"), cases())
def test_a_correct_client_keeps_every_promise(
    reference: Reference, operation: str, name: str
) -> None:
    subject = reference(operation, name)
    item = items_of(operation)[name]
    subject.bench.read(item.readings)

    attempt(item, subject, examples=1)


@pytest.mark.campaign
@pytest.mark.parametrize(("operation", "name"), cases(every=True))
def test_a_correct_client_keeps_every_promise_with_many_bodies_too(
    reference: Reference, operation: str, name: str
) -> None:
    subject = reference(operation, name)
    item = items_of(operation)[name]
    subject.bench.read(item.readings)

    attempt(item, subject, examples=20)


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

    assert len({item.id for item in found}) == len(found)
