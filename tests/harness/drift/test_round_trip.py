"""Facts that are rendered to a page and read back, edits of them included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from imagine_harness.harness.drift import readers
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import ParameterFact
from imagine_harness.harness.drift.page_facts import Facts
from tests.laws import hold

PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")

UNSAID = {
    "cloudflare": {"model_added"},
    "fal": {"model_added", "output_added"},
    "lumenfall": {"model_added", "output_removed", "rule_removed"},
    "runware": {"endpoint_moved", "model_added", "output_removed"},
    "uniall": {"endpoint_moved", "output_removed", "rule_removed"},
}
"""Edits that a provider's pages cannot say, or not of every fact."""

SHARED = {"uniall"}
"""Providers whose pages have one table of parameters for all operations."""

Expected = tuple[str, str | None, str | None]


def spread(facts: Facts, edited: Facts, expected: Expected) -> tuple[Facts, list[Expected]]:
    """An edit of one operation's parameter, done to every operation that has the parameter."""
    kind, operation, name = expected
    new = next((p for p in edited.parameters if (p.operation, p.name) == (operation, name)), None)
    having = {p.operation for p in facts.parameters if p.name == name}
    if new is not None and not having:
        having = {p.operation for p in facts.parameters}
    parameters = [*_without(facts, name)]
    if new is not None:
        parameters += [replace(new, operation=each) for each in facts.operations if each in having]
    found: list[Expected] = [(kind, each, name) for each in facts.operations if each in having]
    return replace(facts, parameters=tuple(parameters)), found


def _without(facts: Facts, name: str | None) -> Iterator[ParameterFact]:
    return (p for p in facts.parameters if p.name != name)


def edits(provider: str, facts: Facts, helper: Any, seed: int) -> Iterator[tuple[str, Any]]:
    small = helper("small_edits")
    for name in small.EDITS:
        edit = small.edited(facts, name, seed) if name not in UNSAID[provider] else None
        if edit is None:
            continue
        if provider in SHARED and edit.expected[2] and edit.expected[1]:
            yield name, spread(facts, edit.facts, edit.expected)
        else:
            yield name, (edit.facts, [edit.expected])


def check(provider: str, facts: Facts, helper: Any, seed: int) -> int:
    tried = 0
    render = helper(f"render_{provider}").render
    for name, (changed, expected) in edits(provider, facts, helper, seed):
        page = readers.read(provider, render(changed).encode())
        compared = compare(facts, page)
        found = [(f.kind, f.operation, f.parameter) for f in compared.findings]
        assert sorted(found, key=str) == sorted(expected, key=str), name
        assert compared.unread == (), name
        tried += 1
    return tried


@pytest.mark.parametrize("provider", PROVIDERS)
def test_facts_that_are_rendered_and_read_are_the_same(
    provider: str, whole: Callable[[str], Facts], helper: Callable[[str], Any]
) -> None:
    facts = whole(provider)

    page = readers.read(provider, helper(f"render_{provider}").render(facts).encode())

    compared = compare(facts, page)
    assert compared.findings == ()
    assert compared.unread == ()
    back = compare(replace(page, reached=facts.reached), facts)
    assert [f for f in back.findings if f.definition.where in ("input", "rule", "size")] == []


@pytest.mark.parametrize("provider", PROVIDERS)
def test_an_edit_of_what_is_rendered_is_found_as_exactly_that_edit(
    provider: str, whole: Callable[[str], Facts], helper: Callable[[str], Any]
) -> None:
    assert check(provider, whole(provider), helper, 1) > 11


@pytest.mark.campaign
@pytest.mark.parametrize("provider", PROVIDERS)
def test_many_edits_of_what_is_rendered_are_found_as_exactly_those(
    provider: str, whole: Callable[[str], Facts], helper: Callable[[str], Any]
) -> None:
    def law(seed: int) -> None:
        assert check(provider, whole(provider), helper, seed) > 11

    hold(law, ((f"seed {seed}", (seed,)) for seed in range(50)))
