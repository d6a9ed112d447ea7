"""Whole bodies as they are drawn: valid, none thrown away, limits among them, plain if asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.internal.conjecture.data import Status
from jsonschema import Draft202012Validator

from contracts import load
from contracts.rules import Rule
from contracts.schema import compiled_root
from harness.generate import Generator

UUID4 = "2f1c4b8e-5a3d-4c6b-9e7f-0a1b2c3d4e5f"
PROMPT = "a lighthouse at dusk"
IMAGES = ("image", "images", "image_url", "image_urls")

PLAIN: dict[str, Any] = {
    "cloudflare.generate": {"model": "xai/grok-imagine-image", "input": {"prompt": PROMPT}},
    "cloudflare.generate-by-path": {"prompt": PROMPT},
    "fal.generate": {"prompt": PROMPT},
    "fal.edit": {"prompt": PROMPT},
    "lumenfall.generate": {"model": "grok-imagine-image", "prompt": PROMPT},
    "lumenfall.edit": {"model": "grok-imagine-image", "prompt": PROMPT},
    "runware.task": {
        "model": "xai:grok-imagine@image",
        "taskType": "imageInference",
        "taskUUID": UUID4,
        "positivePrompt": PROMPT,
        "resolution": "1K",
    },
    "uniall.task": {"model": "grok-imagine-image", "prompt": PROMPT},
    "uniall.generate": {"model": "grok-imagine-image", "prompt": PROMPT},
    "uniall.edit": {"model": "grok-imagine-image", "prompt": PROMPT},
    "xai.generate": {"model": "grok-imagine-image", "prompt": PROMPT},
    "xai.edit": {"model": "grok-imagine-image", "prompt": PROMPT},
}
"""The plainest body of every operation that has one, but for the one image of an edit."""

LIMITS = [
    ("cloudflare.generate", "n", 1, 10),
    ("cloudflare.generate-by-path", "n", 1, 10),
    ("fal.generate", "num_images", 1, 4),
    ("fal.edit", "num_images", 1, 4),
    ("lumenfall.generate", "n", 1, 10),
    ("runware.task", "numberResults", 1, 20),
    ("runware.task", "outputQuality", 20, 99),
    ("uniall.task", "num_images", 1, 4),
    ("uniall.generate", "num_images", 1, 4),
    ("uniall.edit", "num_images", 1, 4),
    ("xai.generate", "n", 1, 10),
    ("xai.generate", "storage_options.expires_after", 1, 2_592_000),
]

quick = settings(
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)

every_operation = pytest.mark.parametrize("name", PLAIN)


@cache
def generator(name: str) -> Generator:
    provider, _, own = name.partition(".")
    return Generator(load.recorded(provider).contracts[0].operations[own])


def rule_of(name: str, own: str) -> Rule:
    (found,) = [
        rule for rule in generator(name).operation.rules if rule.statement.id == f"{name}.{own}"
    ]
    return found


@cache
def three_hundred(name: str) -> tuple[Any, ...]:
    """Three hundred bodies of an operation, the same in every run."""
    collected: list[Any] = []

    @settings(quick, max_examples=300)
    @given(body=generator(name).bodies())
    def collect(body: Any) -> None:
        collected.append(body)

    collect()
    return tuple(collected)


@every_operation
def test_drawn_bodies_break_no_rule(name: str) -> None:
    schema = Draft202012Validator(compiled_root(generator(name).operation.rules))

    assert [body for body in three_hundred(name) if generator(name).broken(body)] == []
    assert [body for body in three_hundred(name)[:50] if not schema.is_valid(body)] == []


@every_operation
def test_nothing_that_is_drawn_is_thrown_away(name: str) -> None:
    used: list[Any] = []
    rejected: list[str] = []

    @settings(quick, max_examples=100)
    @given(data=st.data())
    def draw(data: st.DataObject) -> None:
        try:
            used.append(data.draw(generator(name).bodies()))
        finally:
            if data.conjecture_data.status is Status.INVALID:
                rejected.append("the whole body")
            rejected.extend(map(str, data.conjecture_data.events))

    draw()

    assert rejected == []
    assert len(used) >= 100


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
    found = [id(each) for body in three_hundred(name) for each in objects(body)]

    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("name", "parameter", "low", "high"),
    [pytest.param(*case, id=f"{case[0]}.{case[1]}") for case in LIMITS],
)
def test_both_limits_of_a_whole_number_are_drawn(
    name: str, parameter: str, low: int, high: int
) -> None:
    known = generator(name).operation.parameters[parameter]
    values = {known.value(body) for body in three_hundred(name)}

    assert {low, high} <= values


@every_operation
def test_the_plainest_body_reads_well(name: str) -> None:
    body = generator(name).plain({}, None)
    images = [body.pop(key) for key in IMAGES if key in body]

    assert body == PLAIN[name]
    assert len(images) == (1 if name.endswith("edit") else 0)


def test_a_plain_body_holds_the_patch_and_breaks_the_rule_asked_for() -> None:
    rule = rule_of("fal.generate", "num_images.maximum")

    body = generator("fal.generate").plain({("num_images",): 5}, rule)

    assert body == {"prompt": PROMPT, "num_images": 5}
    assert generator("fal.generate").broken(body) == {rule.statement.id}


def test_a_plain_body_gives_way_to_what_the_patch_asks_for() -> None:
    body = generator("runware.task").plain({("width",): 1408, ("height",): 768}, None)

    assert "resolution" not in body
    assert (body["width"], body["height"]) == (1408, 768)


def test_no_plain_body_fits_a_patch_that_a_rule_forbids() -> None:
    with pytest.raises(ValueError, match=r"no body of fal\.generate fits"):
        generator("fal.generate").plain({("num_images",): 5}, None)


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
