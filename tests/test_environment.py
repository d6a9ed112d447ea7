"""What tests run against: pinned, so that the same commit is green next year."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
DEV = [Requirement(each) for each in PROJECT["optional-dependencies"]["dev"]]


def brought_along() -> set[str]:
    """The names of all packages that an installation for tests consists of."""
    todo = [("imagine-harness", frozenset({"dev"}))]
    done: set[tuple[str, frozenset[str]]] = set()
    while todo:
        name, extras = here = todo.pop()
        if here in done:
            continue
        done.add(here)
        for each in map(Requirement, distribution(name).requires or ()):
            wanted = extras | {""}
            if each.marker is None or any(each.marker.evaluate({"extra": e}) for e in wanted):
                todo.append((canonicalize_name(each.name), frozenset(each.extras)))
    return {name for name, _ in done} - {"imagine-harness"}


def test_everything_that_tests_run_against_is_pinned() -> None:
    pinned = {canonicalize_name(each.name) for each in DEV}

    assert sorted(brought_along() - pinned) == []


@pytest.mark.parametrize("requirement", DEV, ids=lambda each: each.name)
def test_a_pin_is_one_release(requirement: Requirement) -> None:
    assert re.fullmatch(r"==[0-9][0-9a-z.]*", str(requirement.specifier))


@pytest.mark.parametrize("stated", PROJECT["dependencies"])
def test_users_get_a_range_that_begins_where_it_was_tried(stated: str) -> None:
    specifier = str(Requirement(stated).specifier)

    assert re.fullmatch(r">=[0-9][0-9.]*", specifier)


def test_what_tests_run_against_is_within_the_range_of_users() -> None:
    pinned = {canonicalize_name(each.name): str(each.specifier)[2:] for each in DEV}
    for stated in map(Requirement, PROJECT["dependencies"]):
        assert stated.specifier.contains(pinned[canonicalize_name(stated.name)])
