"""The sentences of Runware's pages, and the rules that they state."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.harness.drift.readers.runware_rules import SENTENCES, described, split, stated

SIDES = ["width", "height"]
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
    ("When `a` is provided, `b` cannot be used.", "excludes", {"groups": ["b", "a"]}),
    ("`a` and `b` cannot be used at the same time.", "excludes", {"groups": ["a", "b"]}),
    ("`a` is not compatible with `b` or `c`.", "excludes", {"groups": ["a", "b", "c"]}),
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
    found = stated(sentence)

    assert found is not None
    assert found.rules == ((kind, entry),)


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
    found = stated(sentence)

    assert found is not None
    assert dict(found.keywords) == keywords


@pytest.mark.parametrize(
    "sentence", ["`a` must rhyme with `b`.", "Pictures are large.", "", "`a` requires nothing."]
)
def test_other_sentences_state_nothing(sentence: str) -> None:
    assert stated(sentence) is None


def test_every_pattern_has_a_name_of_its_own() -> None:
    names = [name for name, _, _ in SENTENCES]

    assert len(set(names)) == len(names)


def test_a_description_states_what_is_in_it() -> None:
    (unique,) = described("taskUUID", ["Names the task. Must be unique per task."])
    (default,) = described("safety.check", ["When disabled, defaults to `none` mode."])

    assert unique.rules == (("unique", {"field": "taskUUID"}),)
    assert default.defaults == (("safety.mode", "safety.check", False, "none"),)


def test_points_inside_code_end_no_sentence() -> None:
    assert split("`a.b` requires `c`. `d` requires `e. F`.") == [
        "`a.b` requires `c`.",
        "`d` requires `e. F`.",
    ]
