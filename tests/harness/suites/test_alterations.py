"""Answers as they may come one day hold what they held before."""

from __future__ import annotations

from typing import Any

from harness.suites import alterations

ANSWER: dict[str, Any] = {
    "created": 1,
    "data": [{"url": "http://127.0.0.1/a.png", "revised_prompt": ""}, {"url": "data:,"}],
}
SHAPE = {
    "required": ["data"],
    "properties": {
        "created": {"type": "integer"},
        "data": {"items": {"properties": {"url": {}, "revised_prompt": {"type": "string"}}}},
    },
}


def test_new_fields_stand_in_every_object_beside_the_old_ones() -> None:
    altered = alterations.with_new_fields(ANSWER)

    assert altered["data"][0].items() >= ANSWER["data"][0].items()
    assert set(altered) - set(ANSWER) == {"x_new_field"}
    assert set(altered["data"][1]) - {"url"} == {"x_new_field"}


def test_another_order_is_the_same_answer() -> None:
    altered = alterations.reordered(ANSWER)

    assert altered == ANSWER
    assert list(altered) == ["data", "created"]
    assert [each["url"] for each in altered["data"]] == [each["url"] for each in ANSWER["data"]]


def test_what_nobody_needs_is_left_out_and_no_image_is() -> None:
    assert alterations.bare(ANSWER, SHAPE) == {"data": [{"url": "http://127.0.0.1/a.png"}, {}]}


def test_no_image_is_left() -> None:
    assert alterations.without_images(ANSWER) == {"created": 1, "data": []}


def test_an_error_stands_in_place_of_the_answer() -> None:
    assert list(alterations.an_error(ANSWER)) == ["error"]
