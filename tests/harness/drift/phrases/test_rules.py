"""Sentences where only rules stand, and sentences of descriptions: what they state."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import Schema
from imagine_harness.harness.drift.phrases.rules import PHRASES
from imagine_harness.harness.drift.phrases.sentences import sentences
from imagine_harness.harness.drift.phrases.statements import read, read_rule_sentence

SIDES = ["width", "height"]
SCHEMAS: dict[str, Schema] = {
    **{name: {"type": "array"} for name in ("a", "b.a", "inputs.a")},
    **{name: {"type": "string"} for name in ("b", "c")},
    **{name: {"type": "integer"} for name in SIDES},
}
RULES: list[tuple[str, str, dict[str, Any]]] = [
    (
        "Either provide `inputs.a`, or specify `width/height` or `c`.",
        "one_of",
        {"groups": ["inputs.a", SIDES, "c"]},
    ),
    ("Provide either `a` or `b`.", "one_of", {"groups": ["a", "b"]}),
    ("At least one of `a`, `b` or `c` must be provided.", "one_of", {"groups": ["a", "b", "c"]}),
    ("When `a` is not provided, `b` is required.", "one_of", {"groups": ["a", "b"]}),
    ("`a` cannot be used with `width/height`.", "excludes", {"groups": ["a", SIDES]}),
    ("When `a` is provided, `b` cannot be used.", "excludes", {"groups": ["a", "b"]}),
    ("`a` and `b` cannot be used at the same time.", "excludes", {"groups": ["a", "b"]}),
    ("`a` is not compatible with `b`.", "excludes", {"groups": ["a", "b"]}),
    ("`a`, `b` and `c` are mutually exclusive.", "excludes", {"groups": ["a", "b", "c"]}),
    ("Only one of `a` and `b` may be specified.", "excludes", {"groups": ["a", "b"]}),
    ("`width` and `height` must be used together.", "together", {"fields": SIDES}),
    (
        "`a` is required when `b` is `true`.",
        "requires_when",
        {"when": {"equals": {"b": True}}, "groups": ["a"]},
    ),
    (
        "When `b` is `4`, `a` is required.",
        "requires_when",
        {"when": {"equals": {"b": 4}}, "groups": ["a"]},
    ),
    (
        "When `b` is provided, `a` is also required.",
        "requires_when",
        {"when": {"given": ["b"]}, "groups": ["a"]},
    ),
    ("`b` requires `a`.", "requires_when", {"when": {"given": ["b"]}, "groups": ["a"]}),
    (
        "When `b` is `pro`, `a` must be `4K`.",
        "allowed_when",
        {"field": "b", "values": ["pro"], "when": {"equals": {"a": "4K"}}},
    ),
    (
        "`a` can only be used when `b` is `pro`.",
        "allowed_when",
        {"field": "a", "when": {"equals": {"b": "pro"}}},
    ),
    ("`a` can only be used with `b`.", "allowed_when", {"field": "a", "when": {"given": ["b"]}}),
    (
        "`a` is only available when `b` is provided.",
        "allowed_when",
        {"field": "a", "when": {"given": ["b"]}},
    ),
]


@pytest.mark.parametrize(("sentence", "kind", "entry"), RULES, ids=[rule[0] for rule in RULES])
def test_a_sentence_states_its_rule(sentence: str, kind: str, entry: dict[str, Any]) -> None:
    found = read_rule_sentence(sentence, SCHEMAS)

    assert found.rules == [(kind, entry)]
    assert found.left == []


def test_what_is_beside_none_of_several_excludes_each_of_them() -> None:
    found = read_rule_sentence("`a` is not compatible with `b` or `c`.", SCHEMAS)

    assert [entry["groups"] for _, entry in found.rules] == [["a", "b"], ["a", "c"]]


def test_a_rule_of_which_a_part_is_not_understood_is_none() -> None:
    found = read("Only available with `n` of 1.", "it", {"type": "string"}, ["it", "n"])

    assert (found.rules, found.left) == ([], ["Only available with `n` of 1."])


def test_a_rule_that_holds_in_some_cases_only_is_none() -> None:
    found = read("Cannot be used with `n` except at night.", "it", {"type": "string"}, ["it", "n"])

    assert found.rules == []
    assert len(found.left) == 1


def test_names_of_parameters_are_no_values() -> None:
    found = read("One of `n`, `m`.", "it", {"type": "string"}, ["it", "n", "m"])

    assert (found.values, found.left) == ([], ["One of `n`, `m`."])


def test_what_takes_any_value_has_no_list_of_values_of_its_own() -> None:
    text = "Possible values: `one`, `two`. Any is mapped to the nearest supported one."
    found = read(text, "it", {"type": "string"})

    assert found.rules == [("nearest", {"field": "it", "listed": ["one", "two"]})]
    assert found.schema({"type": "string"}) == {"type": "string"}


def test_a_rule_with_a_condition_that_it_cannot_say_is_none() -> None:
    sentence = "`a` cannot be used with `b` unless `c` is set."
    found = read_rule_sentence(sentence, SCHEMAS)

    assert (found.rules, found.left) == ([], [sentence])


@pytest.mark.parametrize(
    ("sentence", "keywords"),
    [
        ("`a` requires at least 1 item.", {"a": {"minItems": 1}}),
        ("When `b` is provided, `b.a` accepts up to 3 images.", {"b.a": {"maxItems": 3}}),
        (
            "`width` and `height` must be between `64` and 2048 pixels.",
            {side: {"minimum": 64, "maximum": 2048} for side in SIDES},
        ),
    ],
)
def test_a_sentence_states_limits_of_parameters(
    sentence: str, keywords: dict[str, dict[str, int]]
) -> None:
    found = read_rule_sentence(sentence, SCHEMAS)

    assert found.about == keywords
    assert found.left == []


@pytest.mark.parametrize(
    "sentence", ["`a` must rhyme with `b`.", "Pictures are large.", "", "`a` requires nothing."]
)
def test_other_sentences_state_nothing(sentence: str) -> None:
    found = read_rule_sentence(sentence, SCHEMAS)

    assert (found.states, found.left) == (False, [sentence])


def test_every_pattern_has_a_name_of_its_own() -> None:
    names = [phrase.name for phrase in PHRASES]

    assert len(set(names)) == len(names)


def test_a_description_states_what_is_in_it() -> None:
    unique = read("Names the task. Must be unique per task.", "taskUUID", {"type": "string"})
    default = read("When disabled, defaults to `none` mode.", "safety.check", {"type": "boolean"})

    assert unique.rules == [("unique", {"field": "taskUUID"})]
    assert default.defaults == [("safety.mode", "safety.check", False, "none")]
    assert (unique.left, default.left) == ([], [])


def test_points_inside_code_end_no_sentence() -> None:
    assert [*sentences("`a.b` requires `c`. `d` requires `e. F`.")] == [
        "`a.b` requires `c`.",
        "`d` requires `e. F`.",
    ]
