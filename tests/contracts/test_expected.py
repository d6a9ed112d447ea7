"""What the answer to an accepted request must deliver, in numbers from the pages."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imagine_harness.contracts.expected import ExpectedAnswer, Shape, shape
from imagine_harness.contracts.loading import load
from imagine_harness.harness.generation.bodies import generator
from tests.contracts.promised_images import (
    CASES,
    LARGE_SIZES,
    OTHER_RATIOS,
    RATIO_SIZES,
    RUNWARE_SIZES,
    WITH_OUTCOME,
    operation,
    promised,
)
from tests.laws import drawn, examples, hold


def pixels(made: ExpectedAnswer) -> tuple[int, int]:
    return made.width, made.height


def test_the_promise_holds_what_the_page_says() -> None:
    def law(name: str, body: dict[str, Any], expected: dict[str, Any]) -> None:
        made = promised(name, body)

        assert {key: getattr(made, key) for key in expected} == expected

    hold(law, ((title, case) for title, *case in CASES))


def test_a_large_size_is_the_small_one_scaled() -> None:
    asked = {ratio: {"aspect_ratio": ratio, "resolution": "2k"} for ratio in LARGE_SIZES}
    made = {ratio: pixels(promised("fal.generate", body)) for ratio, body in asked.items()}

    assert made == LARGE_SIZES


def test_a_size_that_runware_lists_is_made_to_the_pixel() -> None:
    made = [promised("runware.task", {"width": w, "height": h}) for w, h in RUNWARE_SIZES]

    assert [*map(pixels, made)] == [*RUNWARE_SIZES]


def test_a_preset_beside_a_reference_image_takes_its_shape() -> None:
    made = promised("runware.task", {"resolution": "1K"}, ((200, 400),))

    assert (made.width, made.height) == (704, 1408)


@pytest.mark.parametrize("name", ["fal.edit", "xai.edit", "uniall.edit"])
def test_an_edit_that_names_no_ratio_keeps_the_shape_of_its_first_image(name: str) -> None:
    made = promised(name, {}, ((1920, 1080), (10, 1000)))

    assert (made.width, made.height) == (1408, 768)


def test_where_a_page_states_the_ratio_without_one_no_image_decides() -> None:
    made = promised("lumenfall.edit", {"resolution": "1K"}, ((1920, 1080),))

    assert (made.width, made.height) == (1024, 1024)


@pytest.mark.parametrize(("inputs", "cost"), [(0, 0.02), (1, 0.022), (2, 0.024)])
@pytest.mark.parametrize("name", ["runware.task", "xai.edit"])
def test_every_input_image_adds_to_the_cost(name: str, inputs: int, cost: float) -> None:
    assert promised(name, {}, ((64, 64),) * inputs).cost == cost


LUMENFALL_SIZES: tuple[tuple[dict[str, str], tuple[int, int]], ...] = (
    ({"size": "1920x1080"}, (1365, 768)),
    ({"size": "16:9"}, (1365, 768)),
    ({"size": "auto"}, (1024, 1024)),
    ({"size": "4096x4096"}, (2048, 2048)),
    ({"size": "1024x1024", "aspect_ratio": "16:9"}, (1024, 1024)),
    ({"size": "1024x1024", "resolution": "2K"}, (1024, 1024)),
    ({"size": "1:1", "aspect_ratio": "16:9"}, (1024, 1024)),
    ({"size": "3014x1391"}, (3014, 1391)),
    ({"aspect_ratio": "16:9"}, (1365, 768)),
    ({"aspect_ratio": "21:9"}, (1527, 687)),
    ({"aspect_ratio": "0.001:99999"}, (687, 1526)),
    ({"aspect_ratio": "9:16", "resolution": "2k"}, (1536, 2731)),
    ({"resolution": "0.25"}, (1024, 1024)),
    ({"resolution": "0.5K"}, (1024, 1024)),
    ({"resolution": "4K"}, (2048, 2048)),
    ({"resolution": "auto"}, (1024, 1024)),
)


def test_lumenfall_serves_the_nearest_listed_size() -> None:
    made = tuple(
        (body, pixels(promised("lumenfall.generate", body))) for body, _ in LUMENFALL_SIZES
    )

    assert made == LUMENFALL_SIZES


@pytest.mark.parametrize(("choice", "size"), [("counted", (2731, 1536)), ("ignored", (1365, 768))])
def test_a_reading_says_whether_a_tier_counts_beside_a_ratio_as_size(
    choice: str, size: tuple[int, int]
) -> None:
    body = {"size": "16:9", "resolution": "2K"}
    made = promised("lumenfall.generate", body, readings={RATIO_SIZES: choice})

    assert (made.width, made.height) == size


@examples(12, 500)
def test_every_accepted_body_is_promised_a_listed_size(examples: int) -> None:
    def law(name: str, body: Any) -> None:
        made = promised(name, body)

        assert pixels(made) in operation(name).outcome.size.table.pixels.values()
        assert made.format in ("jpeg", "png", "webp", "gif", "avif")
        assert made.carrier in ("url", "base64", "data-uri")

    bodies = drawn([generator(operation(name)).bodies() for name in WITH_OUTCOME], examples)
    found = zip(WITH_OUTCOME, bodies, strict=True)
    hold(law, ((name, (name, body)) for name, some in found for body in some))


@pytest.mark.parametrize("name", ["uniall.task", "uniall.generate", "uniall.edit"])
@settings(max_examples=12)
@given(
    ratio=st.one_of(
        st.sampled_from(["", ":", "16:0", "0:1", "-1:1", "nan:1", "inf:1", "1:2:3", "21:9", "x"]),
        st.text(max_size=9),
    )
)
def test_a_ratio_that_is_passed_on_unread_is_promised_a_listed_size(name: str, ratio: str) -> None:
    made = promised(name, {"aspect_ratio": ratio}, readings={OTHER_RATIOS: "passed-on"})

    assert (made.width, made.height) in operation(name).outcome.size.table.pixels.values()


@pytest.mark.parametrize("count", [0, -1, -(2**31), 2**31])
@pytest.mark.parametrize("name", ["lumenfall.generate", "uniall.generate"])
def test_a_count_without_a_documented_limit_is_promised_as_asked(name: str, count: int) -> None:
    assert promised(name, {"n": count}).count == count


def test_an_operation_that_makes_no_images_promises_nothing() -> None:
    with pytest.raises(ValueError, match=r"uniall\.task-result makes no images"):
        promised("uniall.task-result", {})


@pytest.mark.parametrize(
    ("asked", "listed"),
    [
        ({}, Shape("1:1", "1K")),
        ({"size": "1920x1080"}, Shape("16:9", "1K")),
        ({"size": "2048x2048", "aspect_ratio": "16:9"}, Shape("1:1", "2K")),
        ({"size": "21:9", "resolution": "4K"}, Shape("20:9", "2K")),
        ({"aspect_ratio": "4:5", "resolution": "0.25"}, Shape("3:4", "1K")),
        ({"aspect_ratio": "auto", "resolution": "2k"}, Shape(None, "2K")),
        ({"size": "auto"}, Shape(None, "1K")),
    ],
)
def test_what_a_gateway_is_asked_for_has_one_listed_shape(
    asked: dict[str, str], listed: Shape
) -> None:
    on_record = load.recorded("lumenfall")
    operation = on_record.contracts[0].operations["generate"]
    readings = {name: reading.default for name, reading in on_record.readings.items()}

    assert shape(operation, {"prompt": "a", **asked}, readings) == listed


def test_an_operation_that_makes_no_images_has_no_shape() -> None:
    with pytest.raises(ValueError, match=r"lumenfall\.models makes no images"):
        shape(load.recorded("lumenfall").platform["models"], {}, {})


@pytest.mark.parametrize(
    ("name", "body", "open_"),
    [
        ("openai.generate", {"prompt": "a"}, {"format", "size"}),
        ("openai.edit", {"prompt": "a", "size": "1024x1024"}, {"format"}),
        ("fal.generate", {"prompt": "a"}, set()),
    ],
)
def test_what_no_page_promises_is_open_unless_it_is_asked_for(
    name: str, body: dict[str, Any], open_: set[str]
) -> None:
    assert promised(name, body).open == open_
