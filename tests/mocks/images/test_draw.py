"""The pictures that the mocks serve."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

import mocks
from imagine_harness.contracts.judge.input_images import ImageFacts
from imagine_harness.mocks.images.draw import render
from imagine_harness.mocks.images.look import look
from imagine_harness.mocks.images.picture import EXTENSIONS, MEDIA_TYPES, Picture, Weight

FORMATS = ("jpeg", "png", "webp", "gif", "avif")
LOSSY = ("jpeg", "webp", "avif")
PICTURE = Picture(
    provider="someone",
    model="painter-2",
    prompt="a lighthouse in a storm, oil on canvas",
    width=96,
    height=64,
    seed=7,
    format="png",
)

relaxed = settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def decoded(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


@lru_cache(4)
def drawn(picture: Picture, weight: Weight = Weight.LIGHT) -> bytes:
    """What was rendered last, for tests that look at one picture in several ways."""
    return render(picture, weight)


def difference(one: Picture, other: Picture) -> float:
    """Measure the mean difference of the pixels, from 0 to 255."""
    pixels = ImageChops.difference(decoded(drawn(one)), decoded(drawn(other)))
    return sum(ImageStat.Stat(pixels).mean) / 3


@pytest.fixture(scope="module")
def elsewhere() -> dict[str, Any]:
    """What another process finds: its imports, and the digests of a light and a heavy picture."""
    script = f"""
import hashlib, json, sys
from imagine_harness.mocks.images.draw import render
from imagine_harness.mocks.images.picture import Picture, Weight
import imagine_harness.mocks.images.look
found = {{"PIL": "PIL" in sys.modules}}
for weight in Weight:
    found[weight] = hashlib.sha256(render({PICTURE!r}, weight)).hexdigest()
print(json.dumps(found))
"""
    root = Path(mocks.__file__).parents[1]
    command = [sys.executable, "-c", script]
    made = subprocess.run(command, cwd=root, capture_output=True, check=True, text=True)
    found: dict[str, Any] = json.loads(made.stdout)
    return found


@relaxed
@given(
    name=st.sampled_from(FORMATS),
    width=st.integers(1, 200),
    height=st.integers(1, 200),
    seed=st.integers(0, 2**64),
)
def test_a_picture_has_the_format_and_size_asked_for(
    name: str, width: int, height: int, seed: int
) -> None:
    picture = replace(PICTURE, format=name, width=width, height=height, seed=seed)
    assert look(render(picture)) == ImageFacts(name, width, height)


@pytest.mark.parametrize("size", [(1, 1), (1, 3072), (3072, 1), (64, 3072), (354, 177)])
@pytest.mark.parametrize("name", FORMATS)
def test_odd_sizes_are_exact(name: str, size: tuple[int, int]) -> None:
    picture = replace(PICTURE, format=name, width=size[0], height=size[1])
    assert look(render(picture)) == ImageFacts(name, *size)


@pytest.mark.parametrize("name", ["jpeg", pytest.param("png", marks=pytest.mark.campaign)])
def test_the_largest_size_is_exact(name: str) -> None:
    picture = replace(PICTURE, format=name, width=3072, height=3072)
    assert look(render(picture)) == ImageFacts(name, 3072, 3072)


@relaxed
@given(
    prompt=st.text(st.characters(), max_size=300),
    model=st.text(st.characters(), max_size=60),
    provider=st.text(st.characters(), max_size=20),
)
def test_any_text_renders(prompt: str, model: str, provider: str) -> None:
    picture = replace(PICTURE, prompt=prompt, model=model, provider=provider)
    assert look(render(picture)) == ImageFacts("png", 96, 64)


@pytest.mark.parametrize(
    "prompt",
    [
        "",
        " \n\t\x00\x1b ",
        "قطة تجلس على النافذة",
        "一只猫坐在窗台上" * 50,
        "\U0001f408\u200d\u2b1b \U0001f3f3\ufe0f\u200d\U0001f308",
        "\ud800 lone surrogate",
        "a\u0301" * 500,
        "x" * 2_000_000,
        "\n" * 500_000 + "late",
    ],
    ids=["empty", "blank", "arabic", "chinese", "emoji", "surrogate", "marks", "huge", "late"],
)
def test_awkward_prompts_render(prompt: str) -> None:
    picture = replace(PICTURE, prompt=prompt, width=320, height=200)
    assert look(render(picture)) == ImageFacts("png", 320, 200)


@pytest.mark.parametrize("name", FORMATS)
def test_equal_pictures_have_equal_bytes(name: str) -> None:
    picture = replace(PICTURE, format=name, width=300, height=120)
    assert render(picture) == render(replace(picture))


def test_bytes_are_equal_in_another_process(elsewhere: dict[str, Any]) -> None:
    assert elsewhere[Weight.LIGHT] == hashlib.sha256(render(PICTURE)).hexdigest()


@relaxed
@given(seeds=st.lists(st.integers(0, 2**40), min_size=2, max_size=2, unique=True))
def test_different_seeds_give_clearly_different_pictures(seeds: list[int]) -> None:
    one, other = (replace(PICTURE, seed=seed, width=48, height=48) for seed in seeds)
    assert difference(one, other) > 3


@pytest.mark.parametrize("seed", range(8))
def test_neighbouring_seeds_differ_in_colour(seed: int) -> None:
    picture = replace(PICTURE, seed=seed, width=128, height=128)
    assert difference(picture, replace(picture, seed=seed + 1)) > 20


@pytest.mark.parametrize(
    "change",
    [{"prompt": "a fox"}, {"model": "painter-3"}, {"provider": "nobody"}],
    ids=["prompt", "model", "provider"],
)
def test_what_was_asked_changes_the_picture(change: dict[str, str]) -> None:
    picture = replace(PICTURE, width=128, height=128)
    assert difference(picture, replace(picture, **change)) > 3  # type: ignore[arg-type]


def test_the_caption_has_bright_text_on_a_dark_panel() -> None:
    picture = replace(PICTURE, width=512, height=512)
    panel = decoded(render(picture)).crop((30, 400, 482, 480)).convert("L")
    darkest, brightest = panel.getextrema()
    assert isinstance(darkest, int)
    assert isinstance(brightest, int)
    assert darkest < 110
    assert brightest > 220


@pytest.mark.parametrize("name", FORMATS)
def test_no_picture_has_transparency(name: str) -> None:
    with Image.open(BytesIO(render(replace(PICTURE, format=name)))) as image:
        assert image.mode == ("P" if name == "gif" else "RGB")
        assert not image.has_transparency_data


@pytest.mark.parametrize("name", LOSSY)
def test_more_quality_takes_more_bytes(name: str) -> None:
    picture = replace(PICTURE, format=name, width=128, height=128)
    low, usual, high = (len(render(replace(picture, quality=step))) for step in (5, None, 100))
    assert low < usual < high


@pytest.mark.parametrize("name", ["png", "gif"])
def test_quality_is_ignored_without_loss(name: str) -> None:
    picture = replace(PICTURE, format=name)
    assert render(replace(picture, quality=5)) == render(picture)


def test_every_format_has_a_media_type_and_an_extension() -> None:
    assert tuple(MEDIA_TYPES) == tuple(EXTENSIONS) == FORMATS
    assert MEDIA_TYPES["jpeg"] == "image/jpeg"
    assert EXTENSIONS["jpeg"] == "jpg"


def test_importing_does_not_import_pillow(elsewhere: dict[str, Any]) -> None:
    assert elsewhere["PIL"] is False


SQUARE = replace(PICTURE, width=1024, height=1024)
REAL = {
    "png": (1_000_000, 2_500_000),
    "jpeg": (300_000, 700_000),
    "webp": (150_000, 500_000),
    "avif": (100_000, 400_000),
    "gif": (500_000, 1_500_000),
}
"""Bytes of photographs and generated pictures of 1024 pixels squared, as they are met."""


def test_a_heavy_picture_is_the_light_one_from_afar() -> None:
    light, heavy = (decoded(drawn(SQUARE, weight)).resize((16, 16)) for weight in Weight)
    apart = ImageStat.Stat(ImageChops.difference(light, heavy))

    assert max(band for _, band in apart.extrema) <= 4


@pytest.mark.parametrize("name", REAL)
def test_a_heavy_picture_weighs_what_a_real_one_does(name: str) -> None:
    picture = replace(SQUARE, format=name)
    heavy = drawn(picture, Weight.HEAVY)
    least, most = REAL[name]

    assert least <= len(heavy) <= most
    assert len(heavy) > 2 * len(drawn(picture))
    assert look(heavy) == ImageFacts(name, 1024, 1024)


OBLONG = [
    (576, 1280),
    pytest.param((1408, 704), marks=pytest.mark.campaign),
    pytest.param((832, 1248), marks=pytest.mark.campaign),
]
"""The one that is least like a square has fewest pixels; the square has more than any."""


@pytest.mark.parametrize("size", OBLONG)
def test_a_heavy_png_of_any_shape_weighs_between_one_and_two_and_a_half_megabytes(
    size: tuple[int, int],
) -> None:
    heavy = render(replace(PICTURE, width=size[0], height=size[1]), Weight.HEAVY)

    assert 1_000_000 <= len(heavy) <= 2_500_000


@pytest.mark.parametrize("name", FORMATS)
def test_a_heavy_picture_has_the_same_bytes_again_and_others_with_another_seed(name: str) -> None:
    picture = replace(PICTURE, format=name)
    heavy = render(picture, Weight.HEAVY)

    assert render(replace(picture), Weight.HEAVY) == heavy
    assert render(replace(picture, seed=8), Weight.HEAVY) != heavy


def test_heavy_bytes_are_equal_in_another_process(elsewhere: dict[str, Any]) -> None:
    here = hashlib.sha256(render(PICTURE, Weight.HEAVY)).hexdigest()

    assert elsewhere[Weight.HEAVY] == here


@pytest.mark.parametrize("size", [(1, 1), (1, 300), (300, 1), (97, 61)])
def test_a_heavy_picture_of_an_odd_size_is_exact(size: tuple[int, int]) -> None:
    picture = replace(PICTURE, width=size[0], height=size[1])

    assert look(render(picture, Weight.HEAVY)) == ImageFacts("png", *size)


@pytest.mark.parametrize("name", LOSSY)
def test_a_quality_that_is_asked_for_decides_in_a_heavy_picture_too(name: str) -> None:
    picture = replace(PICTURE, format=name, width=300, height=200)
    low, high = (render(replace(picture, quality=q), Weight.HEAVY) for q in (30, 99))

    assert len(low) < len(render(picture, Weight.HEAVY)) < len(high)
