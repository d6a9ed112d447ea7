"""What moved in a rule, by what its type says of rules that name more or fewer parameters."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.drift.comparing.findings import Finding
from imagine_harness.harness.drift.comparing.rules import RuleComparer
from imagine_harness.harness.drift.facts import ParameterFact, RuleFact
from imagine_harness.harness.drift.page_facts import Facts

COMPARER = RuleComparer(Facts("recorded"), Facts("page"))
WITH_NEW = RuleComparer(
    Facts("recorded"), Facts("page", parameters=(ParameterFact("draw", "a", "Input", {}),))
)
GIVEN = {"given": ["mode"]}


def fact(kind: str, **entry: Any) -> RuleFact:
    return RuleFact("draw", kind, entry, "Rules", "some-rule")


def compared(before: RuleFact, after: RuleFact) -> list[Finding]:
    return [each for each in COMPARER.changed(before, after) if isinstance(each, Finding)]


@pytest.mark.parametrize(
    ("kind", "key", "more", "wider", "narrower"),
    [
        ("together", "fields", {}, "rule-tightened", "rule-loosened"),
        ("excludes", "groups", {}, "rule-tightened", "rule-loosened"),
        ("one_of", "groups", {}, "rule-loosened", "rule-tightened"),
        ("requires_when", "groups", {"when": GIVEN}, "rule-loosened", "rule-tightened"),
        ("precedence", "groups", {}, "behaviour-changed", "behaviour-changed"),
        ("closed", "fields", {}, "rule-changed", "rule-changed"),
    ],
)
def test_a_rule_that_names_more_or_fewer_is_looser_or_tighter_as_its_type_says(
    kind: str, key: str, more: dict[str, Any], wider: str, narrower: str
) -> None:
    few, many = (fact(kind, **{key: names}, **more) for names in (["a", "b"], ["a", "b", "c"]))

    assert [found.kind for found in compared(few, many)] == [f"request-{wider}"]
    assert [found.kind for found in compared(many, few)] == [f"request-{narrower}"]


@pytest.mark.parametrize(
    ("rule", "severity"),
    [
        (fact("one_of", groups=["a", "b"]), "breaking"),
        (fact("requires_when", groups=["a"], when=GIVEN), "breaking"),
        (fact("excludes", groups=["a", "b"]), "non-breaking"),
        (fact("together", fields=["a", "b"]), "non-breaking"),
        (fact("allowed_when", field="a", when=GIVEN), "non-breaking"),
    ],
)
def test_a_new_rule_about_a_new_parameter_breaks_callers_only_where_it_demands_something(
    rule: RuleFact, severity: str
) -> None:
    known, new = COMPARER.added(rule), WITH_NEW.added(rule)

    assert (known.kind, known.severity) == ("request-rule-added", "breaking")
    assert (new.kind, new.severity) == ("request-rule-added", severity)


@pytest.mark.parametrize(
    ("rule", "about"),
    [
        (fact("precedence", groups=["a", ["b", "c"]]), "behaviour"),
        (fact("nearest", field="a", listed=["1:1"]), "behaviour"),
        (fact("unique", field="a"), "rule"),
        (fact("ignored_when", field="a", when=GIVEN), "rule"),
    ],
)
def test_what_happens_instead_of_a_refusal_is_no_rule_that_came_or_went(
    rule: RuleFact, about: str
) -> None:
    assert COMPARER.added(rule).kind == f"request-{about}-added"
    gone = COMPARER.removed(rule)
    assert gone is not None
    assert gone.kind == f"request-{about}-removed"
    assert gone.parameter == "a"
