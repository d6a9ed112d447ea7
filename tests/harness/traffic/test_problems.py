"""What is wrong with requests to the mocks, and how it is told."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.contracts.model import Change, Level
from imagine_harness.harness.traffic.problems import (
    format_change,
    format_problems,
    hint,
    instead,
    matches,
    problems,
    unmet_promises,
    way_in,
)
from tests.exchanges import PLAIN, changed
from tests.harness.traffic.readers.test_journal import BROKEN

WARNING = replace(BROKEN, level=Level.WARNING)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({}, []),
        ({"violations": [BROKEN, WARNING]}, [(BROKEN.rule, True), (BROKEN.rule, False)]),
        ({"violations": [BROKEN], "refusal": "violation:maximum"}, [(BROKEN.rule, True)]),
        ({"refusal": "credential-missing"}, [("fal.credential-missing", True)]),
        ({"refusal": "route-unknown"}, [("fal.route-unknown", True)]),
        ({"refusal": "queue-full"}, [("fal.queue-full", False)]),
        ({"refusal": "fault:rate-limited"}, [("fal.fault:rate-limited", False)]),
        ({"refusal": "credential-missing", "fault": "status=401"}, []),
        ({"refusal": "request-unknown", "path": "/x/task-1"}, [("fal.request-unknown", False)]),
        ({"refusal": "request-unknown", "body": b"task-1"}, [("fal.request-unknown", False)]),
        ({"refusal": "request-unknown", "path": "/x/task-2"}, [("fal.request-unknown", True)]),
    ],
)
def test_a_problem_is_serious_unless_a_correct_client_meets_it(
    given: dict[str, Any], found: list[tuple[str, bool]]
) -> None:
    made = problems(changed(PLAIN, **given), disturbed=["task-1"])

    assert [(each.id, each.serious) for each in made] == found


@pytest.mark.parametrize(
    ("pattern", "is_meant"),
    [
        ("fal.generate.num_images.maximum", True),
        ("generate.num_images.maximum", True),
        ("fal.generate", True),
        ("generate", True),
        ("fal", True),
        ("fal.gen", False),
        ("num_images", False),
        ("xai.generate.num_images.maximum", False),
        ("fal.generate.num_images.maximum.more", False),
    ],
)
def test_a_pattern_names_an_id_or_its_first_segments(pattern: str, is_meant: bool) -> None:
    assert matches(pattern, "fal.generate.num_images.maximum") is is_meant


def test_a_promise_that_is_kept_says_nothing() -> None:
    kept = changed(PLAIN, violations=[BROKEN], expected=(BROKEN.rule,))

    assert unmet_promises(kept) == []
    assert unmet_promises(changed(PLAIN, expected=("a.b",), fault="reset")) == []


def test_a_promise_that_is_not_kept_says_what_came_and_what_may_be_meant() -> None:
    [line] = unmet_promises(changed(PLAIN, expected=("fal.generate.num_images.maximun",)))

    assert line == (
        "X-Harness-Expect promised a violation of 'fal.generate.num_images.maximun', none came: "
        "POST /fal/x, request 1, answered 200; nothing on record is called so, "
        "did you mean 'fal.generate.num_images.maximum'?"
    )
    assert hint("fal.generate.num_images") == ""
    assert hint("no-name-at-all-is-like-this") == "; nothing on record is called so"


def test_what_came_instead_is_listed() -> None:
    assert instead({"b", "a"}, [PLAIN]) == "only a, b came"
    assert (instead([], [PLAIN]), instead([], [])) == ("none came", "no request came")


def test_problems_of_one_kind_are_told_once_with_their_number() -> None:
    first = changed(PLAIN, violations=[BROKEN])
    second = changed(PLAIN, id="2", violations=[BROKEN], refusal="violation:maximum")
    third = changed(PLAIN, id="3", refusal="route-unknown", answer=b"a" * 200)
    text = format_problems([one for each in (first, second, third) for one in problems(each)])

    assert text.splitlines()[0] == (f"3 requests do not conform: {BROKEN.rule}, fal.route-unknown")
    assert f"{BROKEN.rule}: {BROKEN.message}" in text
    assert "  request   POST /fal/x, request 1, answered 200, operation fal.generate" in text
    assert "  and 1 more of this kind" in text
    assert "request 2" not in text
    assert "fal.route-unknown: refused before any rule was looked at" in text
    assert f"  answer    {'a' * 159}…" in text


def test_of_many_kinds_the_first_are_told() -> None:
    many = [replace(BROKEN, rule=f"fal.generate.rule-{number}") for number in range(12)]
    text = format_problems(problems(changed(PLAIN, violations=many)))

    assert text.startswith("1 request does not conform: ")
    assert text.count("  source ") == 10
    assert text.endswith("\n\nand 2 more kinds")


def test_a_step_of_a_fix_is_in_words() -> None:
    assert format_change(Change("replace", "/n", 4)) == "replace /n with 4"
    assert format_change(Change("add", "/n", "x")) == 'add /n as "x"'
    assert format_change(Change("remove", "/n", ABSENT)) == "remove /n"


@pytest.mark.parametrize(
    ("given", "ways"),
    [
        ({"refusal": "content-type"}, []),
        ({"refusal": "credential-missing"}, ["send Authorization: Key mock-id:mock-secret"]),
        (
            {"refusal": "route-unknown", "path": "/xai/grok-imagin-image"},
            ["call POST /fal/xai/grok-imagine-image (fal.generate)"],
        ),
        ({"refusal": "route-unknown", "path": "q" * 60}, []),
    ],
)
def test_a_request_that_came_to_no_rule_is_told_how_it_would(
    given: dict[str, Any], ways: list[str]
) -> None:
    assert way_in(changed(PLAIN, **given)) == ways
