"""Which picture became which."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from imagine_harness.harness.answers.image_similarity import most_similar
from imagine_harness.mocks.images.draw import render
from imagine_harness.mocks.images.picture import Picture, Weight


def picture(colour: str, format: str = "png", size: tuple[int, int] = (64, 48)) -> bytes:
    written = io.BytesIO()
    Image.new("RGB", size, colour).save(written, format=format)
    return written.getvalue()


SERVED = [picture("red"), picture("green"), picture("blue")]


@pytest.mark.parametrize("format", ["png", "jpeg", "webp", "gif"])
@pytest.mark.parametrize("size", [(64, 48), (48, 64), (200, 20)])
def test_a_picture_is_known_again_in_another_size_and_format(
    format: str, size: tuple[int, int]
) -> None:
    came = [picture("blue", format, size), picture("red", format, size)]

    assert most_similar(came, SERVED) == [2, 0]


def test_a_picture_that_came_twice_is_the_same_one_twice() -> None:
    assert most_similar([SERVED[1], SERVED[1]], SERVED) == [1, 1]


@pytest.mark.parametrize("came", [None, b"", b"no picture"])
def test_what_cannot_be_looked_at_is_left_out(came: bytes | None) -> None:
    assert most_similar([came, SERVED[0]], SERVED) == [0]
    assert most_similar([SERVED[0]], [came]) == []


@pytest.mark.parametrize(("format", "size"), [("jpeg", (512, 384)), ("webp", (200, 200))])
def test_a_heavy_picture_is_known_again_without_its_grain(
    format: str, size: tuple[int, int]
) -> None:
    drawn = [Picture("someone", "painter", "a heron", 640, 480, seed, "png") for seed in range(4)]
    served = [render(each, Weight.HEAVY) for each in drawn]
    came = []
    for each in reversed(served):
        written = io.BytesIO()
        Image.open(io.BytesIO(each)).resize(size).save(written, format, quality=40)
        came.append(written.getvalue())

    assert most_similar(came, served) == [3, 2, 1, 0]


def test_pictures_of_the_same_colours_in_other_places_are_different() -> None:
    drawn = Image.new("RGB", (32, 32), "white")
    drawn.paste("black", (0, 0, 2, 32))
    written = [io.BytesIO() for _ in range(2)]
    drawn.save(written[0], "png")
    drawn.transpose(Image.Transpose.FLIP_LEFT_RIGHT).save(written[1], "png")
    served = [each.getvalue() for each in written]

    assert most_similar([served[1], served[0]], served) == [1, 0]
