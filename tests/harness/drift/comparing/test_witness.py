"""Requests that show a finding."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from imagine_harness.contracts.operation import Contract
from imagine_harness.contracts.schema import Validator
from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.witness import Witness, defaults, with_witnesses
from imagine_harness.harness.drift.facts import RuleFact
from imagine_harness.harness.drift.page_check import check_page
from imagine_harness.harness.drift.page_facts import Facts
from imagine_harness.harness.drift.recording.contract_patch import preview

TODAY = date(2027, 1, 2)


def witness_of(
    contract: Contract, page: Facts, findings: tuple[Finding, ...]
) -> list[tuple[Finding, Witness | None]]:
    new = preview(contract, page, findings, b"page", TODAY).contract
    pairs = list(with_witnesses(contract, new, findings, all_kinds=True))
    for finding, witness in pairs:
        if witness is not None:
            assert finding.operation is not None
            old, now = (
                Validator(each.operations[finding.operation], defaults(each))
                for each in (contract, new)
            )
            refusals = [
                [v for v in side.violations_of(witness.body) if v.level == "error"]
                for side in (old, now)
            ]
            assert [not each for each in refusals] == [not witness.accepted, witness.accepted]
    return pairs


@pytest.mark.parametrize(
    ("provider", "edit", "accepted", "held"),
    [
        ("fal", "both-ranges-narrowed", False, {"num_images": 4}),
        ("fal", "ratio-new", True, {"aspect_ratio": "auto"}),
        ("fal", "strength-new-and-required", False, {}),
        ("runware", "size-and-resolution-together", True, {"resolution": "1K"}),
        ("uniall", "fields-of-images-combine", True, {}),
    ],
)
def test_a_finding_comes_with_the_plainest_request_that_shows_it(
    provider: str,
    edit: str,
    accepted: bool,
    held: dict[str, Any],
    edited: Callable[[str, str], bytes],
) -> None:
    seen = check_page(provider, "page.md", edited(provider, edit))
    assert seen.contract is not None
    assert seen.facts is not None

    _, witness = witness_of(seen.contract, seen.facts, seen.findings)[0]

    assert witness is not None
    assert witness.accepted is accepted
    assert isinstance(witness.body, dict)
    assert held.items() <= witness.body.items()
    assert len(witness.body) <= 7


def test_the_severity_of_another_rule_is_that_of_a_request_that_shows_it(
    contract: Callable[[str], Contract], whole: Callable[[str], Facts]
) -> None:
    facts = whole("uniall")
    old = next(rule for rule in facts.rules if rule.type == "requires_when")
    for groups, severity in (
        (["image"], "breaking"),
        ([*old.entry["groups"], "n"], "non-breaking"),
    ):
        when = {"equals": {"task_type": ["image2image"]}}
        entry = {**old.entry, "groups": groups, "when": when}
        new = RuleFact(old.operation, old.type, {**entry, "values": []}, old.section)
        new = replace(new, entry={k: v for k, v in new.entry.items() if k != "values"})
        page = replace(facts, rules=tuple(new if rule is old else rule for rule in facts.rules))

        ((finding, _),) = witness_of(contract("uniall"), page, compare(facts, page).findings)

        assert finding.severity == severity


@pytest.mark.parametrize(
    ("name", "default", "severity"),
    [
        ("n", 1, "non-breaking"),
        ("n", 2, "breaking"),
        ("resolution", "1k", "non-breaking"),
        ("resolution", "2k", "breaking"),
        ("user", "nobody", "non-breaking"),
    ],
)
def test_a_new_default_breaks_a_client_where_it_changes_the_answer(
    name: str,
    default: object,
    severity: str,
    contract: Callable[[str], Contract],
    whole: Callable[[str], Facts],
) -> None:
    facts = whole("cloudflare")
    page = replace(
        facts,
        parameters=tuple(
            replace(p, default=default) if p.name == name else p for p in facts.parameters
        ),
    )

    ((finding, _),) = witness_of(contract("cloudflare"), page, compare(facts, page).findings)

    assert finding.kind == "request-parameter-default-value-added"
    assert finding.severity == severity


def test_what_no_request_can_show_has_no_witness(
    contract: Callable[[str], Contract], whole: Callable[[str], Facts]
) -> None:
    facts = whole("runware")
    assert facts.status is not None
    page = replace(facts, status=replace(facts.status, word="deprecated"))

    ((finding, witness),) = witness_of(contract("runware"), page, compare(facts, page).findings)

    assert finding.kind == "status-changed"
    assert witness is None
