"""Whole bodies as they are drawn: valid, none thrown away, limits among them, plain if asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.statistics import collector
from jsonschema import Draft202012Validator

from imagine_harness.contracts.schema import compiled_root
from tests.harness.generation.operations import IMAGES, PLAIN, every_operation, generator, rule_of
from tests.laws import TOGETHER, drawn, hold

LIMITS = [
    ("cloudflare.generate", "n", 1, 10),
    ("cloudflare.generate-by-path", "n", 1, 10),
    ("fal.generate", "num_images", 1, 4),
    ("fal.edit", "num_images", 1, 4),
    ("lumenfall.generate", "n", 1, 10),
    ("lumenfall.edit", "n", 1, 10),
    ("openai.generate", "n", 1, 10),
    ("openai.edit", "n", 1, 10),
    ("runware.task", "numberResults", 1, 20),
    ("runware.task", "outputQuality", 20, 99),
    *((f"uniall.{own}", "num_images", 1, 4) for own in ("task", "generate", "edit")),
    *((f"uniall.{own}", "n", 1, 10) for own in ("task", "generate", "edit")),
    *((f"xai.{own}", "n", 1, 10) for own in ("generate", "edit")),
    *(
        (f"xai.{own}", "storage_options.expires_after", 1, 2_592_000)
        for own in ("generate", "edit")
    ),
]
"""Whole numbers with both limits."""

OTHER_LIMITS: list[tuple[str, str, int | None, int | None]] = [
    ("cloudflare.generate", "images", None, 10),
    ("cloudflare.generate-by-path", "images", None, 10),
    ("fal.edit", "image_urls", 1, 3),
    ("lumenfall.generate", "prompt", None, 1000),
    ("lumenfall.edit", "prompt", None, 1000),
    ("lumenfall.edit", "image", 1, None),
    ("runware.task", "ttl", 60, None),
    ("runware.task", "inputs.referenceImages", 1, 3),
    ("runware.task", "positivePrompt", 1, None),
    *((f"uniall.{own}", key, 1, None) for own in ("task", "edit") for key in IMAGES[1::2]),
    ("xai.edit", "images", None, 3),
]
"""Whole numbers with one limit; limits of characters and of items."""

BOUNDS = {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"}

quick = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)


@cache
def six_hundred(name: str) -> tuple[Any, ...]:
    """Six hundred bodies of an operation, the same in every run."""
    several = drawn([generator(name).bodies()] * TOGETHER, 600 // TOGETHER)
    return tuple(chain.from_iterable(several))


@every_operation
def test_drawn_bodies_break_no_rule(name: str) -> None:
    schema = Draft202012Validator(compiled_root(generator(name).operation.rules))

    assert [body for body in six_hundred(name) if generator(name).broken(body)] == []
    assert [body for body in six_hundred(name)[:50] if not schema.is_valid(body)] == []


def rejected(strategy: st.SearchStrategy[Any], examples: int) -> tuple[int, int]:
    """How many draws a filter threw away, wholly or in part, and how many were made.

    Draws that ran out of choices, as Hypothesis shuffles them, are neither.
    """
    told: list[dict[str, Any]] = []

    @settings(quick, max_examples=examples, phases=[Phase.generate])
    @given(drawn=strategy)
    def draw(drawn: Any) -> None:
        pass

    with collector.with_value(told.append):  # type: ignore[arg-type]
        draw()
    cases = [e for e in told[0]["generate-phase"]["test-cases"] if e["status"] != "overrun"]
    lost = [each for each in cases if each["status"] != "valid" or each["events"]]
    return len(lost), len(cases)


def breaking(name: str) -> st.SearchStrategy[Any]:
    rules = [rule for rule in generator(name).operation.rules if rule.breakable]
    return st.sampled_from(rules).flatmap(generator(name).breaking)


@every_operation
def test_of_legal_bodies_none_that_is_drawn_is_thrown_away(name: str) -> None:
    lost, made = rejected(generator(name).bodies(), 60)

    assert lost == 0
    assert made >= 60


@every_operation
def test_of_bodies_that_break_a_rule_less_than_one_in_a_hundred_is_thrown_away(name: str) -> None:
    lost, made = rejected(breaking(name), 20)

    assert lost == 0
    assert made >= 20


@pytest.mark.campaign
@every_operation
def test_of_thousands_of_draws_less_than_one_in_a_hundred_is_thrown_away(name: str) -> None:
    for strategy in (generator(name).bodies(), breaking(name)):
        lost, made = rejected(strategy, 2_000)

        assert lost < made / 100
        assert made >= 2_000


def test_what_a_filter_throws_away_is_counted() -> None:
    lost, made = rejected(st.integers(0, 100).filter(lambda value: value % 2 == 0), 50)

    assert lost > made / 10


def objects(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside `value`."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from objects(each)


@every_operation
def test_no_body_shares_an_object_with_one_that_was_drawn_before(name: str) -> None:
    found = [id(each) for body in six_hundred(name) for each in objects(body)]

    assert len(found) == len(set(found))


def values(name: str, parameter: str) -> list[Any]:
    """What six hundred bodies have of a parameter."""
    known = generator(name).operation.parameters[parameter]
    return [known.value(body) for body in six_hundred(name)]


def test_both_limits_of_a_whole_number_are_drawn() -> None:
    def law(name: str, parameter: str, low: int, high: int) -> None:
        assert {low, high} <= set(values(name, parameter))

    hold(law, ((f"{each[0]}.{each[1]}", each) for each in LIMITS))


def test_the_tables_hold_every_limit_on_record() -> None:
    bounded = {
        (name, parameter.name)
        for name in PLAIN
        for parameter in generator(name).operation.parameters.values()
        if BOUNDS & parameter.schema.keys()
    }

    assert {(name, own) for name, own, _, _ in (*LIMITS, *OTHER_LIMITS)} == bounded


def test_more_than_half_of_what_is_drawn_stands_at_a_limit_or_next_to_it() -> None:
    def law(name: str, parameter: str, low: int | None, high: int | None) -> None:
        counted = (list,) if parameter == "image" else (list, str)
        drawn = values(name, parameter)
        measured = [len(each) if isinstance(each, counted) else each for each in drawn]
        numbers = [each for each in measured if isinstance(each, int)]
        near = [each for each in numbers if any(abs(each - at) <= 1 for at in (low, high) if at)]

        assert len(numbers) >= 30
        assert len(near) > 0.5 * len(numbers)

    limits = (*LIMITS, *OTHER_LIMITS)
    hold(law, ((f"{each[0]}.{each[1]}", each) for each in limits))


def drawing_for(draw: Callable[[st.DataObject], Any]) -> None:
    """Run one drawing a few times."""

    @settings(quick, max_examples=5)
    @given(data=st.data())
    def run(data: st.DataObject) -> None:
        with pytest.raises(ValueError, match="cannot be broken alone"):
            draw(data)

    run()


@pytest.mark.filterwarnings("ignore:Generating overly large repr")
@pytest.mark.parametrize(
    ("name", "owner", "own"),
    [
        ("lumenfall.generate", "lumenfall.generate", "size-over-ratio"),
        ("lumenfall.generate", "lumenfall.generate", "nearest-ratio"),
        ("fal.generate", "runware.task", "size-together"),
    ],
    ids=["precedence", "nearest", "a rule of another operation"],
)
def test_a_rule_that_no_body_breaks_alone_cannot_be_drawn_for(
    name: str, owner: str, own: str
) -> None:
    rule = rule_of(owner, own)

    drawing_for(lambda data: data.draw(generator(name).breaking(rule)))
