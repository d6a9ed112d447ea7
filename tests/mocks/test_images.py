"""The pictures the mocks serve, and their reading of the pictures they are sent."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import warnings
import zlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat

import mocks.images
from mocks.images import (
    EXTENSIONS,
    MEDIA_TYPES,
    BrokenImage,
    Looked,
    Picture,
    data_uri,
    from_base64,
    from_data_uri,
    look,
    render,
)

FORMATS = ("jpeg", "png", "webp", "gif", "avif")
LOSSY = ("jpeg", "webp", "avif")
# The end of a file after its last pixel: a png checksum and end chunk, and the gif terminators.
AFTER_THE_PIXELS = 24
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
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def decoded(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data)).convert("RGB")


def difference(one: Picture, other: Picture) -> float:
    """Measure the mean difference of the pixels, from 0 to 255."""
    pixels = ImageChops.difference(decoded(render(one)), decoded(render(other)))
    return sum(ImageStat.Stat(pixels).mean) / 3


def run_python(script: str) -> str:
    root = Path(mocks.images.__file__).parents[1]
    command = [sys.executable, "-c", script]
    return subprocess.run(command, cwd=root, capture_output=True, check=True, text=True).stdout


def png_claiming(width: int, height: int) -> bytes:
    """Make a small png file whose header claims another size."""
    data = render(replace(PICTURE, width=1, height=1))
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + data[24:29]
    return data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]


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
    assert look(render(picture)) == Looked(name, width, height)


@pytest.mark.parametrize("size", [(1, 1), (1, 3072), (3072, 1), (64, 3072), (1408, 704)])
@pytest.mark.parametrize("name", FORMATS)
def test_odd_sizes_are_exact(name: str, size: tuple[int, int]) -> None:
    picture = replace(PICTURE, format=name, width=size[0], height=size[1])
    assert look(render(picture)) == Looked(name, *size)


@pytest.mark.parametrize("name", ["jpeg", "png"])
def test_the_largest_size_is_exact(name: str) -> None:
    picture = replace(PICTURE, format=name, width=3072, height=3072)
    assert look(render(picture)) == Looked(name, 3072, 3072)


@relaxed
@given(
    prompt=st.text(st.characters(), max_size=300),
    model=st.text(st.characters(), max_size=60),
    provider=st.text(st.characters(), max_size=20),
)
def test_any_text_renders(prompt: str, model: str, provider: str) -> None:
    picture = replace(PICTURE, prompt=prompt, model=model, provider=provider)
    assert look(render(picture)) == Looked("png", 96, 64)


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
    assert look(render(picture)) == Looked("png", 320, 200)


@pytest.mark.parametrize("name", FORMATS)
def test_equal_pictures_have_equal_bytes(name: str) -> None:
    picture = replace(PICTURE, format=name, width=400, height=300)
    assert render(picture) == render(replace(picture))


def test_bytes_are_equal_in_another_process() -> None:
    script = (
        "import hashlib; from mocks.images import Picture, render; "
        f"print(hashlib.sha256(render({PICTURE!r})).hexdigest())"
    )
    assert run_python(script).strip() == hashlib.sha256(render(PICTURE)).hexdigest()


@relaxed
@given(seeds=st.lists(st.integers(0, 2**40), min_size=2, max_size=2, unique=True))
def test_different_seeds_give_clearly_different_pictures(seeds: list[int]) -> None:
    one, other = (replace(PICTURE, seed=seed, width=48, height=48) for seed in seeds)
    assert difference(one, other) > 3


@pytest.mark.parametrize("seed", range(8))
def test_neighbouring_seeds_differ_in_colour(seed: int) -> None:
    picture = replace(PICTURE, seed=seed, width=256, height=256)
    assert difference(picture, replace(picture, seed=seed + 1)) > 20


@pytest.mark.parametrize(
    "change",
    [{"prompt": "a fox"}, {"model": "painter-3"}, {"provider": "nobody"}],
    ids=["prompt", "model", "provider"],
)
def test_what_was_asked_changes_the_picture(change: dict[str, str]) -> None:
    picture = replace(PICTURE, width=256, height=256)
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
    picture = replace(PICTURE, format=name, width=256, height=256)
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


def test_importing_does_not_import_pillow() -> None:
    assert run_python("import sys, mocks.images; print('PIL' in sys.modules)").strip() == "False"


@pytest.mark.parametrize("name", ["BMP", "TIFF"])
def test_formats_that_are_only_read_are_seen(name: str) -> None:
    encoded = BytesIO()
    Image.new("RGB", (5, 3)).save(encoded, name)
    assert look(encoded.getvalue()) == Looked(name.lower(), 5, 3)


def test_a_jpeg_with_a_second_picture_inside_is_a_jpeg() -> None:
    encoded = BytesIO()
    first, second = Image.new("RGB", (5, 3)), Image.new("RGB", (5, 3), "red")
    first.save(encoded, "MPO", save_all=True, append_images=[second])
    assert look(encoded.getvalue()) == Looked("jpeg", 5, 3)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "AVIF", "PNG"])
def test_an_animation_is_seen_by_its_first_frame(name: str) -> None:
    encoded = BytesIO()
    first, second = Image.new("RGB", (9, 6), "blue"), Image.new("RGB", (9, 6), "red")
    first.save(encoded, name, save_all=True, append_images=[second])
    assert look(encoded.getvalue()) == Looked(name.lower(), 9, 6)


def test_no_bytes_are_broken() -> None:
    with pytest.raises(BrokenImage, match="empty"):
        look(b"")


@pytest.mark.parametrize("name", ["PPM", "ICO", "PDF", "TGA"])
def test_a_format_outside_the_list_is_broken(name: str) -> None:
    encoded = BytesIO()
    Image.new("RGB", (16, 16)).save(encoded, name)
    with pytest.raises(BrokenImage, match="known format"):
        look(encoded.getvalue())


@relaxed
@given(data=st.binary(max_size=400))
def test_random_bytes_are_broken(data: bytes) -> None:
    with pytest.raises(BrokenImage):
        look(data)


@relaxed
@given(name=st.sampled_from(FORMATS), share=st.floats(0, 1))
def test_a_truncated_picture_is_broken(name: str, share: float) -> None:
    data = render(replace(PICTURE, format=name))
    kept = int(share * (len(data) - AFTER_THE_PIXELS))
    with pytest.raises(BrokenImage):
        look(data[:kept])


@pytest.fixture(scope="module")
def real_files() -> list[bytes]:
    files = [render(replace(PICTURE, format=name)) for name in FORMATS]
    for name in ("BMP", "TIFF"):
        encoded = BytesIO()
        decoded(files[0]).save(encoded, name, compression="tiff_lzw")
        files.append(encoded.getvalue())
    return files


@settings(relaxed, max_examples=300)
@given(
    which=st.integers(0, 6),
    changes=st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=8),
)
@pytest.mark.filterwarnings("ignore")
def test_damaged_pictures_raise_nothing_else(
    real_files: list[bytes], which: int, changes: list[tuple[int, int]]
) -> None:
    damaged = bytearray(real_files[which])
    for position, value in changes:
        damaged[position % len(damaged)] = value
    try:
        seen = look(bytes(damaged))
    except BrokenImage:
        return
    assert seen.format in {*FORMATS, "bmp", "tiff"}


# Pillow is silent about the first, warns of the second and refuses the third.
@pytest.mark.parametrize("size", [(10_000, 5_001), (10_000, 10_000), (60_000, 60_000)])
@pytest.mark.parametrize("action", ["ignore", "error"])
def test_a_decompression_bomb_is_broken(action: str, size: tuple[int, int]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore" if action == "ignore" else "error")
        filters = list(warnings.filters)
        with pytest.raises(BrokenImage, match="too many pixels"):
            look(png_claiming(*size))
        assert list(warnings.filters) == filters


def test_a_header_within_the_limit_is_decoded_and_found_short() -> None:
    with pytest.raises(BrokenImage, match="truncated"):
        look(png_claiming(1_000, 1_000))


@relaxed
@given(data=st.binary(max_size=200))
def test_base64_round_trips_in_every_tolerated_form(data: bytes) -> None:
    standard = base64.b64encode(data).decode()
    url_safe = base64.urlsafe_b64encode(data).decode()
    lines = "\r\n".join(standard[start : start + 10] for start in range(0, len(standard), 10))
    for text in (standard, url_safe, standard.rstrip("="), url_safe.rstrip("="), f" {lines}\n"):
        assert from_base64(text, len(data)) == data


@pytest.mark.parametrize(
    "text", ["A", "AAAAA", "AA=", "AAAA=", "AA===", "A=AA", "AA==AA==", "AA.A", "AAAé", "\ud800AAA"]
)
def test_text_that_is_not_base64_is_broken(text: str) -> None:
    with pytest.raises(BrokenImage, match="not base64"):
        from_base64(text, 100)


@relaxed
@given(text=st.text(st.characters(), max_size=60))
def test_any_text_is_base64_or_broken(text: str) -> None:
    try:
        assert len(from_base64(text, 20)) <= 20
    except BrokenImage:
        return


@relaxed
@given(data=st.binary(min_size=1, max_size=200))
def test_base64_of_more_than_the_limit_is_broken(data: bytes) -> None:
    with pytest.raises(BrokenImage, match="more than"):
        from_base64(base64.b64encode(data).decode(), len(data) - 1)


@relaxed
@given(data=st.binary(max_size=200), name=st.sampled_from(FORMATS))
def test_a_data_uri_round_trips(data: bytes, name: str) -> None:
    uri = data_uri(data, name)
    assert uri.startswith(f"data:image/{name};base64,")
    assert from_data_uri(uri, len(data)) == data


def test_a_data_uri_may_be_in_capitals() -> None:
    assert from_data_uri("DATA:image/SVG+xml;BASE64,AAAA", 3) == b"\0\0\0"


@pytest.mark.parametrize(
    "uri",
    [
        "",
        "AAAA",
        "data:image/png;base64",
        "data:image/png,AAAA",
        "data:,AAAA",
        "data:text/plain;base64,AAAA",
        "data:image/;base64,AAAA",
        "data:image/png;base64,A",
        "https://example.com/a.png",
        " data:image/png;base64,AAAA",
    ],
)
def test_other_uris_are_broken(uri: str) -> None:
    with pytest.raises(BrokenImage):
        from_data_uri(uri, 100)


def test_a_data_uri_over_the_limit_is_broken() -> None:
    with pytest.raises(BrokenImage, match="more than 2 bytes"):
        from_data_uri("data:image/png;base64,AAAA", 2)
