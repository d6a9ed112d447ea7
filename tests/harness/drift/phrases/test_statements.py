"""Every phrase is read on every provider's page, and what is none is told."""

from __future__ import annotations

from typing import Any

import pytest

from imagine_harness.contracts.fields import ABSENT
from imagine_harness.harness.drift.page_check import check_page
from imagine_harness.harness.drift.phrases.limits import LIMITS
from imagine_harness.harness.drift.phrases.rules import PHRASES
from imagine_harness.harness.drift.phrases.values import VALUE_PHRASES
from tests.harness.drift.phrases.described import ROWS, Described, facts, page, parameters

UNITS = {"string": "characters", "array": "images", "integer": "pixels"}
SUFFIXES = {"string": "Length", "array": "Items", "integer": "imum"}
ENDS = {
    **dict.fromkeys(
        ("between", "range", "from", "in one code", "between codes", "in brackets", "to"), (1, 500)
    ),
    "exactly": (500, 500),
    **dict.fromkeys(("up to", "maximum", "not exceed", "limited to", "or fewer"), (None, 500)),
    **dict.fromkeys(("at least", "minimum", "not below", "or more"), (500, None)),
}
"""What the examples of the limits state."""

STATED: dict[str, tuple[list[str] | None, object]] = {
    **{name: (["one", "two"], ABSENT) for name in ("labelled", "one of", "must be", "either")},
    "listed": (["one", "two"], ABSENT),
    "example": (None, ABSENT),
    "advice": (None, ABSENT),
    "nested": (None, ABSENT),
    "default": (None, "two"),
    "for edits": (["one"], ABSENT),
}
"""What the examples of the phrases about values state: the listed ones, the default."""


LENGTHS: dict[str, tuple[int | None, int | None]] = {
    "At most 500 characters.": (None, 500),
    "Maximum length of 500 characters.": (None, 500),
    "Must not exceed 500 characters.": (None, 500),
    "Max: `500`.": (None, 500),
    "Max. 1,500 chars.": (None, 1500),
    "Character limit: 500.": (None, 500),
    "The text can be up to 500 characters long.": (None, 500),
    "500 characters max.": (None, 500),
    "Between 1 and 500 characters.": (1, 500),
    "Length: 1-500 characters.": (1, 500),
    "At least 3 characters, at most 500.": (3, 500),
    "Must contain at least one character.": (1, None),
}
"""Sentences about a text: its least and its greatest length."""

RULES = {
    "Cannot be used with `other`.": "excludes",
    "Mutually exclusive with other.": "excludes",
    "Required when other is given.": "requires_when",
    "Required unless `other` is set.": "one_of",
    "Either it or other must be provided.": "one_of",
    "If other is also provided, other takes precedence.": "precedence",
    "Ignored when `other` is set.": "precedence",
    "Only applies when `other` is `fast`.": "ignored_when",
    "Can only be used when other is `fast`.": "allowed_when",
    "When other is `fast`, `it` must be `slow`.": "allowed_when",
}
"""Sentences about a parameter `it`, and the type of the rule that each states."""


def left(found: Any) -> list[str]:
    return [point.text for point in found.open_points]


def test_every_phrase_is_tried() -> None:
    assert {limit.name for limit in LIMITS} == ENDS.keys()
    assert {said.name for said in VALUE_PHRASES} == STATED.keys()


@pytest.mark.parametrize("provider", ROWS)
def test_the_length_of_a_text_is_read_at_every_provider(provider: str) -> None:
    rows = {f"n{n}": sentence for n, sentence in enumerate(LENGTHS)}

    found = facts(provider, [(name, "string", text) for name, text in rows.items()])

    known = parameters(found)
    for name, sentence in rows.items():
        schema = known[name].schema
        assert (schema.get("minLength"), schema.get("maxLength")) == LENGTHS[sentence], sentence
    assert left(found) == []


@pytest.mark.parametrize("provider", ROWS)
def test_a_rule_is_read_at_every_provider(provider: str) -> None:
    for sentence, kind in RULES.items():
        found = facts(provider, [("it", "string", sentence), ("other", "string", "What it is.")])

        own = {rule.type for rule in found.rules if {"it", "other"} <= {*rule.names}}
        assert own == {kind}, sentence
        assert left(found) == []


@pytest.mark.parametrize("provider", ROWS)
def test_every_phrase_that_bounds_is_read_for_every_type(provider: str) -> None:
    rows: dict[str, tuple[Described, dict[str, int]]] = {}
    for limit in LIMITS:
        for kind, unit in UNITS.items():
            name = f"n{len(rows)}"
            ends = zip(("min", "max"), ENDS[limit.name], strict=True)
            wanted = {f"{end}{SUFFIXES[kind]}": n for end, n in ends if n is not None}
            rows[name] = ((name, kind, limit.example.format(unit=unit)), wanted)

    found = facts(provider, [row for row, _ in rows.values()])

    known = parameters(found)
    bounds = {f"{end}{suffix}" for end in ("min", "max") for suffix in SUFFIXES.values()}
    for name, (row, wanted) in rows.items():
        assert {k: v for k, v in known[name].schema.items() if k in bounds} == wanted, row
    assert left(found) == []


@pytest.mark.parametrize("provider", ROWS)
def test_every_phrase_about_values_is_read(provider: str) -> None:
    rows = {f"n{n}": said for n, said in enumerate(VALUE_PHRASES)}

    found = facts(provider, [(name, "string", said.example) for name, said in rows.items()])

    known = parameters(found)
    for name, said in rows.items():
        listed, default = STATED[said.name]
        assert known[name].schema.get("enum") == listed, said.name
        assert known[name].default == default, said.name
    assert left(found) == []


@pytest.mark.parametrize("provider", ROWS)
def test_every_phrase_that_states_a_rule_is_read(provider: str) -> None:
    rows: list[Described] = []
    for number, phrase in enumerate(PHRASES):
        text = phrase.example.replace("`a`", f"`p{number}`").replace("`b`", f"`q{number}`")
        values = " Possible values: `one`, `two`." if phrase.name == "nearest" else ""
        rows += [(f"p{number}", "string", f"{text}{values}"), (f"q{number}", "string", "What.")]

    found = facts(provider, rows)

    stated = [str(rule.entry) for rule in found.rules]
    for number, phrase in enumerate(PHRASES):
        assert any(f"'p{number}'" in entry for entry in stated), phrase.name
    nearest = [rule.entry["listed"] for rule in found.rules if rule.type == "nearest"]
    assert nearest[0] == ["one", "two"]
    assert left(found) == []


@pytest.mark.parametrize("provider", ROWS)
@pytest.mark.parametrize(
    "sentence",
    [
        "Rhymes with 3 others.",
        "Rhymes with `orange`.",
        "Rhymes with other_one.",
        "Must rhyme with beside.",
        "At most 4 where it is late, unless `prompt` is set.",
        "Up to 3 sentences.",
    ],
)
def test_a_sentence_with_a_fact_that_is_not_understood_is_told(
    provider: str, sentence: str
) -> None:
    others = [(name, "string", "What it is.") for name in ("other_one", "beside")]
    rows = [("it", "string", sentence), *others]

    seen = check_page(provider, "page.md", page(provider, rows))

    assert seen.facts is not None
    assert {text.partition(": ")[2] for text in left(seen.facts)} == {sentence}
    assert not {"enum", "maxLength", "maximum"} & parameters(seen.facts)["it"].schema.keys()


@pytest.mark.parametrize("provider", ROWS)
def test_prose_without_a_fact_is_not_told(provider: str) -> None:
    sentences = ["What the prompt is for.", "It may be left out, then the model decides."]
    rows = [(f"n{n}", "string", text) for n, text in enumerate(sentences)]

    assert left(facts(provider, rows)) == []
