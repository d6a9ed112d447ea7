"""Images are found and told apart wherever they stand."""

from __future__ import annotations

import base64
import io
from dataclasses import dataclass
from typing import Any

import pytest
from PIL import Image

from imagine_harness.harness.answers.images import (
    AnswerImage,
    are_same,
    digests,
    images_in,
    side_of,
)

URL = "http://127.0.0.1:1/fal/a.png"


def drawn(colour: str, kind: str = "PNG") -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (20, 20), colour).save(made, kind)
    return made.getvalue()


RED, BLUE = drawn("red"), drawn("blue")
TEXT = base64.b64encode(RED).decode()


def fetch(address: str) -> bytes | None:
    return RED if address == URL else None


@dataclass
class Result:
    images: list[Any]
    prompt: str = "a lighthouse"


(FINGERPRINT,) = digests(RED, fetch)


@pytest.mark.parametrize(
    "value",
    [
        RED,
        bytearray(RED),
        [RED],
        (RED, RED),
        URL,
        f"data:image/png;base64,{TEXT}",
        TEXT,
        {"data": [{"b64_json": TEXT, "revised_prompt": ""}], "created": 1},
        Result([{"url": URL}]),
        Image.open(io.BytesIO(RED)),
    ],
)
def test_the_same_image_has_the_same_fingerprint_in_any_form(value: object) -> None:
    assert digests(value, fetch) == [FINGERPRINT]


@pytest.mark.parametrize(
    "value", [None, 7, "", "a lighthouse", "http://elsewhere.example/a.png", [], {"url": None}]
)
def test_what_is_no_image_has_no_fingerprint(value: object) -> None:
    assert digests(value, fetch) == []


def test_images_are_the_same_by_their_bytes_or_else_by_their_pixels() -> None:
    again = io.BytesIO()
    with Image.open(io.BytesIO(RED)) as picture:
        picture.save(again, "BMP")

    assert are_same([RED, BLUE, RED], [URL, BLUE], fetch)
    assert are_same([again.getvalue(), b"torn"], [Image.open(io.BytesIO(RED)), b"torn"], fetch)
    assert not are_same([RED, BLUE], [BLUE, RED], fetch)
    assert not are_same([RED], [RED, BLUE], fetch)
    assert not are_same([b"torn"], [b"lost"], fetch)


def test_different_images_differ_and_keep_their_order() -> None:
    both = digests([BLUE, RED], fetch)

    assert len(set(both)) == 2
    assert both[1] == FINGERPRINT


def test_bytes_that_nobody_can_decode_are_told_apart_too() -> None:
    assert len({*digests([b"one", b"two"], fetch)}) == 2


@pytest.mark.parametrize("value", [RED, URL, [{"url": URL}], Image.open(io.BytesIO(RED))])
def test_a_report_shows_the_first_image_small(value: object) -> None:
    shown = side_of("served", value, fetch)
    kind, _, data = shown.picture.partition(";base64,")
    with Image.open(io.BytesIO(base64.b64decode(data))) as picture:
        assert (kind, picture.format, picture.size) == ("data:image/png", "PNG", (20, 20))
        assert picture.getpixel((3, 3)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("value", "told"), [([], "no picture"), (b"one", "bytes that are no picture")]
)
def test_what_is_no_picture_is_told_in_words(value: object, told: str) -> None:
    assert (side_of("served", value, fetch).body, side_of("served", value, fetch).picture) == (
        told,
        "",
    )


ELSEWHERE = "https://cdn.example.com/a.png"
GONE = "http://127.0.0.1:1/fal/gone.png"


def served(address: str) -> bytes | None:
    return {URL: RED, GONE: b""}.get(address)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({"images": [{"url": URL}]}, [AnswerImage("url", RED)]),
        ({"data": [{"b64_json": TEXT, "kept": {"at": URL}}]}, [AnswerImage("base64", RED)]),
        ({"data": [{"url": URL, "kept": {"as": TEXT}}]}, [AnswerImage("url", RED)]),
        ({"image": f"data:image/png;base64,{TEXT}"}, [AnswerImage("data-uri", RED)]),
        ({"image": URL, "images": [URL]}, [AnswerImage("url", RED)]),
        ({"image": ELSEWHERE}, [AnswerImage("url", None)]),
        ({"docs": "https://example.com/docs"}, []),
        ({"image": GONE}, []),
        ({"prompt": "a lighthouse"}, []),
    ],
)
def test_an_image_is_found_as_it_travels_in_the_first_place(
    answer: object, expected: list[AnswerImage]
) -> None:
    assert images_in(answer, served) == expected


def test_base64_of_sixty_letters_may_be_an_image_and_a_shorter_one_is_none() -> None:
    data = [b"\x89PNG".ljust(size, b".") for size in (45, 42)]
    texts = [base64.b64encode(each).decode() for each in data]

    assert [len(each) for each in texts] == [60, 56]
    assert [each.data for each in images_in(texts, fetch)] == [data[0]]


@pytest.mark.parametrize(
    ("size", "small"), [((640, 320), (320, 160)), ((320, 640), (160, 320)), ((20, 10), (20, 10))]
)
def test_a_picture_in_a_report_is_at_most_320_pixels_long(
    size: tuple[int, int], small: tuple[int, int]
) -> None:
    side = side_of("served", Image.new("RGB", size), fetch)
    data = base64.b64decode(side.picture.partition(",")[2])

    assert Image.open(io.BytesIO(data)).size == small
