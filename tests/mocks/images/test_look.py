"""What the mocks make of the pictures that they are sent."""

from __future__ import annotations

import base64
import random
import warnings
import zlib
from dataclasses import replace
from functools import cache
from io import BytesIO

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from imagine_harness.contracts.judge.input_images import BrokenImage, ImageFacts
from imagine_harness.mocks.images.draw import render
from imagine_harness.mocks.images.look import data_uri, from_base64, look
from imagine_harness.mocks.images.picture import Picture

FORMATS = ("jpeg", "png", "webp", "gif", "avif")
# The end of a file after its last pixel: a png checksum and end chunk, and the gif terminators.
AFTER_THE_PIXELS = 24
PICTURE = Picture("someone", "painter-2", "a lighthouse in a storm", 96, 64, 7, "png")

relaxed = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


@cache
def drawn(name: str, side: int = 64) -> bytes:
    """The picture in a format, made once."""
    return render(replace(PICTURE, format=name, height=side, width=side * 3 // 2))


def png_claiming(width: int, height: int) -> bytes:
    """Make a small png file whose header claims another size."""
    data = drawn("png", 1)
    header = b"IHDR" + width.to_bytes(4, "big") + height.to_bytes(4, "big") + data[24:29]
    return data[:12] + header + zlib.crc32(header).to_bytes(4, "big") + data[33:]


@pytest.mark.parametrize("name", ["BMP", "TIFF"])
def test_formats_that_are_only_read_are_seen(name: str) -> None:
    encoded = BytesIO()
    Image.new("RGB", (5, 3)).save(encoded, name)
    assert look(encoded.getvalue()) == ImageFacts(name.lower(), 5, 3)


def test_a_jpeg_with_a_second_picture_inside_is_a_jpeg() -> None:
    encoded = BytesIO()
    first, second = Image.new("RGB", (5, 3)), Image.new("RGB", (5, 3), "red")
    first.save(encoded, "MPO", save_all=True, append_images=[second])
    assert look(encoded.getvalue()) == ImageFacts("jpeg", 5, 3)


@pytest.mark.parametrize("name", ["GIF", "WEBP", "AVIF", "PNG"])
def test_an_animation_is_seen_by_its_first_frame(name: str) -> None:
    encoded = BytesIO()
    first, second = Image.new("RGB", (9, 6), "blue"), Image.new("RGB", (9, 6), "red")
    first.save(encoded, name, save_all=True, append_images=[second])
    assert look(encoded.getvalue()) == ImageFacts(name.lower(), 9, 6)


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
    data = drawn(name)
    kept = int(share * (len(data) - AFTER_THE_PIXELS))
    with pytest.raises(BrokenImage):
        look(data[:kept])


@pytest.fixture(scope="module")
def real_files() -> list[bytes]:
    files = [drawn(name) for name in FORMATS]
    for name in ("BMP", "TIFF"):
        encoded = BytesIO()
        Image.open(BytesIO(files[0])).save(encoded, name, compression="tiff_lzw")
        files.append(encoded.getvalue())
    return files


def damaged(data: bytes, chance: random.Random) -> bytes:
    """A file of which some of the first bytes, where the heads are, were changed."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        position = chance.randrange(chance.choice((40, 400)))
        changed[position % len(data)] = chance.choice((0, 1, 127, 255, chance.randrange(256)))
    return bytes(changed)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("times", [50, pytest.param(5_000, marks=pytest.mark.campaign)])
def test_damaged_pictures_raise_nothing_else(real_files: list[bytes], times: int) -> None:
    chance = random.Random(1)
    for data in real_files * times:
        bad = damaged(data, chance)
        try:
            assert look(bad).format in {*FORMATS, "bmp", "tiff"}
        except BrokenImage:
            continue
        except Exception as error:
            raise AssertionError(f"{bad.hex()} raised {error!r}") from error


# Pillow is silent about the first, warns of the second and refuses the third.
@pytest.mark.parametrize("size", [(9_930, 9_000), (10_000, 10_000), (60_000, 60_000)])
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


LARGE = (2600, 1950)
"""A size that takes long to be decoded."""


def filed(size: tuple[int, int], kind: str, **options: object) -> bytes:
    encoded = BytesIO()
    canvas = Image.new("P", size) if kind == "GIF" else Image.new("RGB", size, (90, 140, 60))
    canvas.save(encoded, kind, **options)
    return encoded.getvalue()


@pytest.fixture(scope="module")
def large_files() -> dict[str, bytes]:
    quickly = {"PNG": {"compress_level": 1}, "WEBP": {"method": 0}}
    kinds = ("JPEG", "PNG", "WEBP", "GIF", "BMP")
    return {kind: filed(LARGE, kind, **quickly.get(kind, {})) for kind in kinds}


def no_decoding(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_image: object) -> None:
        raise AssertionError("the pixels were decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", refuse)
    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile.load", refuse)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_picture_that_is_whole_is_not_decoded(
    kind: str, large_files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    no_decoding(monkeypatch)

    assert look(large_files[kind]) == ImageFacts(kind.lower(), *LARGE)


@pytest.mark.parametrize("kind", ["GIF", "BMP"])
def test_a_large_picture_that_cannot_tell_is_decoded(
    kind: str, large_files: dict[str, bytes]
) -> None:
    assert look(large_files[kind]) == ImageFacts(kind.lower(), *LARGE)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF", "BMP"])
@pytest.mark.parametrize("share", [0.01, 0.5, 0.98])
def test_a_large_picture_that_is_truncated_is_broken(
    kind: str, share: float, large_files: dict[str, bytes]
) -> None:
    data = large_files[kind]

    with pytest.raises(BrokenImage, match=r"truncated|known format"):
        look(data[: int(len(data) * share)])


def test_a_large_png_with_a_damaged_byte_is_broken(large_files: dict[str, bytes]) -> None:
    data = bytearray(large_files["PNG"])
    data[len(data) // 2] ^= 1

    with pytest.raises(BrokenImage, match="damaged"):
        look(bytes(data))


@pytest.mark.parametrize("progressive", [False, True])
def test_a_whole_thumbnail_hides_no_truncated_photograph(progressive: bool) -> None:
    thumbnail = b"Exif\0\0" + filed((160, 120), "JPEG")
    photograph = filed(LARGE, "JPEG", exif=thumbnail, progressive=progressive)

    assert look(photograph) == ImageFacts("jpeg", *LARGE)
    with pytest.raises(BrokenImage, match="truncated"):
        look(photograph[: len(photograph) // 2])


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_film_behind_a_large_photograph_is_nobodys_business(
    kind: str, large_files: dict[str, bytes]
) -> None:
    film = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40

    assert look(large_files[kind] + film) == ImageFacts(kind.lower(), *LARGE)


def test_a_photograph_of_sixty_million_pixels_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    no_decoding(monkeypatch)

    assert look(png_claiming(9_504, 6_336)) == ImageFacts("png", 9_504, 6_336)


def test_too_little_memory_is_no_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_image: object) -> None:
        raise MemoryError

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", full)

    with pytest.raises(MemoryError):
        look(render(PICTURE))


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
    assert from_base64(uri.partition(",")[2], len(data)) == data
