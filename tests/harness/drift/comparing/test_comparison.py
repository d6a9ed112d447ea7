"""What moved between facts and facts, and what was not reached."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.harness.drift.comparing.comparison import compare
from imagine_harness.harness.drift.facts import OpenPoint, OutputFact
from imagine_harness.harness.drift.page_facts import Area, Facts
from tests.growth import leaps

PROVIDERS = ("cloudflare", "fal", "lumenfall", "runware", "uniall")


@pytest.mark.parametrize("provider", PROVIDERS)
def test_facts_do_not_differ_from_themselves(provider: str, whole: Callable[[str], Facts]) -> None:
    compared = compare(whole(provider), whole(provider))

    assert compared.findings == ()
    assert compared.unread == ()


@pytest.mark.parametrize("provider", PROVIDERS)
def test_every_edit_of_facts_is_found_as_exactly_that_edit(
    provider: str, whole: Callable[[str], Facts], helper: Callable[[str], Any]
) -> None:
    facts, edits = whole(provider), helper("small_edits")
    tried = 0
    for name in edits.EDITS:
        for seed in range(2):
            edit = edits.edited(facts, name, seed)
            if edit is not None:
                tried += 1
                compared = compare(facts, edit.facts)
                found = [(f.kind, f.operation, f.parameter) for f in compared.findings]
                assert found == [edit.expected], name
                assert compared.unread == ()
    assert tried > 16


@settings(max_examples=20)
@given(st.sampled_from(PROVIDERS), st.sampled_from([*Area]), st.integers(0, 99))
def test_what_a_page_does_not_reach_is_unknown_and_never_removed(
    whole: Callable[[str], Facts], provider: str, area: Area, place: int
) -> None:
    facts = whole(provider)
    sorts = {
        Area.INPUT: "parameters",
        Area.OUTPUT: "outputs",
        Area.RULES: "rules",
        Area.SIZES: "sizes",
        Area.PRICES: "prices",
        Area.MODELS: "models",
    }
    sort = sorts.get(area, "parameters")
    kept = getattr(facts, sort)[:place]
    reached = frozenset(
        each for each in facts.reached if each[0] is not (area if area in sorts else Area.INPUT)
    )
    cut: Facts = replace(facts, **{sort: kept}, reached=reached)

    compared = compare(facts, cut)

    assert [f for f in compared.findings if "removed" in f.kind] == []
    shown = (
        [each for each in cut.outputs if not _holds(each.path, facts)]
        if sort == "outputs"
        else kept
    )
    full = (
        [each for each in facts.outputs if not _holds(each.path, facts)]
        if sort == "outputs"
        else getattr(facts, sort)
    )
    assert bool(compared.unread) == (len(shown) < len(full))


def _holds(path: str, facts: Facts) -> bool:
    return any(other.path.startswith((f"{path}.", f"{path}[]")) for other in facts.outputs)


def test_a_parameter_in_which_the_page_stops_keeps_what_it_does_not_state(
    whole: Callable[[str], Facts],
) -> None:
    facts = whole("fal")
    first = next(p for p in facts.parameters if p.name == "num_images")
    stopped = replace(first, schema={"type": "integer"}, whole=False)
    page = replace(facts, parameters=tuple(stopped if p is first else p for p in facts.parameters))

    compared = compare(facts, page)

    assert compared.findings == ()
    assert compared.unread == ("generate.num_images",)


def test_a_rule_is_unknown_where_a_sentence_that_may_state_it_was_not_understood(
    whole: Callable[[str], Facts],
) -> None:
    facts = whole("runware")
    gone = next(rule for rule in facts.rules if rule.type == "together")
    rest = tuple(rule for rule in facts.rules if rule is not gone)
    point = OpenPoint(gone.section, "Width keeps height company.")

    assert compare(facts, replace(facts, rules=rest)).findings[0].kind == "request-rule-removed"
    reworded = compare(facts, replace(facts, rules=rest, open_points=(point,)))
    assert reworded.findings == ()
    assert reworded.unread == ("task.size-together",)


def test_an_operation_that_is_gone_is_one_finding(whole: Callable[[str], Facts]) -> None:
    facts = whole("fal")
    page = replace(
        facts,
        endpoints=facts.endpoints[:1],
        parameters=tuple(p for p in facts.parameters if p.operation == "generate"),
        outputs=tuple(o for o in facts.outputs if o.operation == "generate"),
    )

    (finding,) = compare(facts, page).findings

    assert (finding.kind, finding.operation) == ("endpoint-removed", "edit")
    assert finding.severity == "breaking"


def test_a_host_that_also_takes_the_calls_is_no_move(whole: Callable[[str], Facts]) -> None:
    facts = whole("fal")
    known = replace(facts.endpoints[0], also=("other.example",))
    recorded = replace(facts, endpoints=(known, *facts.endpoints[1:]))
    for host, found in (("other.example", 0), ("third.example", 1)):
        moved = replace(facts.endpoints[0], host=host)
        page = replace(facts, endpoints=(moved, *facts.endpoints[1:]))

        assert len(compare(recorded, page).findings) == found


@pytest.mark.parametrize(
    ("was", "now", "kinds"),
    [
        ({"type": "integer"}, {"type": "number"}, ["request-parameter-type-generalized"]),
        ({"type": "number"}, {"type": "integer"}, ["request-parameter-type-specialized"]),
        ({"type": "integer"}, {"type": "string"}, ["request-parameter-type-changed"]),
        ({"type": "string"}, {"enum": ["a"]}, ["request-parameter-became-enum"]),
        ({"enum": ["a"]}, {"type": "string"}, ["request-parameter-became-not-enum"]),
        ({"type": "string"}, {"type": "string", "format": "url"}, ["request-parameter-format-set"]),
        (
            {"type": "array", "items": {"type": "string"}},
            {"type": "array", "items": {"type": "integer"}},
            ["request-parameter-type-changed"],
        ),
        (
            {"type": "object", "required": ["a"]},
            {"type": "object", "required": ["a", "b"]},
            ["request-parameter-became-required"],
        ),
        ({"enum": ["a", "b"]}, {"enum": ["b", "a"]}, []),
        ({"enum": [1, 2]}, {"enum": [1.0, 2.0]}, []),
    ],
)
def test_a_value_of_another_form_is_told_by_what_it_takes(
    was: dict[str, Any], now: dict[str, Any], kinds: list[str], whole: Callable[[str], Facts]
) -> None:
    facts = whole("fal")
    first = facts.parameters[0]
    old, new = (
        replace(facts, parameters=(replace(first, schema=s), *facts.parameters[1:]))
        for s in (was, now)
    )

    assert [f.kind for f in compare(old, new).findings] == kinds


def test_answers_of_many_fields_are_compared_in_linear_time(whole: Callable[[str], Facts]) -> None:
    facts = whole("fal")

    def facts_of(count: int) -> Facts:
        paths = [
            f"{letter}{n}{end}" for n in range(count) for letter in "ab" for end in ("", "[].c")
        ]
        outputs = tuple(OutputFact("generate", path, "", {}) for path in paths)
        return replace(facts, outputs=(*facts.outputs, *outputs))

    compared = compare(facts, facts_of(2)).findings

    assert {each.parameter for each in compared} == {"a0[].c", "a1[].c", "b0[].c", "b1[].c"}
    assert not leaps(lambda page: compare(facts, page), facts_of(100), facts_of(400))
