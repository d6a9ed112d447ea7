"""Answers as they may come one day hold what they held before."""

from __future__ import annotations

import base64
import io
from typing import Any

import pytest
from PIL import Image

from imagine_harness.harness.suites.subjects import alterations

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


def test_what_is_needed_stays() -> None:
    kept = alterations.bare(ANSWER, SHAPE, needed=("created", "revised_prompt"))

    assert kept == ANSWER | {"data": [ANSWER["data"][0], {}]}


def test_of_several_images_the_last_is_missing_and_nothing_else() -> None:
    url = "http://127.0.0.1/a.png"
    answer = {"images": [{"url": url}, {"url": url}], "one": [url], "words": ["a", "b", "c"]}

    altered = alterations.with_one_less(answer)

    assert altered == answer | {"images": [{"url": url}]}


@pytest.mark.parametrize(
    ("answer", "place", "expected"),
    [
        ({"status": "queued"}, "status", {"status": "running"}),
        ({"status": "done"}, "status", {"status": "done"}),
        (
            {"data": {"status": "queued", "id": 1}},
            "data.status",
            {"data": {"status": "running", "id": 1}},
        ),
        (
            {"data": [{"status": "queued"}, {"status": "done"}, {}]},
            "data[].status",
            {"data": [{"status": "running"}, {"status": "done"}, {}]},
        ),
        ({"data": None}, "data[].status", {"data": None}),
        ([], "status", []),
    ],
)
def test_a_task_tells_another_state_unless_it_is_over(
    answer: Any, place: str, expected: Any
) -> None:
    assert alterations.in_state(answer, place, {"queued"}, "running") == expected


def picture(kind: str) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 20), "red").save(made, kind)
    return made.getvalue()


def kind_of(data: bytes) -> str | None:
    return Image.open(io.BytesIO(data)).format


@pytest.mark.parametrize(("disguised", "told"), [(False, "image/png"), (True, "image/jpeg")])
def test_a_picture_has_another_format_and_may_hide_it(disguised: bool, told: str) -> None:
    other = alterations.OtherFormat("png", disguised)
    data, content_type = other.picture(picture("JPEG"), "image/jpeg")

    assert (kind_of(data), content_type) == ("PNG", told)


@pytest.mark.parametrize(("disguised", "told"), [(False, "image/png"), (True, "image/jpeg")])
def test_pictures_in_an_answer_have_another_format_too(disguised: bool, told: str) -> None:
    text = base64.b64encode(picture("JPEG")).decode()
    answer = {
        "b64_json": text,
        "uris": [f"data:image/jpeg;base64,{text}"],
        "prompt": "a, b",
        "n": 1,
    }

    altered = alterations.OtherFormat("png", disguised).answer(answer)

    head, _, body = altered["uris"][0].partition(",")
    assert head == f"data:{told};base64"
    assert (
        kind_of(base64.b64decode(body)) == kind_of(base64.b64decode(altered["b64_json"])) == "PNG"
    )
    assert (altered["prompt"], altered["n"]) == ("a, b", 1)


def test_no_image_is_left() -> None:
    assert alterations.without_images(ANSWER) == {"created": 1, "data": []}


def test_an_error_stands_in_place_of_the_answer() -> None:
    assert list(alterations.an_error(ANSWER)) == ["error"]
