"""The content of a contract's file with what moved on its page: plain data in, plain data out."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from imagine_harness.contracts.model import ContractError
from imagine_harness.contracts.operation import Contract
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import ParameterFact, PriceFact, StatusFact
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.revision import revised

Content = dict[str, Any]


@pytest.fixture
def content(contract: Callable[[str], Contract]) -> Callable[[str], Content]:
    """What the file of a provider's recorded model holds."""
    return lambda provider: tomllib.loads(Path(contract(provider).file).read_text(encoding="utf-8"))


def after(entry: Content, provider: str, recorded: Facts, page: Facts) -> Content:
    """The content with the difference between two sides recorded; the old one stays as it is."""
    before = deepcopy(entry)
    made = revised(entry, provider, page, compare(recorded, page).findings)
    assert entry == before
    return made


@pytest.mark.parametrize("provider", ["cloudflare", "fal", "lumenfall", "runware", "uniall"])
def test_without_a_finding_the_content_is_the_same(
    provider: str, whole: Callable[[str], Facts], content: Callable[[str], Content]
) -> None:
    entry = content(provider)

    assert after(entry, provider, whole(provider), whole(provider)) == entry


def test_prices_and_a_status_are_what_the_page_says(
    whole: Callable[[str], Facts], content: Callable[[str], Content]
) -> None:
    facts = replace(whole("runware"), status=StatusFact("live", "Head"))
    page = replace(
        facts, prices=(PriceFact("image", 0.5, "Pricing"),), status=StatusFact("retired", "Head")
    )

    made = after(content("runware"), "runware", facts, page)

    assert made["status"] == "retired"
    assert (made["price"]["image"], made["price"]["input"]) == (0.5, 0)


def test_a_reading_goes_with_the_last_that_hangs_on_it(
    whole: Callable[[str], Facts], content: Callable[[str], Content]
) -> None:
    entry, facts = content("uniall"), whole("uniall")
    stated = tuple(
        replace(p, schema={**p.schema, "minimum": 1, "maximum": 8}) if p.name == "n" else p
        for p in facts.parameters
    )

    made = after(entry, "uniall", facts, replace(facts, parameters=stated))

    gone = {each["id"] for each in entry["reading"]} - {each["id"] for each in made["reading"]}
    assert gone == {"n-limit"}


def test_an_operation_that_is_like_another_moves_with_it(
    whole: Callable[[str], Facts], content: Callable[[str], Content]
) -> None:
    facts = whole("lumenfall")
    rest = tuple(p for p in facts.parameters if p.name != "n")

    made = after(content("lumenfall"), "lumenfall", facts, replace(facts, parameters=rest))

    assert "like" in made["operation"]["edit"]
    assert "n" not in made["operation"]["generate"]["parameters"]


def test_an_operation_parts_from_one_that_is_its_own_only(
    whole: Callable[[str], Facts], content: Callable[[str], Content]
) -> None:
    entry, facts = content("lumenfall"), whole("lumenfall")
    entry["operation"]["generate"]["like"] = "other"
    entry["operation"]["generate"].pop("parameters")
    entry["operation"]["generate"].pop("rule")
    fact = ParameterFact("edit", "novelty", "Core Parameters", {"type": "string"})
    page = replace(facts, parameters=(*facts.parameters, replace(fact, required=True)))

    with pytest.raises(ContractError, match="generate: is like another one"):
        revised(entry, "lumenfall", page, compare(facts, page).findings)


def test_a_file_has_no_place_for_what_moved_in_an_operation_that_it_lacks(
    whole: Callable[[str], Facts], content: Callable[[str], Content]
) -> None:
    entry, facts = content("fal"), whole("fal")
    first = facts.parameters[0]
    rest = replace(facts, parameters=facts.parameters[1:])
    del entry["operation"][first.operation]

    with pytest.raises(LookupError, match=first.operation):
        revised(entry, "fal", rest, compare(facts, rest).findings)
